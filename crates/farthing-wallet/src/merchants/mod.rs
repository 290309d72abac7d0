//! The merchants: payees the wallet keeps settings for, each under a key of its own.
//!
//! One is met at the first review that names it. Two are never made into one: what identifies a
//! merchant is the domain somebody registered, the Lightning address or the key that is paid, and a
//! name that looks like another's is another's.

mod alike;
mod change;
mod forget;
mod kept;
mod list;
mod who;

pub use change::{MerchantChange, MerchantError};
pub use list::{Merchant, MerchantLine};

pub(crate) use kept::MerchantDetails;
pub(crate) use who::site_of;
