//! The window's parts: TypeScript, Svelte and words, checked, tested and built by npm.

use std::process::{Command, Stdio};

use crate::places::Places;
use crate::steps::Step;
use crate::{Outcome, Trouble};

/// The oldest Node.js that the packages in `ui/package.json` run on.
const NODE_AT_LEAST: (u32, u32) = (20, 20);

/// Installs what the lockfile says and builds the page that the app carries.
pub fn build(step: &Step, places: &Places) -> Outcome {
    let (major, minor) = NODE_AT_LEAST;
    let found = node_version();
    if found.is_none_or(|version| version < NODE_AT_LEAST) {
        let found = found.map_or("none was found".to_owned(), |(major, minor)| {
            format!("{major}.{minor} was found")
        });
        return Err(Trouble::new(format!(
            "the window needs Node.js {major}.{minor} or later, with npm; {found}.\n\
             Install it from your system's packages, or from nodejs.org, and try again."
        )));
    }
    step.hide(
        &mut npm(places, &["ci", "--no-audit", "--no-fund"]),
        "npm's words above say which package it could not install.",
    )?;
    step.show(
        &mut npm(places, &["run", "--silent", "build"]),
        "`npm run build` in ui/ builds alone.",
    )
}

/// Checks and tests what [`build`] has installed and built.
pub fn checks(step: &Step, places: &Places) -> Outcome {
    for (script, advice) in [
        (
            "check",
            "The line above names the file, the line and the reason.",
        ),
        ("test", "`npm test` in ui/ runs the promises alone."),
    ] {
        step.show(&mut npm(places, &["run", "--silent", script]), advice)?;
    }
    Ok(())
}

fn npm(places: &Places, args: &[&str]) -> Command {
    let mut command = Command::new("npm");
    command
        .args(args)
        .current_dir(places.root.join("ui"))
        .stdin(Stdio::null());
    command
}

fn node_version() -> Option<(u32, u32)> {
    let said = Command::new("node").arg("--version").output().ok()?;
    version_in(std::str::from_utf8(&said.stdout).ok()?)
}

/// `v20.20.2` is 20.20.
fn version_in(said: &str) -> Option<(u32, u32)> {
    let mut numbers = said.trim().strip_prefix('v')?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_that_is_too_old_is_told_from_one_that_will_do() {
        assert_eq!(version_in("v20.20.2\n"), Some((20, 20)));
        assert!(version_in("v18.20.4").unwrap() < NODE_AT_LEAST);
        assert!(version_in("v22.3.0").unwrap() >= NODE_AT_LEAST);
        assert_eq!(version_in("not found"), None);
    }
}
