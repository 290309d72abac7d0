//! `cargo xtask release`: the program built twice in two places, compared, and its bill of
//! materials. docs/supply-chain.md says how to do the same by hand.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::places::{Places, cargo, fresh, keep};
use crate::steps::{Step, Steps, answer};
use crate::{Outcome, Trouble, checks, setup, tools};

/// Two names of different length: a path that leaks moves everything behind it.
const ROOMS: [&str; 2] = ["one", "another-place"];
const PROGRAM: &str = "farthing";
const FROM_A_COMMIT: &str = "A release is made from a commit, in a clone with its history.";

/// Builds what is committed, twice, and leaves program, bill and hashes in `target/xtask/release`.
///
/// # Errors
/// When the two differ, or anything on the way fails.
pub fn run(places: &Places) -> Outcome {
    let mut steps = Steps::new(places, 6);
    setup::system_packages(&mut steps, &[setup::TO_BUILD])?;
    let folder = places.target.join("xtask").join("release");
    let commit = git(places, &["rev-parse", "HEAD"])?;
    let time = git(places, &["log", "-1", "--format=%ct"])?;

    let step = steps.next("What is linked: licences, bans, sources");
    checks::may_be_linked(&step, places, true)?;

    let mut built = Vec::new();
    for room in ROOMS {
        let step = steps.next(&format!("Build commit {commit} in {room}"));
        let room = folder.join(room);
        check_out(&step, places, &room)?;
        build(&step, &room, &time)?;
        let program = room.join("target").join("release").join(PROGRAM);
        built.push(read(&program)?);
        step.done("");
    }

    let step = steps.next("Compare");
    let [one, another] = built.as_slice() else {
        return Err(Trouble::new("there are not two builds to compare"));
    };
    if one != another {
        return Err(Trouble::new(format!(
            "the two builds differ ({} and {} bytes). Both are still in {};\n\
             `diffoscope` shows where. This must not be released.",
            one.len(),
            another.len(),
            folder.display()
        )));
    }
    step.done("one and the same, byte for byte");

    let step = steps.next("Bill of materials and hashes");
    tools::CYCLONEDX.get(&step)?;
    let [first, second] = ROOMS.map(|room| folder.join(room));
    let bill = bill(&step, &first, &time)?;
    let out = folder.join("out");
    fresh(&out)?;
    keep(&first.join("target/release").join(PROGRAM), &out, PROGRAM)?;
    keep(&bill, &out, "farthing.cdx.json")?;
    // Without a path in front, so that the list can be checked anywhere.
    step.show(
        Command::new("sh")
            .current_dir(&out)
            .args(["-c", "sha256sum -- * | tee SHA256SUMS"]),
        "`sha256sum` is part of every Linux; elsewhere, hash the two files yourself.",
    )?;
    for room in [first, second] {
        fs::remove_dir_all(&room)
            .map_err(|e| Trouble::new(format!("cannot clear {}: {e}", room.display())))?;
    }
    step.done(&format!("in {}", out.display()));
    Ok(())
}

/// The files of the commit, and nothing else that lies about.
fn check_out(step: &Step, places: &Places, room: &Path) -> Outcome {
    fresh(room)?;
    let archive = room.join("source.tar");
    step.hide(
        Command::new("git")
            .current_dir(&places.root)
            .args(["archive", "--format=tar", "--output"])
            .arg(&archive)
            .arg("HEAD"),
        FROM_A_COMMIT,
    )?;
    step.hide(
        Command::new("tar")
            .current_dir(room)
            .args(["-xf", "source.tar"]),
        "",
    )?;
    fs::remove_file(&archive).map_err(|e| Trouble::new(e.to_string()))
}

fn build(step: &Step, room: &Path, time: &str) -> Outcome {
    let mut command = Command::new(cargo());
    settled(&mut command, room, time)
        .args([
            "build",
            "--locked",
            "--release",
            "--package",
            "farthing-cli",
        ])
        .arg("--target-dir")
        .arg(room.join("target"));
    step.hide(
        &mut command,
        "The compiler's words above say what is wrong.",
    )
}

/// Takes out of a build what differs between two honest ones: paths and times.
fn settled<'a>(command: &'a mut Command, room: &Path, time: &str) -> &'a mut Command {
    let cargo_home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")))
        .unwrap_or_default();
    let (room_, home) = (room.display(), cargo_home.display());
    command
        .current_dir(room)
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("CARGO_TARGET_DIR")
        .env("SOURCE_DATE_EPOCH", time)
        .env("CARGO_INCREMENTAL", "0")
        .env(
            "RUSTFLAGS",
            format!("--remap-path-prefix={room_}=/farthing --remap-path-prefix={home}=/cargo"),
        )
        // The C that crates carry along.
        .env(
            "CFLAGS",
            format!("-ffile-prefix-map={room_}=/farthing -ffile-prefix-map={home}=/cargo"),
        )
}

fn bill(step: &Step, room: &Path, time: &str) -> Outcome<PathBuf> {
    let mut command = Command::new(cargo());
    command
        .current_dir(room)
        .env("SOURCE_DATE_EPOCH", time)
        .args([
            "cyclonedx",
            "--manifest-path",
            "crates/farthing-cli/Cargo.toml",
        ])
        .args(["--format", "json", "--all-features"])
        .args(["--target", "x86_64-unknown-linux-gnu"]);
    step.hide(
        &mut command,
        "`cargo cyclonedx` needs what `cargo build` needs.",
    )?;
    Ok(room.join("crates/farthing-cli/farthing-cli.cdx.json"))
}

fn git(places: &Places, args: &[&str]) -> Outcome<String> {
    answer(
        Command::new("git").current_dir(&places.root).args(args),
        FROM_A_COMMIT,
    )
}

fn read(path: &Path) -> Outcome<Vec<u8>> {
    fs::read(path).map_err(|e| Trouble::new(format!("cannot read {}: {e}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_and_no_time_of_this_machine_is_left_in_a_build() {
        let mut command = Command::new("cargo");
        settled(&mut command, Path::new("/somewhere"), "7");
        let env = |name: &str| {
            command
                .get_envs()
                .find(|(key, _)| *key == name)
                .and_then(|(_, value)| Some(value?.to_string_lossy().into_owned()))
                .unwrap_or_default()
        };
        for flags in [env("RUSTFLAGS"), env("CFLAGS")] {
            assert!(flags.contains("=/somewhere=/farthing"), "{flags}");
            assert!(flags.contains("=/cargo"), "{flags}");
        }
        assert_eq!(env("SOURCE_DATE_EPOCH"), "7");
        assert_ne!(ROOMS[0].len(), ROOMS[1].len());
    }
}
