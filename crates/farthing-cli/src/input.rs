//! What a person points at: a code, a file with a picture or text of one, or stdin.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use farthing_api::{Exit, Failure, Money};

/// The largest picture that is looked at.
const LARGEST: usize = 20 * 1024 * 1024;
/// The longest text that can be a code.
const LONGEST_TEXT: usize = 256 * 1024;

/// A code as it was given.
#[derive(PartialEq, Eq)]
pub(crate) enum Input {
    /// Text, to be read as a code.
    Text(String),
    /// The bytes of a picture.
    Picture(Vec<u8>),
}

/// Reads what an argument means: `-` is stdin, a file's name its content, and anything
/// else the code itself.
pub(crate) fn read(argument: &str) -> Result<Input, Failure> {
    if argument == "-" {
        return content(&mut io::stdin().lock(), "stdin");
    }
    let path = Path::new(argument);
    match std::fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(unreadable(&format!("{argument} is a folder"))),
        Ok(_) => {
            let mut file = File::open(path)
                .map_err(|error| unreadable(&format!("{argument} cannot be read: {error}")))?;
            content(&mut file, argument)
        }
        Err(_) if looks_like_a_file(argument) => {
            Err(unreadable(&format!("there is no file {argument}")))
        }
        Err(_) => Ok(Input::Text(argument.to_owned())),
    }
}

/// Without this, a mistyped name of a picture would be called an unknown code.
fn looks_like_a_file(argument: &str) -> bool {
    let extension = Path::new(argument)
        .extension()
        .and_then(|ending| ending.to_str());
    !argument.contains("://")
        && extension.is_some_and(|ending| {
            ["png", "jpg", "jpeg", "gif", "txt"]
                .iter()
                .any(|known| ending.eq_ignore_ascii_case(known))
        })
}

fn content(source: &mut impl Read, name: &str) -> Result<Input, Failure> {
    let mut bytes = Vec::new();
    let bound = u64::try_from(LARGEST).unwrap_or(u64::MAX).saturating_add(1);
    source
        .take(bound)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(&format!("{name} cannot be read: {error}")))?;
    if is_picture(&bytes) {
        return if bytes.len() > LARGEST {
            Err(too_long(name))
        } else {
            Ok(Input::Picture(bytes))
        };
    }
    if bytes.len() > LONGEST_TEXT {
        return Err(too_long(name));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Input::Text(text)),
        Err(_) => Err(unreadable(&format!(
            "{name} is neither text nor a PNG, JPEG, WebP, GIF or BMP picture"
        ))),
    }
}

fn is_picture(bytes: &[u8]) -> bool {
    let begins = [
        &b"\x89PNG\r\n\x1a\n"[..],
        b"\xff\xd8\xff",
        b"GIF87a",
        b"GIF89a",
    ]
    .iter()
    .any(|magic| bytes.starts_with(magic));
    // Two letters alone could begin a text: WebP and BMP are known by what follows their length.
    let after_length = |magic: &[u8], at: usize, more: &[u8]| {
        bytes.starts_with(magic) && bytes.get(at..).is_some_and(|rest| rest.starts_with(more))
    };
    begins || after_length(b"RIFF", 8, b"WEBP") || after_length(b"BM", 6, &[0; 4])
}

fn unreadable(what: &str) -> Failure {
    Failure::new("file_unreadable", what, Money::Safe, Exit::Usage)
}

fn too_long(name: &str) -> Failure {
    Failure::new(
        "input_too_long",
        format!("{name} is too long"),
        Money::Safe,
        Exit::Usage,
    )
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn from_file(bytes: &[u8]) -> Result<Input, &'static str> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        read(file.path().to_str().unwrap()).map_err(|failure| failure.code)
    }

    #[test]
    fn pictures_are_known_by_their_first_bytes_and_texts_by_being_text() {
        for picture in [
            &b"\x89PNG\r\n\x1a\n..."[..],
            b"\xff\xd8\xff\xe0",
            b"GIF89a..",
            b"GIF87a",
            b"RIFF\x10\0\0\0WEBPVP8L",
            b"BM\x10\x01\0\0\0\0\0\0\x36",
        ] {
            assert!(from_file(picture) == Ok(Input::Picture(picture.to_vec())));
        }
        assert!(from_file(b"BM, see you") == Ok(Input::Text("BM, see you".into())));
        assert!(from_file(b"lnbc1\n") == Ok(Input::Text("lnbc1\n".into())));
        assert!(from_file(b"\xff\xfe\x00") == Err("file_unreadable"));
    }

    #[test]
    fn what_is_no_file_is_the_code_itself() {
        assert!(read("cashuAeyJ0").is_ok_and(|input| input == Input::Text("cashuAeyJ0".into())));
        let long = "a".repeat(100_000);
        assert!(read(&long).is_ok_and(|input| input == Input::Text(long.clone())));
        let page = "https://shop.example/picture.png";
        assert!(read(page).is_ok_and(|input| input == Input::Text(page.into())));
    }

    #[test]
    fn a_missing_picture_and_a_folder_are_called_what_they_are() {
        for name in ["no/such.png", "nothere.JPG", "/"] {
            assert!(
                read(name).is_err_and(|failure| failure.code == "file_unreadable"),
                "{name}"
            );
        }
    }

    #[test]
    fn nothing_larger_than_a_code_is_read() {
        let endless = || io::repeat(b'a');
        assert!(
            content(&mut endless(), "x").is_err_and(|failure| failure.code == "input_too_long")
        );
        let mut picture = b"\x89PNG\r\n\x1a\n".chain(endless());
        assert!(content(&mut picture, "x").is_err_and(|failure| failure.code == "input_too_long"));
    }
}
