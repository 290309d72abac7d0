//! Showing a site the e-cash for its page (NUT-24): the answer is the page.

use farthing_rails::content::Credential;
use farthing_rails::ecash::{Handed, Purse};
use farthing_rails::gate::Opened;

use super::look::is_a_no;
use super::{Page, PageError};
use crate::deliver::Answer;
use crate::journal::{Ended, Story};
use crate::purses::files;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;
use crate::why::Between;

/// What became of e-cash that was shown.
pub(crate) struct Shown {
    /// How the payment ended; `None` while nobody knows.
    pub(crate) ended: Option<Ended>,
    /// The page, where the site gave it.
    pub(crate) opened: Option<Opened>,
}

impl Wallet {
    /// Asks for the page with the e-cash in the request. The same e-cash may be shown again: a
    /// site that has it takes it once.
    pub(crate) async fn show_cash(
        &self,
        purse: &Purse,
        handed: &Handed,
        page: &Page,
    ) -> Result<Shown, StoreTrouble> {
        let token = handed.token(purse, None).map_err(files)?;
        self.expect_page(handed.payment.into(), page, Some(&token))
            .map_err(of_files)?;
        let Ok(url) = self.ecash.gate().check(&page.url) else {
            let ended = self
                .take_back_undelivered(purse, handed, Between::Address.into())
                .await?;
            return Ok(Shown {
                ended,
                opened: None,
            });
        };
        let told = page.told.as_ref().map(|told| told.header.clone());
        let credential = Credential::cash(token).telling(told);
        let gate = self.ecash.gate();
        let (answer, opened) = match gate.open_content(url, Some(&credential), None).await {
            Ok(opened) if (200..300).contains(&opened.status) => (Answer::Accepted, Some(opened)),
            // A page that sends elsewhere when it is paid: e-cash is shown to nobody else, and
            // the issuer knows whether it was taken.
            Ok(opened) if is_a_no(opened.status) => (Answer::Rejected(opened.status), None),
            _ => (Answer::Unknown, None),
        };
        let ended = self.judge(purse, handed, &answer, &page.url).await?;
        Ok(Shown { ended, opened })
    }

    /// Shows the e-cash once more, after an interruption, and keeps what comes of it.
    pub(crate) async fn show_again(
        &self,
        purse: &Purse,
        handed: &Handed,
        story: &Story,
        page: &Page,
    ) -> Result<Option<Ended>, StoreTrouble> {
        // What was switched off since does not leave, now or for the first time.
        let told = self.still_told(story, page).map_err(of_files)?;
        let page = Page {
            told: page.told.clone().filter(|_| told.is_some()),
            ..page.clone()
        };
        let shown = self.show_cash(purse, handed, &page).await?;
        if let Some(mut opened) = shown.opened {
            // What does not come now is asked for again.
            let _ = self
                .keep_page(handed.payment, &mut opened, &mut |_, _| {})
                .await;
        }
        Ok(shown.ended)
    }
}

/// Before anything is shown to a site, only the wallet's own files can be in the way.
fn of_files(error: PageError) -> StoreTrouble {
    match error {
        PageError::Store(trouble) => trouble,
        other => StoreTrouble::of(&other),
    }
}
