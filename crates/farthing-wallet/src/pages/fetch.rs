//! Getting a page, paid for before, free, or to be paid for now.

use farthing_rails::code::PaymentCode;
use farthing_store::history::PaymentId;

use super::keep::Progress;
use super::look::Seen;
use super::{KeptPage, PageError, PageId};
use crate::review::{Review, ReviewError, ReviewRequest, read_code};
use crate::trouble::StoreTrouble;
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
                if self.story(payment)?.is_none() {
                    return Err(self.claimed_untold(payment)?);
                }
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
                self.sure_of_all().await.map_err(ReviewError::from)?;
                let review = self.review_page(priced, request).await?;
                Ok(Fetched::Asks(Box::new(review)))
            }
        }
    }

    /// Why there is no page where the journal says nothing of the payment that has it: it is about to
    /// begin; or it was made, and its shop was forgotten since, or its row lost.
    fn claimed_untold(&self, payment: PaymentId) -> Result<PageError, StoreTrouble> {
        Ok(if self.is_listed(payment)? {
            PageError::StillDeciding { payment: None }
        } else {
            ReviewError::AlreadyPaid { payment: None }.into()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::tests::wallet;
    use crate::pages::once;
    use crate::review::CodeInput;

    const PAGE: &str = "http://127.0.0.1:9/a";

    async fn asked(wallet: &Wallet) -> PageError {
        let request = ReviewRequest {
            code: CodeInput::Text(PAGE.to_owned()),
            amount: None,
            share: Vec::new(),
            only_this_time: false,
            note: None,
            purse: None,
        };
        let got = wallet.fetch_page(&request, &mut |_, _| {}).await;
        got.unwrap_err()
    }

    #[tokio::test]
    async fn a_page_somebody_is_about_to_pay_for_is_undecided_and_what_is_lost_was_paid() {
        let (wallet, _folder) = wallet().await;
        let under_way = wallet.set_out();
        wallet.list(&under_way, Some(&once(PAGE))).unwrap();
        assert_eq!(asked(&wallet).await.code(), "page_still_deciding");
        wallet.unlist(under_way.payment()).unwrap();
        assert_eq!(asked(&wallet).await.code(), "already_paid");
    }
}
