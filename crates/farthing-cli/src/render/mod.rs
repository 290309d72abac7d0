//! Answers as people read them.

mod csv;
mod fees;
mod health;
mod journal;
mod library;
mod money;
mod page;
mod plan;

pub(crate) use csv::history_csv;
pub(crate) use page::{PRACTICE, Page, Show};
