//! A few lines of C that are preloaded into a program. Only where there is a C compiler and a loader
//! that preloads (Linux).

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use xtask::places::Places;

/// Compiles a library; none where there cannot be one.
pub(crate) fn built(name: &str, source: &str) -> Option<PathBuf> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    let folder = Places::find().target.join("preload");
    fs::create_dir_all(&folder).ok()?;
    // Test programs run side by side: each compiles its own, and the last to be done stays.
    let made = tempfile::tempdir_in(&folder).ok()?;
    let code = made.path().join(format!("{name}.c"));
    let fresh = made.path().join(format!("{name}.so"));
    fs::write(&code, source).ok()?;
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"])
        .arg(&fresh)
        .arg(&code)
        .args(["-ldl", "-lpthread"])
        .output()
        .ok()?;
    assert!(built.status.success(), "{built:?}");
    let library = folder.join(format!("{name}.so"));
    fs::rename(&fresh, &library).ok()?;
    Some(library)
}
