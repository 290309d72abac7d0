//! Codes we know by sight and cannot pay, so that the person hears why and is kept from harm.

use super::PaymentCode;

/// A code that was recognised and cannot be paid. It does not keep the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unsupported {
    /// What it is.
    pub kind: UnsupportedKind,
    /// Why it cannot be paid, for people.
    pub why: &'static str,
}

/// What an unpayable code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UnsupportedKind {
    /// A bitcoin address, bare or in a `bitcoin:` link without a Lightning invoice.
    OnChain,
    /// An LNURL that offers to open a Lightning channel (LUD-02).
    Channel,
    /// An LNURL of the Tor network.
    Onion,
    /// An invoice request or an invoice of BOLT 12, which wallets send to each other.
    Bolt12,
    /// A Lightning offer with its price in a currency other than bitcoin.
    OfferInCurrency,
    /// A Lightning offer of things of which the payer says how many.
    OfferOfThings,
    /// A Nostr Wallet Connect link: it lets its holder spend from somebody's wallet.
    Nwc,
    /// The words of a wallet: whoever has them has everything in it.
    SeedPhrase,
    /// A private key.
    PrivateKey,
    /// A link to pay on a chain or network other than Bitcoin's.
    OtherChain,
    /// What an x402 server wants: a signed transfer on some chain.
    X402,
    /// A Cashu request that wants the e-cash locked in a certain way.
    LockedRequest,
    /// A token with e-cash of several issuers.
    SeveralIssuers,
    /// One frame of an animated code.
    AnimatedPart,
    /// Nothing we know.
    Unknown,
}

impl UnsupportedKind {
    /// The kind's stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::OnChain => "on_chain",
            Self::Channel => "channel",
            Self::Onion => "onion",
            Self::Bolt12 => "bolt12",
            Self::OfferInCurrency => "offer_in_currency",
            Self::OfferOfThings => "offer_of_things",
            Self::Nwc => "wallet_link",
            Self::SeedPhrase => "seed_phrase",
            Self::PrivateKey => "private_key",
            Self::OtherChain => "other_chain",
            Self::X402 => "x402",
            Self::LockedRequest => "locked_request",
            Self::SeveralIssuers => "several_issuers",
            Self::AnimatedPart => "animated_part",
            Self::Unknown => "unknown",
        }
    }
}

impl From<UnsupportedKind> for Unsupported {
    fn from(kind: UnsupportedKind) -> Self {
        use UnsupportedKind as K;
        let why = match kind {
            K::OnChain => {
                "this is a bitcoin address; this wallet pays over Lightning and with e-cash only"
            }
            K::Channel => {
                "this offers to open a Lightning channel; this wallet has no Lightning node"
            }
            K::Onion => "this leads into the Tor network, where this wallet does not go",
            K::Bolt12 => {
                "this is a message between two Lightning wallets (BOLT 12); ask for the offer it is about"
            }
            K::OfferInCurrency => {
                "this Lightning offer has its price in another currency; ask for one in bitcoin"
            }
            K::OfferOfThings => {
                "this Lightning offer wants to know how many you buy, and issuers cannot be told; \
                 ask for one with a single price"
            }
            K::Nwc => "this link gives control over a wallet; treat it like a password",
            K::SeedPhrase => {
                "these are the words of a wallet: whoever sees them can take all its money. \
                 They are not a payment code; nothing was kept"
            }
            K::PrivateKey => {
                "this is a private key: whoever sees it can take what it protects. \
                 It is not a payment code; nothing was kept"
            }
            K::OtherChain => {
                "this asks for another currency's own network; this wallet pays over Lightning \
                 and with e-cash only"
            }
            K::X402 => {
                "this asks for a transfer on a chain (x402); this wallet pays over Lightning and \
                 with e-cash only"
            }
            K::LockedRequest => {
                "the payee wants e-cash locked in a way that this version cannot make"
            }
            K::SeveralIssuers => {
                "this token mixes e-cash of several issuers; ask for one token of each"
            }
            K::AnimatedPart => "this is one frame of an animated code; scan the whole animation",
            K::Unknown => "this is no payment code we know",
        };
        Self { kind, why }
    }
}

impl From<UnsupportedKind> for PaymentCode {
    fn from(kind: UnsupportedKind) -> Self {
        Self::Unsupported(kind.into())
    }
}

impl From<Unsupported> for PaymentCode {
    fn from(seen: Unsupported) -> Self {
        Self::Unsupported(seen)
    }
}

/// Names what is left when it is neither payable nor a page. Never fails.
pub(super) fn recognise(text: &str) -> Unsupported {
    use UnsupportedKind as K;
    let lower = text.to_ascii_lowercase();
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| lower.starts_with(prefix));
    let kind = if starts(&["lnr1", "lni1"]) {
        K::Bolt12
    } else if starts(&[
        "nostr+walletconnect:",
        "nostrwalletconnect:",
        "nostr+walletauth:",
    ]) {
        K::Nwc
    } else if starts(&["nsec1", "ncryptsec1"]) || is_extended_private_key(text) || is_wif(text) {
        K::PrivateKey
    } else if is_bitcoin_address(text, &lower) {
        K::OnChain
    } else if starts(&OTHER_CHAINS) || is_ethereum_address(&lower) {
        K::OtherChain
    } else if is_x402(text) {
        K::X402
    } else {
        K::Unknown
    };
    kind.into()
}

/// A BIP 39 phrase in English, right or wrong in its checksum: a mistyped one is as secret as a good one.
pub(super) fn is_seed_phrase(text: &str) -> bool {
    let mut count = 0;
    for word in text.split(|c: char| c.is_whitespace() || c == ',') {
        if word.is_empty() {
            continue;
        }
        count += 1;
        let known = word.len() <= 8
            && bip39::Language::English
                .find_word(&word.to_ascii_lowercase())
                .is_some();
        if !known || count > 24 {
            return false;
        }
    }
    matches!(count, 12 | 15 | 18 | 21 | 24)
}

fn is_base58(text: &str) -> bool {
    text.bytes()
        .all(|b| b.is_ascii_alphanumeric() && !matches!(b, b'0' | b'O' | b'I' | b'l'))
}

fn is_extended_private_key(text: &str) -> bool {
    let start = text.get(..4).unwrap_or_default();
    matches!(start, "xprv" | "yprv" | "zprv" | "tprv" | "uprv" | "vprv")
        && text.len() > 100
        && is_base58(text)
}

/// A private key in wallet import format.
fn is_wif(text: &str) -> bool {
    let shape = match text.len() {
        51 => text.starts_with(['5', '9']),
        52 => text.starts_with(['K', 'L', 'c']),
        _ => false,
    };
    shape && is_base58(text)
}

/// EMVCo merchant-presented mode: begins with the format indicator, ends with a four-digit checksum.
pub(super) fn starts_emv(text: &str) -> bool {
    let Some(at) = text.len().checked_sub(8) else {
        return false;
    };
    text.starts_with("000201") && text.get(at..).is_some_and(|end| end.starts_with("6304"))
}

/// Schemes under which other networks ask for their own money.
const OTHER_CHAINS: [&str; 12] = [
    "bitcoincash:",
    "cardano:",
    "dogecoin:",
    "ethereum:",
    "liquidnetwork:",
    "litecoin:",
    "monero:",
    "ripple:",
    "solana:",
    "stellar:",
    "tron:",
    "web+stellar:",
];

fn is_ethereum_address(lower: &str) -> bool {
    lower
        .strip_prefix("0x")
        .is_some_and(|hex| hex.len() == 40 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// The JSON body of an x402 answer.
fn is_x402(text: &str) -> bool {
    text.starts_with('{')
        && serde_json::from_str::<serde_json::Value>(text)
            .is_ok_and(|body| body.get("x402Version").is_some())
}

fn is_bitcoin_address(text: &str, lower: &str) -> bool {
    let segwit = ["bc1", "tb1", "bcrt1"]
        .iter()
        .any(|hrp| lower.starts_with(hrp))
        && (14..=90).contains(&lower.len())
        && lower.bytes().all(|b| b.is_ascii_alphanumeric());
    let legacy = (26..=35).contains(&text.len())
        && text.starts_with(['1', '3', 'm', 'n', '2'])
        && is_base58(text);
    segwit || legacy
}
