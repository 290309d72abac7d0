//! Taking a whole wallet off this device.
//!
//! The disk says that it is being erased, and which wallet, before the first file goes, so that a
//! start after a crash finishes it and never takes what is left for a damaged wallet. What opens the
//! rest goes first.

use std::fs::{self, OpenOptions};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::home::{HISTORY, Home, HomeError, KEYS, MONEY, UNFINISHED, absent_is_fine};
use crate::marks::{ERASING, Mark};

/// What an erased wallet still has in the keychain; the wallet's name follows.
const IN_KEYCHAIN: &str = "left-in-keychain-";

/// What says nothing and only stands in the way of an empty folder.
const LEFT_OVER: [&str; 4] = [UNFINISHED, "unfinished.new", "erasing.new", "vault.lock"];

/// One for each wallet: another that is erased here later has one of its own.
fn list_name(list: &str) -> String {
    let wallet = list.lines().next().unwrap_or_default();
    let name = wallet.chars().filter(char::is_ascii_alphanumeric);
    format!("{IN_KEYCHAIN}{}", name.collect::<String>())
}

impl Home {
    /// Says on the disk that the wallet here is being erased: it cannot be opened from now on, and
    /// whoever comes next finishes it. The first line of `mark` is the wallet's name; the rest is for
    /// whoever finishes it ([`Self::erasing`]).
    ///
    /// # Errors
    /// [`HomeError::Io`]; the wallet is as it was.
    pub fn begin_erasing(&self, mark: &str) -> Result<(), HomeError> {
        self.write_mark(ERASING, mark)
            .map_err(|source| self.io(source))?;
        erased(self.dir());
        Ok(())
    }

    /// Whether the wallet here is being erased. Another's mark, which came with an old copy of that
    /// one's files, says nothing of it.
    #[must_use]
    pub fn is_erasing(&self) -> bool {
        self.mark(ERASING) == Mark::OfThis
    }

    /// What was to be said to whoever finishes it; `None` where nothing is being erased.
    #[must_use]
    pub fn erasing(&self) -> Option<String> {
        if !self.is_erasing() {
            return None;
        }
        self.read_mark(ERASING).ok().flatten()
    }

    /// The wallet stays after all. Only while every file of it is still there.
    ///
    /// # Errors
    /// [`HomeError::Io`].
    pub fn stay(&self) -> Result<(), HomeError> {
        absent_is_fine(fs::remove_file(self.dir().join(ERASING)))
            .and_then(|()| self.sync())
            .map_err(|source| self.io(source))
    }

    /// Takes every file of the wallet away and keeps a list of what the keychain has of it
    /// ([`Self::left_in_keychain`]). The list does not say that a wallet is being erased: one that is
    /// brought back here stays.
    ///
    /// # Errors
    /// [`HomeError::Io`]; it still says that it is being erased, and this can be done again.
    pub fn erase_all_but(&self, list: &str) -> Result<(), HomeError> {
        let erase = || {
            self.take_files_away()?;
            self.write_mark(&list_name(list), list)?;
            absent_is_fine(fs::remove_file(self.dir().join(ERASING)))?;
            self.sync()
        };
        erase().map_err(|source| self.io(source))
    }

    /// The lists of what the keychain still has of wallets that were erased here.
    #[must_use]
    pub fn left_in_keychain(&self) -> Vec<String> {
        let Ok(files) = fs::read_dir(self.dir()) else {
            return Vec::new();
        };
        files
            .filter_map(|file| file.ok()?.file_name().into_string().ok())
            .filter(|name| name.starts_with(IN_KEYCHAIN) && !is_half_a_list(name))
            .filter_map(|name| self.read_mark(&name).ok().flatten())
            .collect()
    }

    /// Takes such a list away, and the folder if nothing else is in it.
    ///
    /// # Errors
    /// [`HomeError::Io`]; this can be done again.
    pub fn forget_keychain(&self, list: &str) -> Result<(), HomeError> {
        let forget = || {
            absent_is_fine(fs::remove_file(self.dir().join(list_name(list))))?;
            let alone = self.left_in_keychain().is_empty() && !self.holds_wallet_files();
            if alone && self.mark(UNFINISHED) == Mark::Absent {
                absent_is_fine(fs::remove_file(self.lock()))?;
            }
            self.sync()?;
            absent_is_fine(remove_if_empty(self.dir()))
        };
        forget().map_err(|source| self.io(source))
    }

    fn take_files_away(&self) -> io::Result<()> {
        for file in self.files_to_erase()? {
            if KEYS.iter().any(|key| file.ends_with(key)) {
                blank(&file)?;
            }
            absent_is_fine(fs::remove_file(&file))?;
            erased(&file);
        }
        absent_is_fine(remove_if_empty(&self.library()))
    }

    /// Takes every file of the wallet away, and the folder if nothing else is in it. Files of the
    /// person's own are left alone.
    ///
    /// # Errors
    /// [`HomeError::Io`]; it still says that it is being erased, and this can be done again.
    pub fn erase(&self) -> Result<(), HomeError> {
        let erase = || {
            self.take_files_away()?;
            // Whoever takes the lock from here on finds only the mark, and takes it away as we do.
            absent_is_fine(fs::remove_file(self.lock()))?;
            self.sync()?;
            erased(&self.lock());
            absent_is_fine(fs::remove_file(self.dir().join(ERASING)))?;
            self.sync()?;
            erased(&self.dir().join(ERASING));
            absent_is_fine(remove_if_empty(self.dir()))
        };
        erase().map_err(|source| self.io(source))
    }

    /// In the order in which they go.
    fn files_to_erase(&self) -> io::Result<Vec<PathBuf>> {
        let mut files: Vec<PathBuf> = KEYS.iter().map(|key| self.dir().join(key)).collect();
        files.extend(names_in(self.dir(), |name| {
            // Databases, their logs, and copies that were kept.
            [MONEY, HISTORY].iter().any(|file| {
                let end = name.strip_prefix(file);
                end.is_some_and(|end| end.is_empty() || end.starts_with(['-', '.']))
            }) || is_half_a_list(name)
        })?);
        files.extend(names_in(&self.library(), is_kept_file)?);
        files.extend(LEFT_OVER.iter().map(|name| self.dir().join(name)));
        Ok(files)
    }
}

/// What is left of a list whose writing a crash cut short.
fn is_half_a_list(name: &str) -> bool {
    name.starts_with(IN_KEYCHAIN) && name.ends_with(".new")
}

/// Files in the library have random names of 32 hexadecimal digits.
fn is_kept_file(name: &str) -> bool {
    name.len() == 32 && name.bytes().all(|digit| digit.is_ascii_hexdigit())
}

fn names_in(dir: &Path, ours: impl Fn(&str) -> bool) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(absent) if absent.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(&ours) {
            names.push(entry.path());
        }
    }
    names.sort();
    Ok(names)
}

/// Writes over a file's bytes as well as the system allows.
fn blank(file: &Path) -> io::Result<()> {
    let mut file = match OpenOptions::new().write(true).open(file) {
        Ok(file) => file,
        Err(absent) if absent.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let length = file.metadata()?.len();
    io::copy(&mut io::repeat(0).take(length), &mut file)?;
    file.sync_all()
}

fn remove_if_empty(dir: &Path) -> io::Result<()> {
    match fs::remove_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(()),
        done => done,
    }
}

#[cfg(feature = "kill-points")]
fn erased(what: &Path) {
    let name = what.file_name().unwrap_or_default().to_string_lossy();
    // Kept files have random names, and a point is always called the same.
    let name = if is_kept_file(&name) { "a page" } else { &name };
    crate::kill::point(&format!("after erasing {name}"));
}

#[cfg(not(feature = "kill-points"))]
fn erased(_: &Path) {}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: [&str; 10] = [
        "vault.json",
        "erase.key",
        "attempts.json",
        "money.db",
        "money.db-wal",
        "history.db",
        "history.db-shm",
        "history.db.damaged-1",
        "history.db.damaged-1-wal",
        "library/00112233445566778899aabbccddeeff",
    ];
    const WALLET: &str = "00112233445566778899aabbccddeeff";
    const THEIRS: [&str; 4] = [
        "letters.txt",
        "money.dbx",
        "my history.db",
        "library/holiday.png",
    ];

    fn filled(dir: &Path) -> Home {
        let home = Home::create(dir).unwrap();
        fs::create_dir(home.library()).unwrap();
        for name in OURS.iter().chain(&THEIRS) {
            fs::write(dir.join(name), b"something").unwrap();
        }
        let named = format!(r#"{{"wallet":"{WALLET}"}}"#);
        fs::write(home.vault(), named).unwrap();
        home
    }

    #[test]
    fn the_mark_of_another_wallets_erasing_takes_nothing_of_this_one() {
        let outside = tempfile::tempdir().unwrap();
        let home = filled(&outside.path().join("wallet"));
        home.begin_erasing("ffeeddccbbaa99887766554433221100")
            .unwrap();
        assert!(!home.is_erasing());
        home.drop_marks_of_others().unwrap();
        assert!(!home.dir().join(ERASING).exists());
        // Also where its own file goes astray later.
        fs::remove_file(home.vault()).unwrap();
        assert!(!home.is_erasing());
    }

    #[test]
    fn everything_of_the_wallet_goes_and_nothing_of_the_person() {
        let outside = tempfile::tempdir().unwrap();
        let home = filled(&outside.path().join("wallet"));
        home.begin_erasing(WALLET).unwrap();
        assert!(home.is_erasing());
        home.erase().unwrap();
        assert!(!home.is_erasing() && !home.holds_wallet_files());
        for name in OURS {
            assert!(!home.dir().join(name).exists(), "{name}");
        }
        for name in THEIRS {
            assert!(home.dir().join(name).exists(), "{name}");
            fs::remove_file(home.dir().join(name)).unwrap();
        }
        // Where nothing of anybody's is left, neither is the folder.
        home.erase().unwrap();
        assert!(!home.dir().exists());
    }

    #[test]
    fn cut_short_after_any_file_it_says_so_and_is_finished() {
        let outside = tempfile::tempdir().unwrap();
        for gone in 0..OURS.len() {
            let home = filled(&outside.path().join(gone.to_string()));
            home.begin_erasing(WALLET).unwrap();
            for file in home.files_to_erase().unwrap().iter().take(gone) {
                absent_is_fine(fs::remove_file(file)).unwrap();
            }
            assert!(home.is_erasing());
            home.erase().unwrap();
            assert!(!home.is_erasing() && !home.holds_wallet_files(), "{gone}");
        }
    }

    #[test]
    fn the_keys_are_blank_before_they_are_gone() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("vault.json");
        fs::write(&file, vec![7; 10_000]).unwrap();
        blank(&file).unwrap();
        assert_eq!(fs::read(&file).unwrap(), vec![0; 10_000]);
    }
}
