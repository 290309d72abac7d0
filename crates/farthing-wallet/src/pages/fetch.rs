//! Getting a page, paid for before, free, or to be paid for now.

use farthing_rails::code::PaymentCode;

use super::keep::Progress;
use super::look::Seen;
use super::{KeptPage, PageError, PageId};
use crate::review::{Review, ReviewRequest, read_code};
use crate::wallet::Wallet;

/// What asking for a page led to.
#[derive(Debug)]
pub enum Fetched {
    /// It is here. Nothing was paid now.
    Here(KeptPage),
    /// It wants to be paid for: pay the review, then [`Wallet::collect_page`].
    Asks(Box<Review>),
}

impl Wallet {
    /// Asks a site for a page. What was paid for before is never reviewed again: it comes from the
    /// library, or from the site with the proof.
    ///
    /// # Errors
    /// [`PageError`].
    pub async fn fetch_page(
        &self,
        request: &ReviewRequest,
        progress: &mut Progress<'_>,
    ) -> Result<Fetched, PageError> {
        let url = match read_code(&request.code)? {
            PaymentCode::Page(url) => url,
            _ => return Err(PageError::NoSuchPage),
        };
        match self.look_at(&url).await? {
            Seen::Claimed(payment) => {
                let page = self.collect_page(payment, progress).await?;
                Ok(Fetched::Here(page))
            }
            Seen::Free(mut opened) => {
                let file = self.expect_free_page(opened.url.as_str())?;
                match self.keep_page(file, &mut opened, progress).await? {
                    Ok(page) => Ok(Fetched::Here(page)),
                    Err(error) => {
                        // Nobody paid for it, so nothing is owed: no half of it is kept.
                        self.remove_page(PageId(file))?;
                        Err(PageError::Site(error))
                    }
                }
            }
            Seen::Priced(priced) => {
                self.sure_of_all().await.map_err(crate::ReviewError::from)?;
                let review = self.review_page(priced, request).await?;
                Ok(Fetched::Asks(Box::new(review)))
            }
        }
    }
}
