//! Answers as people read them.

mod costs;
mod csv;
mod erase;
mod fees;
mod health;
mod journal;
mod library;
mod money;
mod page;
mod plan;
mod rates;
mod rights;
mod sharing;
mod statistics;

pub(crate) use csv::{CostRow, costs_csv, history_csv};
pub(crate) use page::{PRACTICE, Page, Show};
