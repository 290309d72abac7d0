//! A count kept beside the coins, so that an old copy of their file can be told from the last one.

use serde::{Deserialize, Serialize};

use super::Ecash;
use super::trouble::Trouble;

const KIND: &str = "session";
const KEY: &str = "last";

#[derive(Default, Serialize, Deserialize)]
struct Session {
    count: u64,
    /// How long the journal was when it began.
    journal: u64,
}

impl Ecash {
    /// How many sessions there were whose journal differed from the one before.
    ///
    /// # Errors
    /// [`Trouble::Store`].
    pub async fn sessions(&self) -> Result<u64, Trouble> {
        let last: Option<Session> = self.read_record(KIND, KEY).await?;
        Ok(last.map_or(0, |last| last.count))
    }

    /// Counts this session if the journal is not as long as when the last one began; what it is
    /// now. A look at the balance writes nothing.
    ///
    /// # Errors
    /// [`Trouble::Store`].
    pub async fn begin_session(&self, journal: u64) -> Result<u64, Trouble> {
        let last: Option<Session> = self.read_record(KIND, KEY).await?;
        let last = last.unwrap_or_default();
        if last.journal == journal {
            return Ok(last.count);
        }
        let count = last.count.saturating_add(1);
        self.write_record(KIND, KEY, &Session { count, journal })
            .await?;
        Ok(count)
    }
}
