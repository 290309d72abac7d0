//! What a fresh machine lacks: system packages, the test issuer's Python, builds.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::places::{Places, cargo};
use crate::steps::{Step, Steps};
use crate::{Outcome, Trouble};

/// How many steps `cargo xtask setup` has.
pub const STEPS_FOR_EVERYTHING: usize = 1 + 1 + STEPS_FOR_PROGRAMS;
/// How many steps [`programs`] announces.
pub const STEPS_FOR_PROGRAMS: usize = 3;

/// A package of the system, and why we ask for it.
#[derive(Debug, Clone, Copy)]
pub struct Package {
    name: &'static str,
    why: &'static str,
}

/// What it takes to build the wallet and the practice town.
pub const TO_BUILD: &[Package] = &[
    Package {
        name: "build-essential",
        why: "the C compiler and linker",
    },
    Package {
        name: "pkg-config",
        why: "finds libraries to build against",
    },
    Package {
        name: "libssl-dev",
        why: "libcrypto, for the encrypted database",
    },
    Package {
        name: "protobuf-compiler",
        why: "builds the practice issuers",
    },
    Package {
        name: "libwebkit2gtk-4.1-dev",
        why: "the window",
    },
];

/// What the tests need besides.
pub const TO_TEST: &[Package] = &[
    Package {
        name: "python3-venv",
        why: "a Python of its own for the test issuer",
    },
    Package {
        name: "dbus",
        why: "a session for the keychain to live in",
    },
    Package {
        name: "gnome-keyring",
        why: "a real OS keychain to test against",
    },
    Package {
        name: "xvfb",
        why: "a screen for the window where there is none",
    },
    Package {
        name: "webkit2gtk-driver",
        why: "taps and reads in the real window",
    },
];

/// Installs what is missing from `wanted`, and nothing else.
pub fn system_packages(steps: &mut Steps, wanted: &[&[Package]]) -> Outcome {
    let step = steps.next("System packages");
    let wanted = wanted.concat();
    let names: Vec<&str> = wanted.iter().map(|p| p.name).collect();
    let Some(installed) = installed(&names) else {
        step.note("This is not Debian or Ubuntu, so nothing is installed here. Needed are:");
        for package in &wanted {
            step.note(&format!("  {} ({})", package.name, package.why));
        }
        step.done("going on with what there is");
        return Ok(());
    };
    let missing: Vec<&Package> = wanted
        .iter()
        .filter(|p| !installed.contains(p.name))
        .collect();
    if missing.is_empty() {
        step.done("all there");
        return Ok(());
    }
    for package in &missing {
        step.note(&format!("missing: {} ({})", package.name, package.why));
    }
    let missing: Vec<&str> = missing.iter().map(|p| p.name).collect();
    let by_hand = format!(
        "Install these yourself and start again: apt-get install {}",
        missing.join(" ")
    );
    let mut update = as_root(&by_hand)?;
    step.hide(update.args(["apt-get", "update", "-q"]), &by_hand)?;
    let mut install = as_root(&by_hand)?;
    install
        .args([
            "DEBIAN_FRONTEND=noninteractive",
            "apt-get",
            "install",
            "-q",
            "-y",
        ])
        .arg("--no-install-recommends")
        .args(&missing);
    step.hide(&mut install, &by_hand)?;
    step.done(&format!("installed {}", missing.join(", ")));
    Ok(())
}

/// Which of `names` dpkg has installed; nothing when there is no dpkg.
fn installed(names: &[&str]) -> Option<BTreeSet<String>> {
    let output = Command::new("dpkg-query")
        .args(["--show", "--showformat", "${Package} ${db:Status-Status}\n"])
        .args(names)
        .stderr(Stdio::null())
        .output()
        .ok()?;
    Some(installed_in(&String::from_utf8_lossy(&output.stdout)))
}

fn installed_in(dpkg: &str) -> BTreeSet<String> {
    dpkg.lines()
        .filter_map(|line| line.strip_suffix(" installed"))
        .map(str::to_owned)
        .collect()
}

/// `env` as root: directly, or through sudo (which may ask for a password).
fn as_root(by_hand: &str) -> Outcome<Command> {
    let id = Command::new("id").arg("-u").output();
    if id.is_ok_and(|out| out.stdout.trim_ascii() == b"0") {
        return Ok(Command::new("env"));
    }
    let sudo = Command::new("sudo").arg("-v").status();
    if sudo.is_ok_and(|status| status.success()) {
        let mut command = Command::new("sudo");
        command.arg("env");
        return Ok(command);
    }
    Err(Trouble::new(format!(
        "installing packages needs root, or sudo.\n{by_hand}"
    )))
}

/// The Python environment in which Nutshell, the reference issuer, is installed.
pub fn test_issuer(steps: &mut Steps, places: &Places) -> Outcome {
    let step = steps.next("Nutshell, the reference issuer to test against (Python)");
    if env::var_os(crate::places::NUTSHELL_PYTHON).is_some() {
        step.done("taken from the environment");
        return Ok(());
    }
    let venv = places.nutshell_venv();
    let python = places.nutshell_python();
    // Written last: an environment without it was interrupted and is made anew.
    let complete = venv.join("complete");
    if complete.is_file() && works(&python) {
        step.done("already there");
        return Ok(());
    }
    step.note(&format!("into {}", venv.display()));
    if venv.exists() {
        fs::remove_dir_all(&venv)
            .map_err(|e| Trouble::new(format!("cannot clear {}: {e}", venv.display())))?;
    }
    step.hide(
        Command::new("python3").args(["-m", "venv"]).arg(&venv),
        "Python 3.10 or later with its venv module is needed (on Debian: python3-venv).",
    )?;
    step.hide(
        Command::new(&python)
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
            ])
            .args(["--no-input", "--no-deps", "--requirement"])
            .arg(places.nutshell_requirements()),
        "pip must reach a Python package index. Behind a proxy or a mirror, set it up in pip's\n\
         own configuration and start again; what was half made is thrown away first.",
    )?;
    if !works(&python) {
        return Err(Trouble::new(format!(
            "Nutshell was installed into {} but cannot be imported with this Python.\n\
             Python 3.10 to 3.13 are known to suit it.",
            venv.display()
        )));
    }
    fs::write(&complete, "")
        .map_err(|e| Trouble::new(format!("cannot write {}: {e}", complete.display())))?;
    step.done("");
    Ok(())
}

fn works(python: &std::path::Path) -> bool {
    Command::new(python)
        .args([
            "-c",
            "import cashu.mint, cashu.wallet, bolt11, coincurve, asyncpg, grpc",
        ])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Builds the wallet that can be told to die at a write or a request, and keeps it apart: only the
/// tests of that run it. Before [`programs`], which puts the wallet people run back in its place.
///
/// # Errors
/// When it does not build, or cannot be kept.
pub fn killable(steps: &mut Steps, places: &Places) -> Outcome {
    let step = steps.next("Build the wallet that can be killed");
    let what = ["--package", "farthing-cli", "--features", "kill-points"];
    build(&step, places, &what)?;
    keep(places, &places.built_farthing(), &places.killable())?;
    step.done("");
    Ok(())
}

/// Keeps a program under another name, where later builds do not replace it.
fn keep(places: &Places, built: &Path, kept: &Path) -> Outcome {
    // A new file, not a new content: somebody may be running the old one.
    let _ = fs::remove_file(kept);
    fs::create_dir_all(places.target.join("xtask"))
        .and_then(|()| fs::copy(built, kept))
        .map_err(|e| Trouble::new(format!("cannot keep a copy of {}: {e}", built.display())))?;
    Ok(())
}

/// Builds the window's page, the wallet and the practice town.
pub fn programs(steps: &mut Steps, places: &Places) -> Outcome {
    let step = steps.next("Build the window's page");
    crate::window::build(&step, places)?;
    step.done("");
    let step = steps.next("Build the wallet");
    // Not ourselves: we are running.
    build(&step, places, &["--workspace", "--exclude", "xtask"])?;
    let (built, kept) = (places.farthing(), places.kept_farthing());
    if built != kept {
        keep(places, &built, &kept)?;
    }
    keep(places, &places.built_app(), &places.app())?;
    step.done("");
    let step = steps.next("Build the practice town");
    build(&step, places, &practice(places))?;
    step.done("");
    Ok(())
}

/// Cargo's arguments for the practice town's own workspace.
#[must_use]
pub fn practice(places: &Places) -> [String; 4] {
    [
        "--manifest-path".into(),
        places
            .root
            .join("practice")
            .join("Cargo.toml")
            .display()
            .to_string(),
        "--target-dir".into(),
        places.practice_target().display().to_string(),
    ]
}

/// Cargo's arguments for the fuzz targets' own workspace.
#[must_use]
pub fn fuzz(places: &Places) -> [String; 4] {
    beside(places, "fuzz")
}

/// Cargo's arguments for the workspace of what measures the wallet.
#[must_use]
pub fn bench(places: &Places) -> [String; 4] {
    beside(places, "bench")
}

/// A workspace whose profiles are the wallet's, so that one target folder serves both.
fn beside(places: &Places, folder: &str) -> [String; 4] {
    let manifest = places.root.join(folder).join("Cargo.toml");
    [
        "--manifest-path".into(),
        manifest.display().to_string(),
        "--target-dir".into(),
        places.target.display().to_string(),
    ]
}

/// The manifest of every workspace, each with a lockfile of its own.
#[must_use]
pub fn manifests(places: &Places) -> [std::path::PathBuf; 4] {
    ["", "practice", "fuzz", "bench"].map(|folder| places.root.join(folder).join("Cargo.toml"))
}

fn build<S: AsRef<std::ffi::OsStr>>(step: &Step, places: &Places, what: &[S]) -> Outcome {
    step.show(
        Command::new(cargo())
            .current_dir(&places.root)
            .args(["build", "--locked"])
            .args(what),
        "The compiler's words above say what is wrong. If crates could not be fetched, check\n\
         the connection and start again: what was built is kept.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_that_was_removed_again_is_missing() {
        let have = installed_in("dbus installed\ngnome-keyring not-installed\nfoo config-files\n");
        assert_eq!(have.into_iter().collect::<Vec<_>>(), ["dbus"]);
    }

    #[test]
    fn every_package_says_why_it_is_wanted() {
        assert!(TO_BUILD.iter().chain(TO_TEST).all(|p| !p.why.is_empty()));
    }
}
