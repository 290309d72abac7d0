//! The lock between processes: the second is refused, and a killed owner leaves nothing locked.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use farthing_store::home::{Home, HomeLock, LockError};

/// Set for the copy of this test program that plays the other process.
const OWNED_DIR: &str = "FARTHING_TEST_OWNED_DIR";

#[test]
fn a_wallet_has_one_process_and_a_killed_one_frees_it() {
    if let Some(dir) = std::env::var_os(OWNED_DIR) {
        // Takes the lock, says so, and keeps it until killed or until the test's end closes the
        // pipe.
        let _lock = HomeLock::take(&PathBuf::from(dir)).unwrap();
        println!("\nowned");
        let _ = std::io::stdin().lines().next();
        return;
    }
    let outside = tempfile::tempdir().unwrap();
    let home = Home::create(&outside.path().join("wallet")).unwrap();

    let mut other = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "a_wallet_has_one_process_and_a_killed_one_frees_it",
            "--nocapture",
        ])
        .env(OWNED_DIR, home.dir())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(other.stdout.take().unwrap());
    assert!(said.lines().any(|line| line.unwrap().contains("owned")));

    assert!(matches!(
        HomeLock::take(home.dir()),
        Err(LockError::HeldByAnother)
    ));
    other.kill().unwrap();
    other.wait().unwrap();
    HomeLock::take(home.dir()).unwrap();
}
