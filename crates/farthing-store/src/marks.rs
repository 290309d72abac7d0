//! What the disk says of a wallet that is half made or half gone.
//!
//! Such a mark says whose it is. Files of an old copy may come to lie among those of a living wallet,
//! and a mark among them must not take that wallet away.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use farthing_vault::wallet_named;

use crate::home::{Home, HomeError, UNFINISHED, absent_is_fine, private};

pub(crate) const ERASING: &str = "erasing";

/// Longer than any mark, and than any vault's file.
const AT_MOST: u64 = 64 * 1024;

/// What a mark has to do with the wallet that is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// There is none.
    Absent,
    /// It was written for this wallet, or for one that has no file with a name left or yet.
    OfThis,
    /// It came with files of another.
    OfAnother,
    /// Whose it is cannot be said: it is not obeyed, and stays.
    Unclear,
}

impl Home {
    pub(crate) fn mark(&self, name: &str) -> Mark {
        let whose = match self.read_mark(name) {
            Ok(None) => return Mark::Absent,
            Ok(Some(text)) => text.lines().next().unwrap_or_default().to_owned(),
            Err(_) => return Mark::Unclear,
        };
        match wallet_named(self.dir()) {
            Ok(Some(here)) if here == whose => Mark::OfThis,
            // Earlier versions did not say whose it is.
            _ if whose.is_empty() => Mark::OfThis,
            Ok(Some(_)) => Mark::OfAnother,
            // A link to a disk that is not plugged in is no file that is gone.
            Ok(None) if fs::symlink_metadata(self.vault()).is_err() => Mark::OfThis,
            // Blank where an erasing was cut short.
            _ if holds_a_zero(&self.vault()) => Mark::OfThis,
            _ => Mark::Unclear,
        }
    }

    /// What a mark says; the first line is the wallet's name.
    pub(crate) fn read_mark(&self, name: &str) -> io::Result<Option<String>> {
        let file = match File::open(self.dir().join(name)) {
            Ok(file) => file,
            Err(absent) if absent.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut text = Vec::new();
        file.take(AT_MOST).read_to_end(&mut text)?;
        Ok(Some(String::from_utf8_lossy(&text).into_owned()))
    }

    /// Whole or not at all: half a name would be another wallet's.
    pub(crate) fn write_mark(&self, name: &str, text: &str) -> io::Result<()> {
        let new = self.dir().join(format!("{name}.new"));
        let mut file =
            private(OpenOptions::new().write(true).create(true).truncate(true)).open(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        drop(file);
        fs::rename(&new, self.dir().join(name))?;
        self.sync()
    }

    /// Takes away marks that came with files of another wallet. Call it while holding the home's lock.
    ///
    /// # Errors
    /// [`HomeError::Io`].
    pub fn drop_marks_of_others(&self) -> Result<(), HomeError> {
        for name in [ERASING, UNFINISHED] {
            if self.mark(name) == Mark::OfAnother {
                absent_is_fine(fs::remove_file(self.dir().join(name)))
                    .and_then(|()| self.sync())
                    .map_err(|source| self.io(source))?;
            }
        }
        Ok(())
    }
}

/// No vault's file does; one that is being blanked has nothing else.
fn holds_a_zero(file: &Path) -> bool {
    let mut bytes = Vec::new();
    File::open(file)
        .and_then(|file| file.take(AT_MOST).read_to_end(&mut bytes))
        .is_ok()
        && bytes.contains(&0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "00112233445566778899aabbccddeeff";
    const ELSEWHERE: &str = "ffeeddccbbaa99887766554433221100";

    fn home(vault: Option<&[u8]>) -> (Home, tempfile::TempDir) {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::open(dir.path()).unwrap();
        if let Some(vault) = vault {
            fs::write(home.vault(), vault).unwrap();
        }
        (home, dir)
    }

    #[test]
    fn a_mark_is_obeyed_where_it_was_written_for_what_is_here() {
        let named = format!(r#"{{"format":9,"wallet":"{HERE}"}}"#);
        let named = Some(named.as_bytes());
        let half_blank = Some(&b"{\"wallet\":\"00112\0\0\0"[..]);
        for (vault, said, mark) in [
            (named, HERE, Mark::OfThis),
            (named, ELSEWHERE, Mark::OfAnother),
            (named, "", Mark::OfThis),
            // The file goes first when a wallet is erased, and is blank before it goes.
            (None, HERE, Mark::OfThis),
            (half_blank, HERE, Mark::OfThis),
            // Damage of another kind is no erasing.
            (Some(&b"{"[..]), HERE, Mark::Unclear),
            (Some(&b"{"[..]), "", Mark::OfThis),
        ] {
            let (home, _dir) = home(vault);
            assert_eq!(home.mark(ERASING), Mark::Absent);
            home.write_mark(ERASING, said).unwrap();
            assert_eq!(home.mark(ERASING), mark, "{said} at {vault:?}");
            home.drop_marks_of_others().unwrap();
            let stays = mark != Mark::OfAnother;
            assert_eq!(home.mark(ERASING) != Mark::Absent, stays);
        }
    }
}
