//! What a person asks of a merchant: what it knows of them, that it erases it, or to hear that a yes
//! was taken back.
//!
//! A letter is made ready and never sent from here: whoever sends it says so, and then the law's
//! clock runs. All of it is kept under the merchant's own key.

mod contact;
mod draft;
mod facts;
mod kept;
mod letter;

pub use contact::{ContactFrom, MerchantContact};
pub use draft::Draft;
pub use kept::DataRequest;

pub(crate) use kept::{RequestEvent, urgency};
