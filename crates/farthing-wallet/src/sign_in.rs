//! Signing in to a site with a key of the wallet's own (LUD-04). No money moves.

use farthing_rails::code::{PaymentCode, SignIn, SignInAction, plain_text};
use farthing_rails::lnurl::{self, LinkingKey, LnurlError};
use uuid::Uuid;

use crate::journal::Event;
use crate::money::MoneyState;
use crate::review::{CodeInput, ReviewError, read_code};
use crate::trouble::{StoreTrouble, code_of_lnurl};
use crate::wallet::Wallet;

/// Who wants a sign-in, before anything is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInReview {
    /// The site's full name: another name gets another key.
    pub site: String,
    /// `register`, `login`, `link` or `auth`, if it says what it will do.
    pub action: Option<&'static str>,
    /// The key it will know this wallet by, 66 hex digits.
    pub key: String,
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignInError {
    /// The code.
    #[error(transparent)]
    Code(#[from] ReviewError),
    /// The code asks for something else.
    #[error("this code asks for no sign-in")]
    NotASignIn,
    /// The address leads where this wallet may not go.
    #[error("the site's address cannot be used: {0}")]
    Address(String),
    /// The site.
    #[error("{site} did not sign you in: {error}")]
    Site {
        /// Its name.
        site: String,
        /// What went wrong.
        error: LnurlError,
    },
    /// The wallet's files.
    #[error(transparent)]
    Store(#[from] StoreTrouble),
}

impl SignInError {
    /// The error's stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Code(error) => error.code(),
            Self::NotASignIn => "not_a_sign_in",
            Self::Address(_) => "address_refused",
            Self::Site { error, .. } => code_of_lnurl(error),
            Self::Store(trouble) => trouble.code(),
        }
    }

    /// What it means for the money: none is near.
    #[must_use]
    pub fn money(&self) -> MoneyState {
        MoneyState::Safe
    }
}

impl Wallet {
    /// Says who wants a sign-in. Sends nothing.
    ///
    /// # Errors
    /// [`SignInError`].
    pub fn review_sign_in(&self, code: &CodeInput) -> Result<SignInReview, SignInError> {
        self.asked_to_sign_in(code).map(|(_, _, review)| review)
    }

    /// Signs in: the site learns one public key that no other site knows, and nothing else. It is
    /// written down before anything is sent.
    ///
    /// # Errors
    /// [`SignInError`].
    pub async fn sign_in(&self, code: &CodeInput) -> Result<SignInReview, SignInError> {
        let (asked, key, review) = self.asked_to_sign_in(code)?;
        let text = format!("signed in at {}", review.site);
        self.write_down(Uuid::new_v4().into(), None, &Event::Noted { text })?;
        match lnurl::sign_in(self.ecash.gate(), &key, &asked).await {
            Ok(()) => Ok(review),
            Err(error) => Err(SignInError::Site {
                site: review.site,
                error,
            }),
        }
    }

    fn asked_to_sign_in(
        &self,
        code: &CodeInput,
    ) -> Result<(Box<SignIn>, LinkingKey, SignInReview), SignInError> {
        let PaymentCode::SignIn(asked) = read_code(code)? else {
            return Err(SignInError::NotASignIn);
        };
        self.ecash
            .gate()
            .check(asked.url.as_str())
            .map_err(|blocked| SignInError::Address(blocked.to_string()))?;
        let domain = asked.url.host_str().unwrap_or_default();
        let key = LinkingKey::of(self.vault.seed().as_bytes(), domain)
            .ok_or_else(|| StoreTrouble("no key can be made for this site".into()))?;
        let review = SignInReview {
            site: plain_text(domain, 253).to_string(),
            action: asked.action.map(|action| match action {
                SignInAction::Register => "register",
                SignInAction::Login => "login",
                SignInAction::Link => "link",
                SignInAction::Auth => "auth",
            }),
            key: key.public(),
        };
        Ok((asked, key, review))
    }
}
