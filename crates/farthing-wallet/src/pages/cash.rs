//! Showing a site the e-cash for its page (NUT-24): the answer is the page.

use farthing_rails::content::Credential;
use farthing_rails::ecash::{Handed, HandedState, Purse, Trouble};
use farthing_rails::gate::Opened;

use super::look::is_a_no;
use super::{Page, PageError};
use crate::journal::{Ended, Story};
use crate::pay::{Answer, ended_hand, redeemed};
use crate::purses::files;
use crate::top_up::uuid_of;
use crate::trouble::StoreTrouble;
use crate::wallet::Wallet;

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
                .take_back_undelivered(purse, handed, "the site's address cannot be used")
                .await?;
            return Ok(Shown {
                ended,
                opened: None,
            });
        };
        let credential = Credential::cash(token);
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

    /// Goes on with a page whose payment with e-cash was interrupted.
    pub(crate) async fn resume_page(
        &self,
        purse: &Purse,
        story: &Story,
    ) -> Result<Option<Ended>, StoreTrouble> {
        let id = uuid_of(story.payment);
        let (Some(handed), Some(page)) = (
            self.ecash.handed(id).await.map_err(files)?,
            &story.begun.page,
        ) else {
            return Ok(None);
        };
        match self.ecash.look_after(purse, &handed).await {
            Ok(HandedState::Taken) => Ok(Some(ended_hand(purse, &handed.cost, redeemed())?)),
            Ok(HandedState::Waiting) => {
                let shown = self.show_cash(purse, &handed, page).await?;
                if let Some(mut opened) = shown.opened {
                    // What does not come now is asked for again.
                    let _ = self.keep_page(id, &mut opened, &mut |_, _| {}).await;
                }
                Ok(shown.ended)
            }
            Ok(HandedState::TakenBack | HandedState::Partly | HandedState::InUse) => Ok(None),
            Err(Trouble::Store(what)) => Err(StoreTrouble(what)),
            Err(_) => Ok(None),
        }
    }
}

/// Before anything is shown to a site, only the wallet's own files can be in the way.
fn of_files(error: PageError) -> StoreTrouble {
    match error {
        PageError::Store(trouble) => trouble,
        other => StoreTrouble::of(&other),
    }
}
