//! E-cash as text: NUT-00 tokens.

use std::fmt;
use std::str::FromStr;

use cdk::nuts::{Kind, SpendingConditions, Token as CdkToken, TokenUrDecoder};
use url::Url;

use super::{CodeError, CodeKind, PaymentCode, Plain, UnsupportedKind, plain_text, request, uri};

/// Memos longer than this are shortened, in characters.
const MAX_MEMO: usize = 640;

/// E-cash as text. Whoever reads it can take the money: `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Token {
    /// The token itself, `cashuA…` or `cashuB…`. This *is* the money.
    pub text: String,
    /// The issuer that will redeem it.
    pub issuer: Url,
    /// The unit of its coins, lower case (`sat`, `usd`). Very old tokens name none.
    pub unit: Option<String>,
    /// What the coins say they are worth in their unit, before the issuer's fee and before anyone checked
    /// that they are unspent. `None`: the sum does not fit into 64 bits.
    pub face_value: Option<u64>,
    /// How many coins it holds, at least one.
    pub coins: usize,
    /// What the sender wrote.
    pub memo: Option<Plain>,
    /// Whether somebody's key or secret is needed to spend the coins. With several locks, the hardest.
    pub lock: Lock,
    cdk: CdkToken,
}

/// What stands between a token and the money in it (NUT-10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Lock {
    /// Nothing: whoever has the token has the money.
    None,
    /// The signature of a key (NUT-11).
    Key,
    /// The preimage of a hash (NUT-14).
    Hash,
    /// A condition that we do not know.
    Other,
}

/// What [`Token::read`] found.
pub(super) enum Read {
    Token(Box<Token>),
    Unsupported(UnsupportedKind),
}

impl From<Read> for PaymentCode {
    fn from(read: Read) -> Self {
        match read {
            Read::Token(token) => Self::Token(token),
            Read::Unsupported(kind) => kind.into(),
        }
    }
}

impl Token {
    pub(super) fn looks_like(text: &str) -> bool {
        text.starts_with("cashuA") || text.starts_with("cashuB") || is_frame(text)
    }

    pub(super) fn read(text: &str) -> Result<Read, CodeError> {
        let cdk = if is_frame(text) {
            match one_frame(text)? {
                Some(token) => token,
                None => return Ok(Read::Unsupported(UnsupportedKind::AnimatedPart)),
            }
        } else {
            // The message of the decoder may quote a coin's secret, so it is not passed on.
            CdkToken::from_str(text).map_err(|_| damaged("it cannot be decoded"))?
        };
        let text = if is_frame(text) {
            cdk.to_string()
        } else {
            text.to_owned()
        };

        let secrets = cdk.token_secrets();
        let coins = secrets.len();
        if coins == 0 {
            return Err(damaged("there are no coins in it"));
        }
        let distinct: std::collections::HashSet<_> = secrets.iter().map(|s| s.as_bytes()).collect();
        if distinct.len() != coins {
            return Err(damaged("it holds the same coin twice"));
        }
        let lock = secrets
            .iter()
            .map(|secret| lock_of(secret))
            .max()
            .unwrap_or(Lock::Other);
        let Ok(issuer) = cdk.mint_url() else {
            return Ok(Read::Unsupported(UnsupportedKind::SeveralIssuers));
        };
        let issuer = uri::web_address(&issuer.to_string())
            .ok_or_else(|| damaged("its issuer has no web address"))?;

        Ok(Read::Token(Box::new(Self {
            issuer,
            unit: cdk
                .unit()
                .map(|unit| request::unit_name(&unit))
                .transpose()
                .map_err(damaged)?,
            face_value: cdk.value().ok().map(|amount| amount.to_u64()),
            coins,
            memo: cdk
                .memo()
                .as_deref()
                .map(|memo| plain_text(memo, MAX_MEMO))
                .filter(|memo| !memo.is_empty() || memo.removed() > 0),
            lock,
            text,
            cdk,
        })))
    }

    /// The same token as the e-cash rail takes it.
    #[allow(dead_code, reason = "for the e-cash rail")]
    pub(crate) fn as_cdk(&self) -> &CdkToken {
        &self.cdk
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("coins", &self.coins)
            .field("lock", &self.lock)
            .finish_non_exhaustive()
    }
}

/// Whether the text is one frame of an animated picture (NUT-16).
fn is_frame(text: &str) -> bool {
    text.get(..9)
        .is_some_and(|start| start.eq_ignore_ascii_case("ur:bytes/"))
}

/// A token that fits into one frame; `None` when this is one frame of several.
fn one_frame(text: &str) -> Result<Option<CdkToken>, CodeError> {
    let mut decoder = TokenUrDecoder::default();
    decoder
        .receive(text)
        .map_err(|_| damaged("the frame cannot be decoded"))?;
    if !decoder.complete() {
        return Ok(None);
    }
    decoder
        .token()
        .map_err(|_| damaged("the frame holds no token"))
}

fn lock_of(secret: &cdk::secret::Secret) -> Lock {
    if let Ok(conditions) = SpendingConditions::try_from(secret) {
        return match conditions.kind() {
            Kind::P2PK => Lock::Key,
            Kind::HTLC => Lock::Hash,
        };
    }
    // NUT-10: a well-known secret is the JSON `["KIND", {…}]`. Anything else is a random string.
    match serde_json::from_slice::<serde_json::Value>(secret.as_bytes()) {
        Ok(serde_json::Value::Array(_)) => Lock::Other,
        _ => Lock::None,
    }
}

fn damaged(why: &'static str) -> CodeError {
    CodeError::Damaged {
        kind: CodeKind::Token,
        why,
    }
}
