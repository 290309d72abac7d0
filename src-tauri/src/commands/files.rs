//! Files for the person, outside the wallet.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use farthing_api::KeptFile;
use farthing_wallet::{Day, names_like};
use tauri::ipc::{InvokeBody, Request};
use tauri::{AppHandle, Manager, State};

use super::{Answer, aside, wrong};
use crate::session::Session;

/// Larger than any receipt.
const LARGEST: usize = 4 * 1024 * 1024;
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The page gives what is in the file; its kind and its name are said here.
#[tauri::command]
pub(crate) async fn keep_receipt(
    app: AppHandle,
    session: State<'_, Session>,
    request: Request<'_>,
) -> Answer<KeptFile> {
    session.open()?;
    let InvokeBody::Raw(bytes) = request.body() else {
        return Err(wrong("file_unwritable", &"no receipt was given"));
    };
    let ending = kind(bytes).ok_or_else(|| wrong("file_unwritable", &"this is no receipt"))?;
    let folder = downloads(&app)?;
    let bytes = bytes.clone();
    let today = Day::today().to_string();
    let kept = aside(move || write(&folder, &today, ending, &bytes)).await?;
    let name = kept.map_err(|error| wrong("file_unwritable", &error))?;
    Ok(KeptFile { name })
}

/// A picture or plain text, by what it holds.
fn kind(bytes: &[u8]) -> Option<&'static str> {
    if bytes.is_empty() || bytes.len() > LARGEST {
        None
    } else if bytes.starts_with(PNG) {
        Some("png")
    } else {
        std::str::from_utf8(bytes).ok().map(|_| "txt")
    }
}

/// Where the system keeps what was downloaded.
pub(super) fn downloads(app: &AppHandle) -> Answer<PathBuf> {
    let path = app.path();
    path.download_dir()
        .or_else(|_| path.document_dir())
        .or_else(|_| path.home_dir())
        .map_err(|error| wrong("file_unwritable", &error))
}

fn write(folder: &Path, day: &str, ending: &str, bytes: &[u8]) -> std::io::Result<String> {
    write_new(folder, &format!("Farthing {day}.{ending}"), bytes)
}

/// A new file with all of it, or nothing that stays; its name.
pub(super) fn write_new(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<String> {
    let (mut file, name) = new_file(folder, name)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a file would pass for what it is not.
        let _ = std::fs::remove_file(folder.join(&name));
    }
    written.map(|()| name)
}

/// A new file that takes nobody's place: of this name, or with a number in it.
pub(super) fn new_file(folder: &Path, name: &str) -> std::io::Result<(File, String)> {
    std::fs::create_dir_all(folder)?;
    for name in names_like(name) {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        // What somebody paid for is nobody else's business.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(folder.join(&name)) {
            Ok(file) => return Ok((file, name)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_never_takes_the_place_of_another_file() {
        let folder = tempfile::tempdir().unwrap();
        let names: Vec<_> = ["one", "two"]
            .map(|text| write(folder.path(), "2026-11-22", "txt", text.as_bytes()).unwrap())
            .into();
        assert_eq!(
            names,
            ["Farthing 2026-11-22.txt", "Farthing 2026-11-22 (2).txt"]
        );
        let kept = std::fs::read_to_string(folder.path().join("Farthing 2026-11-22.txt"));
        assert_eq!(kept.unwrap(), "one");
    }

    #[test]
    fn what_is_neither_text_nor_a_picture_is_not_written() {
        assert_eq!(kind("Quittung: 21 sat".as_bytes()), Some("txt"));
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n\x00\xff"), Some("png"));
        for other in [&b""[..], b"\x7fELF\xff", b"\xff\xd8\xff"] {
            assert_eq!(kind(other), None, "{other:?}");
        }
        assert_eq!(kind(&vec![b'a'; LARGEST + 1]), None);
    }
}
