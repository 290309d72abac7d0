//! Where the wallet is kept.

use std::path::{Path, PathBuf};

use farthing_api::{Exit, Failure, Money};

/// The folder named on the command line, by `FARTHING_HOME`, or the system's place for
/// this person's data.
pub(crate) fn home(named: Option<&Path>) -> Result<PathBuf, Failure> {
    named
        .map(Path::to_path_buf)
        .or_else(farthing_wallet::home_of_this_person)
        .ok_or_else(|| {
            Failure::new(
                "no_home",
                "the system names no place for a wallet",
                Money::Safe,
                Exit::Usage,
            )
        })
}
