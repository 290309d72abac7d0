//! Where the project keeps things on this machine.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::{Outcome, Trouble};

/// The folders everything else is found in.
#[derive(Debug, Clone)]
pub struct Places {
    /// The checkout.
    pub root: PathBuf,
    /// Where cargo builds: `CARGO_TARGET_DIR`, else `target` in the checkout.
    pub target: PathBuf,
    /// Things worth keeping between checkouts, under the person's cache folder.
    pub cache: PathBuf,
}

/// The variable that names the wallet's program.
pub const FARTHING_BIN: &str = "FARTHING_BIN";
/// The variable that names the app with the window.
pub const APP_BIN: &str = "FARTHING_APP_BIN";
/// The variable that names the wallet that can be killed.
pub const KILL_BIN: &str = "FARTHING_KILL_BIN";
/// The variable that names the practice town's program.
pub const PRACTICE_BIN: &str = "FARTHING_PRACTICE_BIN";
/// The variable that names the Python in which Nutshell is installed.
pub const NUTSHELL_PYTHON: &str = "FARTHING_NUTSHELL_PYTHON";

impl Places {
    /// Looks at the environment once.
    #[must_use]
    pub fn find() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .nth(2)
            .unwrap_or_else(|| Path::new("."))
            .to_path_buf();
        // Cargo takes a relative target folder from where it was started; our own
        // cargo runs are started in the root, so that is the one folder both mean.
        let target = match env::var_os("CARGO_TARGET_DIR").filter(|v| !v.is_empty()) {
            Some(dir) => root.join(dir),
            None => root.join("target"),
        };
        let cache = folder("XDG_CACHE_HOME")
            .or_else(|| folder("HOME").map(|home| home.join(".cache")))
            .map_or_else(|| target.join("cache"), |cache| cache.join("farthing"));
        Self {
            root,
            target,
            cache,
        }
    }

    /// The wallet's program.
    #[must_use]
    pub fn farthing(&self) -> PathBuf {
        named(FARTHING_BIN).unwrap_or_else(|| self.built_farthing())
    }

    /// Where cargo puts the wallet's program, whatever the variable says.
    #[must_use]
    pub fn built_farthing(&self) -> PathBuf {
        self.target.join("debug").join(program("farthing"))
    }

    /// The app with the window.
    #[must_use]
    pub fn app(&self) -> PathBuf {
        named(APP_BIN).unwrap_or_else(|| self.target.join("xtask").join(program("farthing-app")))
    }

    /// Where cargo puts the app.
    #[must_use]
    pub fn built_app(&self) -> PathBuf {
        self.target.join("debug").join(program("farthing-app"))
    }

    /// The wallet that can be told to die, which only tests run.
    #[must_use]
    pub fn killable(&self) -> PathBuf {
        named(KILL_BIN).unwrap_or_else(|| self.target.join("xtask").join(program("farthing-kill")))
    }

    /// A copy of the wallet's program that later builds leave alone.
    #[must_use]
    pub fn kept_farthing(&self) -> PathBuf {
        named(FARTHING_BIN).unwrap_or_else(|| self.target.join("xtask").join(program("farthing")))
    }

    /// Where the practice town is built: its own workspace, so its own folder.
    #[must_use]
    pub fn practice_target(&self) -> PathBuf {
        self.target.join("practice")
    }

    /// The practice town's program.
    #[must_use]
    pub fn practice(&self) -> PathBuf {
        named(PRACTICE_BIN).unwrap_or_else(|| {
            self.practice_target()
                .join("debug")
                .join(program("farthing-practice"))
        })
    }

    /// What the test issuer's Python environment is made from.
    #[must_use]
    pub fn nutshell_requirements(&self) -> PathBuf {
        self.root
            .join("tests")
            .join("nutshell")
            .join("requirements.txt")
    }

    /// The test issuer's Python environment. Its name carries a hash of the
    /// requirements: a changed list is a new environment, never a patched one.
    #[must_use]
    pub fn nutshell_venv(&self) -> PathBuf {
        let wanted = fs::read(self.nutshell_requirements()).unwrap_or_default();
        self.cache.join(format!("venv-{:016x}", fnv1a(&wanted)))
    }

    /// The Python in which Nutshell is installed.
    #[must_use]
    pub fn nutshell_python(&self) -> PathBuf {
        named(NUTSHELL_PYTHON).unwrap_or_else(|| self.nutshell_venv().join("bin").join("python"))
    }

    /// What the journeys are told about this machine.
    #[must_use]
    pub fn for_tests(&self) -> [(&'static str, PathBuf); 3] {
        [
            (FARTHING_BIN, self.farthing()),
            (PRACTICE_BIN, self.practice()),
            (NUTSHELL_PYTHON, self.nutshell_python()),
        ]
    }
}

/// Makes an empty folder, whatever was there.
///
/// # Errors
/// When it cannot be cleared or made.
pub fn fresh(folder: &Path) -> Outcome {
    let trouble = |e| Trouble::new(format!("cannot use {}: {e}", folder.display()));
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(trouble)?;
    }
    fs::create_dir_all(folder).map_err(trouble)
}

/// Keeps a copy of a file under a name in a folder.
///
/// # Errors
/// When it cannot be copied.
pub fn keep(from: &Path, folder: &Path, name: &str) -> Outcome {
    fs::copy(from, folder.join(name))
        .map(drop)
        .map_err(|e| Trouble::new(format!("cannot keep {}: {e}", from.display())))
}

/// The cargo that started us, so that one toolchain does everything.
#[must_use]
pub fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

fn program(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}

fn named(variable: &str) -> Option<PathBuf> {
    env::var_os(variable)
        .filter(|v| !v.is_empty())
        .map(PathBuf::from)
}

fn folder(variable: &str) -> Option<PathBuf> {
    named(variable).filter(|path| path.is_absolute())
}

/// FNV-1a: a name for a list, not a defence against anyone.
pub(crate) fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_the_checkout() {
        assert!(Places::find().root.join("crates").join("xtask").is_dir());
        assert!(Places::find().nutshell_requirements().is_file());
    }

    #[test]
    fn another_list_of_packages_is_another_environment() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_ne!(fnv1a(b"cashu==0.20.2"), fnv1a(b"cashu==0.20.3"));
    }
}
