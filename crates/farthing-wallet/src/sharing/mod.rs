//! What merchants learn: the person's own details, the switches, what was asked and what was told.
//!
//! Nothing is told unless it was switched on, nothing is switched on by being asked, and whatever
//! leaves the device is in the journal before it does.

mod asked;
mod at_pay;
mod centre;
mod details;
mod proof;
mod switches;
mod tell;

pub use asked::{Answered, Asked};
pub use centre::{Sharing, SharingLine};
pub use details::OwnDetails;
pub use proof::{ConsentChange, ConsentReceipt};
pub use switches::{Switch, SwitchOn, SwitchState};
pub use tell::{Disclosure, Told};

pub(crate) use details::DETAILS;
pub(crate) use proof::Consent;
pub(crate) use switches::switches_of;
pub(crate) use tell::{Disclosed, Yes, disclosures_in};
