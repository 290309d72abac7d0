//! Files in the wallet home: whole or not at all, and only for their owner.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::kill::point;

/// Nothing if the file is not there.
pub(crate) fn read_bounded(path: &Path, at_most: u64) -> io::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    file.take(at_most.saturating_add(1))
        .read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > at_most {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "the file is larger than any this wallet writes",
        ));
    }
    Ok(Some(bytes))
}

/// After a crash at any moment the file holds the old bytes or the new ones.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = beside(path);
    let mut file =
        private(OpenOptions::new().write(true).create(true).truncate(true)).open(&temporary)?;
    point("before a file's bytes");
    file.write_all(bytes)?;
    point("after a file's bytes");
    file.sync_all()?;
    drop(file);
    point("before a file's new name");
    fs::rename(&temporary, path)?;
    point("after a file's new name");
    sync_folder(path)?;
    point("after a file is durable");
    Ok(())
}

/// Like [`write_atomically`], then wipes the bytes that were there before. Flash
/// and copying file systems may keep them all the same.
pub(crate) fn replace_and_wipe(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let before = OpenOptions::new().write(true).open(path).ok();
    write_atomically(path, bytes)?;
    if let Some(mut before) = before {
        let length = before.metadata()?.len();
        io::copy(&mut io::repeat(0).take(length), &mut before)?;
        before.sync_all()?;
        point("after old bytes are wiped");
    }
    Ok(())
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    path.with_file_name(name)
}

/// Makes the folder if needed. A folder made here is for its owner alone.
pub(crate) fn make_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Without this the rename itself may be lost in a power cut.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Held while the vault's files are read and changed, so that two guesses at the
/// same moment are counted as two. Dies with the process.
pub(crate) struct HomeLock(#[expect(dead_code, reason = "dropping it unlocks")] File);

impl HomeLock {
    /// Nothing if another process keeps it for longer than a keychain may take.
    pub(crate) fn take(home: &Path) -> io::Result<Option<Self>> {
        let file = private(OpenOptions::new().write(true).create(true).truncate(false))
            .open(home.join("vault.lock"))?;
        let patience = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Some(Self(file))),
                Err(TryLockError::Error(error)) => return Err(error),
                Err(TryLockError::WouldBlock) if patience.elapsed() > Duration::from_secs(120) => {
                    return Ok(None);
                }
                Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(20)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_bounded_when_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        assert_eq!(read_bounded(&path, 10).unwrap(), None);
        write_atomically(&path, b"first").unwrap();
        replace_and_wipe(&path, b"second").unwrap();
        assert_eq!(read_bounded(&path, 6).unwrap().unwrap(), b"second");
        assert_eq!(
            read_bounded(&path, 5).unwrap_err().kind(),
            io::ErrorKind::InvalidData
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn an_old_copy_that_is_still_linked_is_wiped() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("a"), folder.path().join("old"));
        write_atomically(&path, b"secret").unwrap();
        fs::hard_link(&path, &link).unwrap();
        replace_and_wipe(&path, b"other").unwrap();
        assert_eq!(fs::read(&link).unwrap(), [0; 6]);
    }

    #[cfg(unix)]
    #[test]
    fn files_and_folders_are_for_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let outer = tempfile::tempdir().unwrap();
        let home = outer.path().join("deep/home");
        make_private_folder(&home).unwrap();
        write_atomically(&home.join("a"), b"x").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&home), 0o700);
        assert_eq!(mode(&home.join("a")), 0o600);
    }
}
