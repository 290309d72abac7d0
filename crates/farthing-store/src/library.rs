//! Pages and files a person paid for, sealed on the disk.
//!
//! One file each, under a random name, in pieces of [`FILE_PIECE`] bytes. What it is called, where
//! it is from and its key are in a record elsewhere: this folder tells sizes and dates, no more. A
//! download that broke off goes on behind the last whole piece that opens: what was written and had
//! not reached the disk when the power went may be there in length alone.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use farthing_vault::{FILE_PIECE, FILE_PIECE_OVERHEAD, FileKey, OpenError, SealError};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::disk::DiskTrouble;
use crate::home::{Home, sync_dir};

/// Bytes of a whole piece on the disk.
const SEALED_PIECE: usize = FILE_PIECE + FILE_PIECE_OVERHEAD;

/// Why a kept file cannot be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LibraryError {
    /// The disk.
    #[error("the library cannot be used: {0}")]
    Io(#[from] io::Error),
    /// A piece was changed, moved, or is of another file.
    #[error("a kept file is damaged: {0}")]
    Damaged(#[from] OpenError),
    /// It ends before its end.
    #[error("a kept file is not complete")]
    Incomplete,
    /// A piece cannot be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl LibraryError {
    /// What the disk has to do with it.
    #[must_use]
    pub fn disk(&self) -> Option<DiskTrouble> {
        DiskTrouble::behind(self)
    }
}

/// The folder of kept files.
#[derive(Debug, Clone)]
pub struct Library {
    dir: PathBuf,
}

impl Library {
    /// The library of a wallet's home. Its folder is made by the first file.
    #[must_use]
    pub fn of(home: &Home) -> Self {
        Self {
            dir: home.library(),
        }
    }

    fn path(&self, file: Uuid) -> PathBuf {
        self.dir.join(file.simple().to_string())
    }

    /// Goes on writing a file, behind the last whole piece that is there and opens; from its beginning
    /// where there is none.
    ///
    /// # Errors
    /// [`LibraryError::Io`].
    pub fn append(&self, file: Uuid, key: FileKey) -> Result<Writing, LibraryError> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        {
            use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
            builder.mode(0o700);
            options.mode(0o600);
        }
        builder.create(&self.dir)?;
        let mut opened = options.open(self.path(file))?;
        let pieces = sound_pieces(&opened, &key)?;
        let end = pieces.saturating_mul(length(SEALED_PIECE));
        cut(&opened, end)?;
        opened.seek(SeekFrom::Start(end))?;
        Ok(Writing {
            dir: self.dir.clone(),
            file: opened,
            key,
            pieces,
            rest: Zeroizing::new(Vec::new()),
        })
    }

    /// How many bytes of a file are here in whole pieces that open: where [`Self::append`] goes on.
    ///
    /// # Errors
    /// [`LibraryError::Io`]; a file that is not there has none.
    pub fn have(&self, file: Uuid, key: &FileKey) -> Result<u64, LibraryError> {
        match File::open(self.path(file)) {
            Ok(found) => Ok(sound_pieces(&found, key)?.saturating_mul(length(FILE_PIECE))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads a whole file.
    ///
    /// # Errors
    /// [`LibraryError::Io`].
    pub fn read(&self, file: Uuid, key: FileKey) -> Result<Reading, LibraryError> {
        Ok(Reading {
            file: File::open(self.path(file))?,
            key,
            pieces: 0,
            ended: false,
        })
    }

    /// Removes a file; one that is not there is removed already.
    ///
    /// # Errors
    /// [`LibraryError::Io`].
    pub fn remove(&self, file: Uuid) -> Result<(), LibraryError> {
        match fs::remove_file(self.path(file)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}

/// A file being written.
#[derive(Debug)]
pub struct Writing {
    dir: PathBuf,
    file: File,
    key: FileKey,
    pieces: u64,
    rest: Zeroizing<Vec<u8>>,
}

impl Writing {
    /// How many bytes of the file are here.
    #[must_use]
    pub fn have(&self) -> u64 {
        self.pieces
            .saturating_mul(length(FILE_PIECE))
            .saturating_add(length(self.rest.len()))
    }

    /// Starts anew: the site has another version of it.
    ///
    /// # Errors
    /// [`LibraryError::Io`].
    pub fn start_over(&mut self) -> Result<(), LibraryError> {
        cut(&self.file, 0)?;
        self.file.seek(SeekFrom::Start(0))?;
        self.pieces = 0;
        self.rest.clear();
        Ok(())
    }

    /// Writes the next bytes, as far as they fill pieces.
    ///
    /// # Errors
    /// [`LibraryError`].
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), LibraryError> {
        let mut bytes = bytes;
        while !bytes.is_empty() {
            let room = FILE_PIECE.saturating_sub(self.rest.len());
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.rest.extend_from_slice(now);
            bytes = later;
            if self.rest.len() == FILE_PIECE {
                let sealed = self.key.seal(self.pieces, false, &self.rest)?;
                self.file.write_all(&sealed)?;
                self.pieces = self.pieces.saturating_add(1);
                self.rest.clear();
            }
        }
        Ok(())
    }

    /// Writes the end. The file is whole, and on the disk, when this returns its length in bytes.
    ///
    /// # Errors
    /// [`LibraryError`].
    pub fn finish(mut self) -> Result<u64, LibraryError> {
        let sealed = self.key.seal(self.pieces, true, &self.rest)?;
        self.file.write_all(&sealed)?;
        self.file.sync_all()?;
        sync_dir(&self.dir)?;
        // The folder may be as new as the file.
        self.dir.parent().map_or(Ok(()), sync_dir)?;
        Ok(self.have())
    }
}

/// A whole file being read.
#[derive(Debug)]
pub struct Reading {
    file: File,
    key: FileKey,
    pieces: u64,
    ended: bool,
}

impl Reading {
    /// The next piece; `None` behind the last.
    ///
    /// # Errors
    /// [`LibraryError::Incomplete`] when it was cut off, [`LibraryError::Damaged`].
    pub fn next_piece(&mut self) -> Result<Option<Zeroizing<Vec<u8>>>, LibraryError> {
        if self.ended {
            return Ok(None);
        }
        let mut sealed = Vec::with_capacity(SEALED_PIECE);
        (&self.file)
            .take(length(SEALED_PIECE))
            .read_to_end(&mut sealed)?;
        if sealed.is_empty() {
            return Err(LibraryError::Incomplete);
        }
        // The last piece is always the one that is not whole.
        self.ended = sealed.len() < SEALED_PIECE;
        let piece = self.key.open(self.pieces, self.ended, &sealed)?;
        self.pieces = self.pieces.saturating_add(1);
        Ok(Some(piece))
    }
}

/// How many whole pieces at the beginning of a file open. Reads all of them.
fn sound_pieces(mut file: &File, key: &FileKey) -> io::Result<u64> {
    file.seek(SeekFrom::Start(0))?;
    let mut sealed = Vec::with_capacity(SEALED_PIECE);
    let mut pieces = 0_u64;
    loop {
        sealed.clear();
        file.take(length(SEALED_PIECE)).read_to_end(&mut sealed)?;
        if sealed.len() < SEALED_PIECE || key.open(pieces, false, &sealed).is_err() {
            return Ok(pieces);
        }
        pieces = pieces.saturating_add(1);
    }
}

/// Shortens a file. On the disk when this returns: pieces of an older version must not come back
/// under those of a newer one.
fn cut(file: &File, end: u64) -> io::Result<()> {
    if file.metadata()?.len() != end {
        file.set_len(end)?;
        file.sync_all()?;
    }
    Ok(())
}

fn length(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Shelf {
        _dir: tempfile::TempDir,
        library: Library,
        key: Vec<u8>,
    }

    fn shelf() -> Shelf {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::create(&dir.path().join("wallet")).unwrap();
        Shelf {
            _dir: dir,
            library: Library::of(&home),
            key: FileKey::random().unwrap().to_bytes().to_vec(),
        }
    }

    impl Shelf {
        fn key(&self) -> FileKey {
            FileKey::from_bytes(&self.key).unwrap()
        }

        fn text(&self, file: Uuid) -> Result<Vec<u8>, LibraryError> {
            let mut reading = self.library.read(file, self.key())?;
            let mut all = Vec::new();
            while let Some(piece) = reading.next_piece()? {
                all.extend_from_slice(&piece);
            }
            Ok(all)
        }
    }

    #[test]
    fn a_page_on_the_shelf_is_not_readable_on_the_disk() {
        let shelf = shelf();
        let file = Uuid::new_v4();
        let mut writing = shelf.library.append(file, shelf.key()).unwrap();
        writing.write(b"what Ada reads").unwrap();
        assert_eq!(writing.finish().unwrap(), 14);
        let on_disk = fs::read(shelf.library.path(file)).unwrap();
        assert!(!on_disk.windows(4).any(|bytes| bytes == b"Ada "));
        assert_eq!(shelf.text(file).unwrap(), b"what Ada reads");
        let other = FileKey::random().unwrap();
        let mut reading = shelf.library.read(file, other).unwrap();
        assert!(matches!(
            reading.next_piece(),
            Err(LibraryError::Damaged(_))
        ));
        shelf.library.remove(file).unwrap();
        shelf.library.remove(file).unwrap();
        assert!(matches!(shelf.text(file), Err(LibraryError::Io(_))));
    }

    #[test]
    fn a_file_cut_off_anywhere_is_never_taken_for_a_whole_one() {
        let shelf = shelf();
        let file = Uuid::new_v4();
        let mut writing = shelf.library.append(file, shelf.key()).unwrap();
        writing.write(&vec![7; 2 * FILE_PIECE + 5]).unwrap();
        writing.finish().unwrap();
        let whole = fs::read(shelf.library.path(file)).unwrap();
        for keep in [
            0,
            1,
            SEALED_PIECE,
            SEALED_PIECE + 1,
            2 * SEALED_PIECE,
            whole.len() - 1,
        ] {
            fs::write(shelf.library.path(file), &whole[..keep]).unwrap();
            assert!(
                shelf.text(file).is_err(),
                "{keep} bytes of it passed for all"
            );
        }
    }

    /// The length of a file may reach the disk before its bytes do.
    #[test]
    fn a_piece_that_never_reached_the_disk_is_fetched_once_more() {
        let shelf = shelf();
        let file = Uuid::new_v4();
        let bytes: Vec<u8> = (0..3 * FILE_PIECE + 9).map(|at| (at % 251) as u8).collect();
        let mut first = shelf.library.append(file, shelf.key()).unwrap();
        first.write(&bytes).unwrap();
        drop(first);
        let mut on_disk = fs::read(shelf.library.path(file)).unwrap();
        on_disk[SEALED_PIECE..2 * SEALED_PIECE].fill(0);
        fs::write(shelf.library.path(file), &on_disk).unwrap();

        let sound = length(FILE_PIECE);
        assert_eq!(shelf.library.have(file, &shelf.key()).unwrap(), sound);
        let mut second = shelf.library.append(file, shelf.key()).unwrap();
        assert_eq!(second.have(), sound);
        second.write(&bytes[FILE_PIECE..]).unwrap();
        second.finish().unwrap();
        assert_eq!(shelf.text(file).unwrap(), bytes);
        assert_eq!(shelf.library.have(Uuid::new_v4(), &shelf.key()).unwrap(), 0);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// Whatever the pieces it comes in and wherever it breaks off.
        #[test]
        fn a_download_that_broke_off_goes_on_where_it_was(
            size in 0_usize..3 * FILE_PIECE,
            cut in 0_usize..3 * FILE_PIECE,
            step in 1_usize..300_000,
        ) {
            let shelf = shelf();
            let file = Uuid::new_v4();
            let bytes: Vec<u8> = (0..size).map(|at| (at % 251) as u8).collect();
            let mut first = shelf.library.append(file, shelf.key()).unwrap();
            for chunk in bytes[..cut.min(size)].chunks(step) {
                first.write(chunk).unwrap();
            }
            drop(first);
            let here = shelf.library.have(file, &shelf.key()).unwrap();
            let mut second = shelf.library.append(file, shelf.key()).unwrap();
            prop_assert_eq!(here, second.have());
            let have = usize::try_from(second.have()).unwrap();
            prop_assert!(have <= cut.min(size) && cut.min(size) - have < FILE_PIECE);
            for chunk in bytes[have..].chunks(step) {
                second.write(chunk).unwrap();
            }
            prop_assert_eq!(second.finish().unwrap(), u64::try_from(size).unwrap());
            prop_assert_eq!(shelf.text(file).unwrap(), bytes);
        }
    }
}
