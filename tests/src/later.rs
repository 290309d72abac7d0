//! Days later: a few lines of C, preloaded into the wallet's program, set its clock ahead. The wallet
//! has no switch for that, and needs none.
//!
//! Only where there is a C compiler and a loader that preloads (Linux); elsewhere [`clock`] is none,
//! and a test says so instead of passing in silence.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::preload;

/// The clock, compiled once for each test program; none where there cannot be one.
#[must_use]
pub fn clock() -> Option<&'static Path> {
    static BUILT: OnceLock<Option<PathBuf>> = OnceLock::new();
    BUILT
        .get_or_init(|| preload::built("later", include_str!("later.c")))
        .as_deref()
}
