//! Where the wallet is kept.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use farthing_api::{Exit, Failure, Money};

/// The folder named on the command line, by `FARTHING_HOME`, or the system's place for
/// this person's data.
pub(crate) fn home(named: Option<&Path>) -> Result<PathBuf, Failure> {
    choose(named, |name| std::env::var_os(name)).ok_or_else(|| {
        Failure::new(
            "no_home",
            "the system names no place for a wallet",
            Money::Safe,
            Exit::Usage,
        )
    })
}

fn choose(named: Option<&Path>, env: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let set = |name: &str| {
        env(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    // A relative one would make a wallet in whatever folder the command was run in.
    let absolute = |name: &str| set(name).filter(|path| path.is_absolute());
    named
        .map(Path::to_path_buf)
        .or_else(|| set("FARTHING_HOME"))
        .or_else(|| {
            let data = if cfg!(windows) {
                absolute("LOCALAPPDATA")
            } else if cfg!(target_os = "macos") {
                absolute("HOME").map(|home| home.join("Library/Application Support"))
            } else {
                absolute("XDG_DATA_HOME")
                    .or_else(|| absolute("HOME").map(|home| home.join(".local/share")))
            };
            data.map(|data| data.join("farthing"))
        })
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    fn chosen(named: Option<&str>, env: &[(&str, &str)]) -> Option<PathBuf> {
        choose(named.map(Path::new), |name| {
            env.iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.into())
        })
    }

    #[test]
    fn the_nearest_word_on_where_the_wallet_is_counts() {
        let all = [
            ("FARTHING_HOME", "/f"),
            ("XDG_DATA_HOME", "/x"),
            ("HOME", "/h"),
        ];
        assert_eq!(chosen(Some("d"), &all), Some("d".into()));
        assert_eq!(chosen(None, &all), Some("/f".into()));
        assert_eq!(chosen(None, &all[1..]), Some("/x/farthing".into()));
        assert_eq!(
            chosen(None, &all[2..]),
            Some("/h/.local/share/farthing".into())
        );
        assert_eq!(chosen(None, &[]), None);
        assert_eq!(
            chosen(None, &[("FARTHING_HOME", ""), ("HOME", "/h")]),
            chosen(None, &all[2..])
        );
        assert_eq!(
            chosen(None, &[("XDG_DATA_HOME", "x"), ("HOME", "/h")]),
            chosen(None, &all[2..])
        );
    }
}
