//! Where a person's wallet is kept when nobody says otherwise: the same for every front end.

use std::ffi::OsString;
use std::path::PathBuf;

/// The folder that `FARTHING_HOME` names, or else the system's place for this person's data;
/// nothing where the system names none.
#[must_use]
pub fn home_of_this_person() -> Option<PathBuf> {
    choose(|name| std::env::var_os(name))
}

fn choose(env: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let set = |name: &str| {
        env(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    // A relative one would make a wallet in whatever folder the command was run in.
    let absolute = |name: &str| set(name).filter(|path| path.is_absolute());
    set("FARTHING_HOME").or_else(|| {
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

    fn chosen(env: &[(&str, &str)]) -> Option<PathBuf> {
        choose(|name| {
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
        assert_eq!(chosen(&all), Some("/f".into()));
        assert_eq!(chosen(&all[1..]), Some("/x/farthing".into()));
        assert_eq!(chosen(&all[2..]), Some("/h/.local/share/farthing".into()));
        assert_eq!(chosen(&[]), None);
        assert_eq!(
            chosen(&[("FARTHING_HOME", ""), ("HOME", "/h")]),
            chosen(&all[2..])
        );
        assert_eq!(
            chosen(&[("XDG_DATA_HOME", "x"), ("HOME", "/h")]),
            chosen(&all[2..])
        );
    }
}
