//! Anonymous statistics: one noisy answer about one whole month, and only if the person says so.
//!
//! The answer to a month is drawn once and kept: drawn again and again, its noise would average out.
//! Nothing leaves but the bytes that are shown.

mod error;
mod kept;
mod leave;
#[cfg(test)]
mod tests;

pub use error::StatisticsError;
pub use kept::Statistics;

pub(crate) use kept::STATISTICS;
pub(crate) use leave::StatisticsLeft;
