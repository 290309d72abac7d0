//! One function for each way hostile bytes can reach the wallet.
//!
//! Each takes any bytes and panics when a promise is broken. The fuzzer calls them through
//! `fuzz_targets/`, `tests/corpus.rs` calls them with every file in `corpus/`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a panic is how a fuzz target reports"
)]

mod codes;
mod edit;
mod files;
mod issuers;
mod lnurls;
mod pages;
mod pictures;
mod plain;
mod rates;
pub mod seeds;
mod vaults;

pub use codes::{address, carried_code, code, merchant_code, plain_text};
pub use files::{history_file, history_rows, money_file};
pub use issuers::{issuer_reply, issuer_talk};
pub use lnurls::lnurl_reply;
pub use pages::page_offer;
pub use pictures::picture;
pub use plain::{amount, policy, words};
pub use rates::rates_reply;
pub use vaults::{sealed, vault_header, vault_open};

/// A target: its name, what it does with bytes, and the longest input worth trying.
#[derive(Clone, Copy)]
pub struct Target {
    /// The name of its binary and of its folder in `corpus/`.
    pub name: &'static str,
    /// Panics when a promise is broken.
    pub run: fn(&[u8]),
    /// In bytes.
    pub longest: usize,
}

macro_rules! targets {
    ($($name:ident: $longest:expr),+ $(,)?) => {
        &[$(Target { name: stringify!($name), run: $name, longest: $longest }),+]
    };
}

/// All of them.
pub const TARGETS: &[Target] = targets! {
    code: 4096,
    carried_code: 2048,
    plain_text: 512,
    address: 512,
    amount: 256,
    policy: 4096,
    words: 512,
    picture: 8192,
    vault_header: 4096,
    vault_open: 64,
    sealed: 256,
    history_file: 64,
    history_rows: 64,
    money_file: 64,
    issuer_reply: 8192,
    issuer_talk: 8192,
    lnurl_reply: 4096,
    merchant_code: 1024,
    page_offer: 8192,
    rates_reply: 8192,
};

/// A folder for one input's files, in memory where the system has such a place.
fn scratch() -> tempfile::TempDir {
    let shared = std::path::Path::new("/dev/shm");
    if shared.is_dir() {
        tempfile::tempdir_in(shared).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    }
}
