//! Answers as people read them.

mod costs;
mod csv;
mod fees;
mod health;
mod journal;
mod library;
mod money;
mod page;
mod plan;
mod rates;

pub(crate) use csv::{CostRow, costs_csv, history_csv};
pub(crate) use page::{PRACTICE, Page, Show};
