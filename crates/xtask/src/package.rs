//! `cargo xtask package`: what people install, made by Tauri's own bundler for the system this
//! runs on, and its hashes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::places::{Places, fresh, keep};
use crate::steps::{Step, Steps};
use crate::{Outcome, Trouble, setup, window};

/// What is made on this system, as Tauri's bundler calls it. The first has to succeed.
const KINDS: &[&str] = if cfg!(target_os = "macos") {
    &["dmg"]
} else if cfg!(windows) {
    &["msi"]
} else {
    &["deb", "appimage"]
};

/// Builds the app for release, packs it, and leaves packages and hashes in `target/xtask/package`.
///
/// # Errors
/// When it does not build, or not even the first kind of package can be made.
pub fn run(places: &Places) -> Outcome {
    let mut steps = Steps::new(places, 4 + KINDS.len());
    setup::system_packages(&mut steps, &[setup::TO_BUILD])?;
    let step = steps.next("Build the window's page");
    window::build(&step, places)?;
    step.done("");

    let step = steps.next("Build the app, for release");
    step.show(
        tauri(places)
            .args(["build", "--no-bundle", "--ci", "--"])
            .arg("--locked"),
        "The compiler's words above say what is wrong.",
    )?;
    step.done("");

    let out = places.target.join("xtask").join("package");
    fresh(&out)?;
    let mut made = Vec::new();
    for (nth, kind) in KINDS.iter().enumerate() {
        let step = steps.next(&format!("Pack it: {kind}"));
        let before = bundles(places, kind);
        for old in &before {
            let _ = fs::remove_file(old);
        }
        let packed = step.hide(
            tauri(places).args(["bundle", "--ci", "--bundles", kind]),
            "The bundler's last words are above.",
        );
        let found = bundles(places, kind);
        match packed {
            Ok(()) if !found.is_empty() => {
                for package in found {
                    let name = package.file_name().unwrap_or_default();
                    let name = name.to_string_lossy().into_owned();
                    keep(&package, &out, &name)?;
                    made.push(name);
                }
                step.done("");
            }
            Ok(()) => return Err(Trouble::new(format!("the bundler left no {kind}"))),
            Err(trouble) if nth == 0 => return Err(trouble),
            // Tauri's bundler downloads what makes an AppImage, from where not every machine gets.
            Err(trouble) => step.done(&format!("not made here: {trouble}")),
        }
    }
    let step = steps.next("Hashes");
    hashes(&step, &out, &made)?;
    step.done(&format!("in {}", out.display()));
    Ok(())
}

/// Tauri's own command, as `ui/package.json` pins it.
fn tauri(places: &Places) -> Command {
    let program = if cfg!(windows) { "tauri.cmd" } else { "tauri" };
    let program = places.root.join("ui/node_modules/.bin").join(program);
    let mut command = Command::new(program);
    command
        .current_dir(places.root.join("src-tauri"))
        .env("CARGO_TARGET_DIR", &places.target);
    command
}

/// The packages of that kind that lie where the bundler puts them.
fn bundles(places: &Places, kind: &str) -> Vec<PathBuf> {
    let folder = places.target.join("release").join("bundle").join(kind);
    let Ok(files) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let is_one = |path: &PathBuf| {
        path.extension()
            .is_some_and(|end| end.eq_ignore_ascii_case(kind))
    };
    files
        .flatten()
        .map(|entry| entry.path())
        .filter(is_one)
        .collect()
}

/// Without a path in front, so that the list can be checked anywhere.
fn hashes(step: &Step, out: &Path, made: &[String]) -> Outcome {
    if cfg!(windows) {
        step.note("not made here: Windows has no sha256sum");
        return Ok(());
    }
    let program = if cfg!(target_os = "macos") {
        "shasum -a 256"
    } else {
        "sha256sum"
    };
    step.show(
        Command::new("sh")
            .current_dir(out)
            .args(["-c", &format!("{program} -- \"$@\" | tee SHA256SUMS"), "sh"])
            .args(made),
        "Hash the packages yourself.",
    )
}
