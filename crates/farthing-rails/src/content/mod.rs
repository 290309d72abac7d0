//! Pages and files behind HTTP 402: what they ask for, and how a site is shown that it was paid.
//!
//! Four dialects: e-cash in a header (NUT-24), L402 and its older form LSAT, and the HTTP
//! `Payment` scheme with its Lightning charge. x402 is known by sight.

mod challenge;
mod credential;
mod demand;
mod name;
mod title;

#[cfg(test)]
mod tests;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

pub use credential::Credential;
pub use demand::{Demand, Demands, PriceTags, Ticket, Unpayable, demands};
pub use name::file_name;
pub use title::{may_have_title, title_of};

/// Base64url with or without padding, as the `Payment` scheme reads it.
fn base64url(text: &str) -> Option<Vec<u8>> {
    const EITHER: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(&alphabet::URL_SAFE, EITHER)
        .decode(text)
        .ok()
}
