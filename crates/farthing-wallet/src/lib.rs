//! The use cases: open, top up, review, pay, redeem, give, history, recovery. Knows no screen.
//!
//! Everything that moves money goes `review → confirm → execute → receipt`, and each step is on
//! disk before the next begins. The journal is written before and after money moves; what lies
//! between is kept by `farthing-rails` beside the coins, so that [`Wallet::recover`] can finish
//! the story after a crash.

mod balance_cap;
mod clock;
mod confirm;
mod costs;
mod day;
mod deliver;
mod doctor;
mod erase;
mod export;
mod get_paid;
mod give;
mod history;
mod init;
mod journal;
mod language;
mod left;
mod lines;
mod merchants;
mod money;
mod month;
mod names;
mod old_copy;
mod once;
mod open;
mod pages;
mod pay;
mod place;
mod practice;
mod purses;
mod rates;
mod recover;
mod redeem;
mod rescue;
mod review;
mod rights;
mod rules;
mod scan;
mod sharing;
mod sign_in;
mod spent;
mod statement;
mod statistics;
mod success;
mod top_up;
mod trouble;
mod undecided;
mod under_way;
mod unnamed;
mod voucher;
mod wallet;
mod why;
mod words;

pub use clock::now_ms;
pub use confirm::ConfirmError;
pub use costs::{Cheaper, Cost, CostLine, CostOf, Costs, Dear, Taken, Total};
pub use day::{Day, NotADay};
pub use doctor::{Check, CheckState};
pub use erase::{EraseError, ErasePlan, LeaveToErase, erase};
pub use export::Everything;
pub use farthing_policy::{
    BadValue, Factor, Item, Law, NotALaw, NotARequest, Purpose, Reason, RequestKind, RequestState,
    Warning, WayOut,
};
pub use farthing_rails::ecash::{IssuerCard, Purse, PurseId, PurseIdError, UnitCard};
pub use farthing_rails::picture::DrawError;
pub use farthing_store::history::{MerchantId, NotAPaymentId, PaymentId, Salvaged};
pub use farthing_vault::{
    Device, Glance, KeychainChoice, Mark, NotARecipient, OpenedBy, OpensWith, Recipient,
    RecoveryWords, Secret, SecretShape, UnlockError, WordsError, glance, no_core_dumps,
};
pub use get_paid::{GetPaid, GetPaidError};
pub use give::{GiveError, GivePlan, Given};
pub use history::{HistoryError, HistoryFilter, HistoryLine, Receipt};
pub use init::{Created, InitError, NewWallet, init};
pub use journal::{Direction, Outcome, PaymentKind, Proof};
pub use language::{Language, fill};
pub use left::Left;
pub use lines::THE_PAYEE;
pub use merchants::{Merchant, MerchantChange, MerchantError, MerchantLine};
pub use money::MoneyState;
pub use month::{Month, NotAMonth};
pub use names::names_like;
pub use old_copy::OldCopy;
pub use open::{OpenError, WordsOpenError, is_here, open, open_with_words, open_without_recovery};
pub use pages::{Fetched, KeptPage, PageError, PageId, PageText};
pub use pay::PayError;
pub use place::home_of_this_person;
pub use practice::PracticeError;
pub use purses::{IssuerError, OpenedPurse, PurseBalance};
pub use rates::{GoingRate, RateDoubt, RateNow, Then};
pub use recover::{RecoverError, Recovery};
pub use redeem::{RedeemError, RedeemReview, Redeemed};
pub use rescue::{Rescue, examine, rescue};
pub use review::{
    Alternative, Ask, CodeInput, Conversion, MoveError, MoveRequest, Payee, Review, ReviewError,
    ReviewId, ReviewRequest,
};
pub use rights::{ContactFrom, DataRequest, Draft, MerchantContact};
pub use scan::{Collected, Collecting, ScanError, Scanned, frames_of, recognise, scan};
pub use sharing::{
    Answered, Asked, ConsentChange, ConsentReceipt, Disclosure, OwnDetails, Sharing, SharingLine,
    Switch, SwitchOn, SwitchState, Told,
};
pub use sign_in::{SignInError, SignInReview};
pub use spent::Spent;
pub use statement::{
    HandOver, LeftOut, SliceOf, Statement, StatementError, StatementLine, StatementMade,
    StatementParts, StatementProof,
};
pub use statistics::{Statistics, StatisticsError};
pub use success::Success;
pub use top_up::{TopUp, TopUpError, TopUpOutcome};
pub use trouble::StoreTrouble;
pub use unnamed::Unnamed;
pub use wallet::Wallet;
pub use why::Why;
