//! What a merchant may learn: nothing, unless the person switched it on.

mod decide;
mod grant;
mod item;
mod request;

pub use decide::{
    ASK_AGAIN_AFTER_MS, SharingAsk, SharingDecision, SharingFacts, decide_sharing, may_ask_again,
};
pub use grant::{Grant, STANDS_FOR_MS, Standing};
pub use item::{BadValue, Item, NotAPurpose, NotAnItem, Purpose};
pub use request::{
    Law, NotALaw, NotARequest, RequestKind, RequestState, answer_due_ms, request_state,
};
