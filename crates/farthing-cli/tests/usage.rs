//! What the program says before any wallet is opened: endings, one JSON document, no secrets.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test helpers")]
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn farthing(home: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_farthing"))
        .env_clear()
        .env("HOME", home)
        .current_dir(home)
        .args(args)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn secret_file(home: &Path, mode: u32) -> String {
    let path = home.join("secret");
    std::fs::write(&path, "a passphrase of several words\n").unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    path.display().to_string()
}

fn json(output: &Output) -> Value {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let json: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert!(json.is_object(), "{text}");
    json
}

#[test]
fn wrong_commands_end_with_2_and_one_document() {
    let home = tempfile::tempdir().unwrap();
    for args in [
        &["--json"][..],
        &["--json", "frobnicate"],
        &["frobnicate", "--json"],
        &["--json", "pay"],
        &["--json", "give"],
        &["--json", "give", "-5"],
        &["--json", "merchant"],
        &["--json", "merchant", "3", "share", "name", "perhaps"],
        &["--json", "sharing", "some"],
        &["--json", "top-up", "5", "--wait", "soon"],
    ] {
        let output = farthing(home.path(), args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        let error = &json(&output)["error"];
        assert_eq!(
            (&error["code"], &error["money"]),
            (&"usage".into(), &"safe".into()),
            "{args:?}"
        );
        assert!(
            error["text"].as_str().is_some_and(|text| text.len() > 5),
            "{args:?}"
        );
    }
}

#[test]
fn without_json_errors_are_for_people_and_on_stderr() {
    let home = tempfile::tempdir().unwrap();
    for args in [
        &["frobnicate"][..],
        &["pay"],
        &["give", "5"],
        &["receipt", "no id"],
    ] {
        let output = farthing(home.path(), args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(output.stdout.is_empty(), "{args:?}");
        assert!(!output.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn what_moves_money_or_trusts_an_issuer_needs_a_yes() {
    let home = tempfile::tempdir().unwrap();
    let secret = secret_file(home.path(), 0o600);
    for args in [
        &["pay", "lnbc1"][..],
        &["pay", "--review", "r"],
        &["redeem", "cashuB"],
        &["give", "5"],
        &["purse", "add", "https://maple.example"],
    ] {
        let args = [&["--json", "--secret-file", &secret], args].concat();
        let output = farthing(home.path(), &args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert_eq!(json(&output)["error"]["code"], "needs_yes", "{args:?}");
    }
}

#[test]
fn without_a_wallet_every_command_says_so() {
    let home = tempfile::tempdir().unwrap();
    let secret = secret_file(home.path(), 0o600);
    for command in [
        &["balance"][..],
        &["history"],
        &["recover"],
        &["doctor"],
        &["purse", "list"],
    ] {
        let args = [
            &["--json", "--home", "nowhere", "--secret-file", &secret],
            command,
        ]
        .concat();
        let output = farthing(home.path(), &args);
        assert_eq!(json(&output)["error"]["code"], "no_wallet", "{command:?}");
        assert!(
            !home.path().join("nowhere").exists(),
            "{command:?} made a folder"
        );
    }
}

#[test]
#[cfg(unix)]
fn a_secret_others_can_read_is_not_used() {
    let home = tempfile::tempdir().unwrap();
    let secret = secret_file(home.path(), 0o644);
    let output = farthing(
        home.path(),
        &["--json", "--secret-file", &secret, "balance"],
    );
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(json(&output)["error"]["code"], "secret_file_open_to_others");
    let all = [output.stdout, output.stderr].concat();
    assert!(!String::from_utf8_lossy(&all).contains("several words"));
}

#[test]
fn completions_and_the_manual_need_no_wallet() {
    let home = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let output = farthing(home.path(), &["completions", shell]);
        assert_eq!(output.status.code(), Some(0));
        assert!(
            String::from_utf8_lossy(&output.stdout).contains("top-up"),
            "{shell}"
        );
    }
    let output = farthing(home.path(), &["man"]);
    assert_eq!(output.status.code(), Some(0));
    let pages = String::from_utf8(output.stdout).unwrap();
    for option in ["max\\-total", "secret\\-file", "wait", "keychain"] {
        assert!(pages.contains(option), "{option}");
    }
    let output = farthing(home.path(), &["--help"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(json(&farthing(home.path(), &["--json", "man"]))["man"].is_string());
}

#[test]
fn what_is_not_there_yet_is_not_offered() {
    let home = tempfile::tempdir().unwrap();
    let help = farthing(home.path(), &["--help"]);
    let help = String::from_utf8(help.stdout).unwrap();
    for later in ["limits", "policy", "backup"] {
        assert!(!help.contains(&format!("  {later}")), "{later}");
    }
    for offered in [
        "merchants",
        "merchant",
        "sharing",
        "export",
        "statement",
        "erase",
    ] {
        assert!(help.contains(&format!("  {offered}")), "{offered}");
    }
}

#[test]
fn a_picture_that_is_none_is_called_that() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("broken.png"), b"\x89PNG\r\n\x1a\nnothing").unwrap();
    let output = farthing(home.path(), &["--json", "scan", "broken.png"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(json(&output)["error"]["money"], "safe");
    let output = farthing(home.path(), &["--json", "scan", "missing.png"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(json(&output)["error"]["code"], "file_unreadable");
}
