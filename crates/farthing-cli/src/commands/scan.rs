//! `scan`: what the codes in a picture are. Needs no wallet, asks nobody, moves nothing.

use farthing_api::{Exit, Failure, ScanReport};

use super::Context;
use crate::answer;
use crate::args::Scan;
use crate::input::{self, Input};

pub(super) fn scan(context: &Context, scan: &Scan) -> Result<Exit, Failure> {
    let picture = match input::read(&scan.file)? {
        Input::Picture(bytes) => bytes,
        // Not a picture: let the wallet say so.
        Input::Text(text) => text.into_bytes(),
    };
    let codes = farthing_wallet::scan(&picture)?;
    let codes = codes.into_iter().map(Into::into).collect();
    answer::answer(context.form, false, ScanReport { codes });
    Ok(Exit::Done)
}
