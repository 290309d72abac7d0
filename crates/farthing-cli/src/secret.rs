//! The PIN or passphrase: from a file closed to others, or typed. Never from arguments or
//! the environment, where other programs can see it.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Read};
use std::path::Path;

use farthing_api::{Exit, Failure, Money};
use zeroize::Zeroizing;

/// More bytes than any secret has.
const LONGEST: u64 = 4 * 1024;

/// The secret that opens a wallet.
pub(crate) fn ask(file: Option<&Path>) -> Result<Zeroizing<String>, Failure> {
    match file {
        Some(file) => from_file(file),
        None => typed("PIN or passphrase: "),
    }
}

/// The secret of a new wallet: typed twice, because a mistyped one opens nothing.
pub(crate) fn choose(file: Option<&Path>) -> Result<Zeroizing<String>, Failure> {
    twice(file, "New PIN or passphrase: ")
}

/// The passphrase of a file for somebody else: typed twice as well, because who made it keeps no
/// other key to it.
pub(crate) fn for_a_file(file: Option<&Path>) -> Result<Zeroizing<String>, Failure> {
    twice(file, "New passphrase for the file: ")
}

fn twice(file: Option<&Path>, prompt: &str) -> Result<Zeroizing<String>, Failure> {
    if let Some(file) = file {
        return from_file(file);
    }
    let secret = typed(prompt)?;
    if *typed("The same again: ")? == *secret {
        Ok(secret)
    } else {
        Err(Failure::new(
            "secrets_differ",
            "the two differ",
            Money::Safe,
            Exit::Usage,
        ))
    }
}

/// The recovery words, from stdin.
pub(crate) fn words() -> Result<Zeroizing<String>, Failure> {
    if io::stdin().is_terminal() {
        return typed("The 12 recovery words: ");
    }
    let mut words = Zeroizing::new(String::with_capacity(8 * 1024));
    io::stdin()
        .lock()
        .take(LONGEST)
        .read_to_string(&mut words)
        .map_err(|error| unreadable(&format!("the words cannot be read from stdin: {error}")))?;
    Ok(words)
}

fn typed(prompt: &str) -> Result<Zeroizing<String>, Failure> {
    rpassword::prompt_password(prompt)
        .map(Zeroizing::new)
        .map_err(|_| {
            Failure::new(
                "no_secret",
                "there is no terminal to type the secret on",
                Money::Safe,
                Exit::Usage,
            )
        })
}

fn from_file(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let shown = path.display();
    let cannot = |error: io::Error| unreadable(&format!("{shown} cannot be read: {error}"));
    let file = File::open(path).map_err(cannot)?;
    if open_to_others(&file).map_err(cannot)? {
        return Err(Failure::new(
            "secret_file_open_to_others",
            format!("others can read {shown}"),
            Money::Safe,
            Exit::Usage,
        ));
    }
    // Reserved in full: growing would leave halves of the secret behind in memory.
    let mut line = Zeroizing::new(String::with_capacity(8 * 1024));
    BufReader::with_capacity(1, file.take(LONGEST))
        .read_line(&mut line)
        .map_err(cannot)?;
    let length = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(length);
    if line.is_empty() {
        return Err(unreadable(&format!("the first line of {shown} is empty")));
    }
    if u64::try_from(line.len()).is_ok_and(|bytes| bytes >= LONGEST) {
        return Err(unreadable(&format!(
            "the first line of {shown} is too long"
        )));
    }
    Ok(line)
}

// The open file is asked, not the name: the name could be another file by then.
#[cfg(unix)]
fn open_to_others(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    Ok(file.metadata()?.mode() & 0o077 != 0)
}

/// Elsewhere files of a person are closed to others unless shared on purpose.
#[cfg(not(unix))]
fn open_to_others(_: &File) -> io::Result<bool> {
    Ok(false)
}

fn unreadable(what: &str) -> Failure {
    Failure::new("secret_file_unreadable", what, Money::Safe, Exit::Usage)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::io::Write;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn read(content: &[u8], mode: u32) -> Result<String, &'static str> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content).unwrap();
        file.as_file()
            .set_permissions(PermissionsExt::from_mode(mode))
            .unwrap();
        ask(Some(file.path()))
            .map(|secret| secret.to_string())
            .map_err(|failure| failure.code)
    }

    #[test]
    fn the_first_line_is_the_secret() {
        assert_eq!(
            read(b"correct horse \nbattery\n", 0o600),
            Ok("correct horse ".into())
        );
        assert_eq!(read(b"1234\r\n", 0o400), Ok("1234".into()));
        assert_eq!(read(b"1234", 0o600), Ok("1234".into()));
    }

    #[test]
    fn a_file_others_can_read_is_refused() {
        for mode in [0o640, 0o604, 0o644, 0o620, 0o601] {
            assert_eq!(
                read(b"1234\n", mode),
                Err("secret_file_open_to_others"),
                "{mode:o}"
            );
        }
    }

    #[test]
    fn a_file_without_a_secret_is_refused() {
        for content in [&b""[..], b"\n1234", b"\xff\xfe\n", &[b'a'; 5_000]] {
            assert_eq!(read(content, 0o600), Err("secret_file_unreadable"));
        }
        let gone = ask(Some(Path::new("/nonexistent/secret"))).map_err(|failure| failure.exit);
        assert_eq!(gone.err(), Some(Exit::Usage));
    }
}
