//! The two issuers.

mod books;
mod server;
mod terms;

pub use books::{BooksError, UnitBooks};
pub use server::{Issuer, IssuerError};
pub use terms::{HARBOUR, MAPLE, Terms, UnitTerms};
