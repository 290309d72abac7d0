//! New files for the person, outside the wallet.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use farthing_api::{Exit, Failure, Money};

/// Writes a new file, closed to others: the whole of it, or nothing that stays. What is there
/// already is left as it is.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    let written = whole(file, bytes);
    if written.is_err() {
        // Half a file would pass for what it is not.
        let _ = std::fs::remove_file(path);
    }
    written
}

/// Refuses a name that is taken, before anything is written down.
pub(crate) fn free(path: &Path) -> Result<(), Failure> {
    if path.symlink_metadata().is_err() {
        return Ok(());
    }
    Err(unwritable(format!("{} is there already", path.display())))
}

/// A file cannot be written, and why.
pub(crate) fn unwritable(what: String) -> Failure {
    Failure::new("file_unwritable", what, Money::Safe, Exit::NotDone)
}

fn whole(mut file: File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_closed_to_others_and_takes_nobodys_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine.txt");
        write_new(&path, b"one").unwrap();
        assert_eq!(
            write_new(&path, b"two").unwrap_err().kind(),
            io::ErrorKind::AlreadyExists
        );
        assert_eq!(std::fs::read(&path).unwrap(), b"one");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_link_to_a_disk_that_is_full_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("full");
        std::os::unix::fs::symlink("/dev/full", &path).unwrap();
        assert!(write_new(&path, b"one").is_err());
        assert!(path.is_symlink(), "what somebody else made is gone");
    }
}
