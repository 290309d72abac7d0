//! Rules of the design that a machine can hold: who may use whom, who may name
//! what, no floats near money, nothing of one person's machine in the files.
//!
//! Each rule is a function from what it looks at to a list of complaints, and each
//! is shown a bad sample: a rule that cannot fail is no rule.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "test helpers")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use xtask::places::{Places, cargo};

/// The rooms, each of which may use only those before it.
const ROOMS: [&str; 9] = [
    "farthing-money",
    "farthing-policy",
    "farthing-vault",
    "farthing-store",
    "farthing-rails",
    "farthing-wallet",
    "farthing-api",
    "farthing-cli",
    "farthing-app",
];

/// Crates that only some rooms may name, and which.
const RESERVED: [(&[&str], &[&str]); 8] = [
    // A second place that ciphers is a second place to get it wrong.
    (
        &[
            "aes",
            "aes-gcm",
            "aes-gcm-siv",
            "age",
            "argon2",
            "cbc",
            "chacha20poly1305",
            "hkdf",
            "hmac",
        ],
        &["farthing-vault"],
    ),
    (&["keyring", "keyring-core"], &["farthing-vault"]),
    // The rails know the word list, to refuse recovery words pasted as a code.
    (&["bip39"], &["farthing-vault", "farthing-rails"]),
    // The rails hash too: Lightning proves a payment by the SHA-256 of a preimage.
    (&["sha2"], &["farthing-vault", "farthing-rails"]),
    // One gate for every byte that leaves the device, one crate that talks e-cash.
    (
        &["cdk", "hickory-net", "reqwest", "hyper"],
        &["farthing-rails"],
    ),
    (&["cdk-common"], &["farthing-rails", "farthing-store"]),
    (&["cdk-sql-common", "rusqlite"], &["farthing-store"]),
    // Pins an old SQLite, and is why the practice town stands apart.
    (&["cdk-sqlite", "farthing-practice"], &[]),
];

/// A package and what its manifest names: `(crate, kind, path)`.
struct Package {
    name: String,
    manifest: PathBuf,
    names: Vec<Named>,
}

struct Named {
    name: String,
    dev: bool,
    path: Option<String>,
}

fn packages(metadata: &Value) -> Vec<Package> {
    let text = |v: &Value| v.as_str().map(str::to_owned);
    let list = |v: &Value| v.as_array().cloned().unwrap_or_default();
    list(&metadata["packages"])
        .iter()
        .map(|package| Package {
            name: text(&package["name"]).unwrap(),
            manifest: text(&package["manifest_path"]).unwrap_or_default().into(),
            names: list(&package["dependencies"])
                .iter()
                .map(|d| Named {
                    name: text(&d["name"]).unwrap(),
                    dev: d["kind"] == "dev",
                    path: text(&d["path"]),
                })
                .collect(),
        })
        .collect()
}

fn workspace(manifest: &Path) -> Vec<Package> {
    let output = Command::new(cargo())
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
            "--manifest-path",
        ])
        .arg(manifest)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    packages(&serde_json::from_slice(&output.stdout).unwrap())
}

fn ours() -> Vec<Package> {
    workspace(&Places::find().root.join("Cargo.toml"))
}

fn floor(name: &str) -> Option<usize> {
    ROOMS.iter().position(|room| *room == name)
}

/// Rooms use only rooms before them; journeys and the project's commands are
/// used by no room and link none, because they test programs, not libraries.
fn upward_uses(packages: &[Package]) -> Vec<String> {
    let mut complaints = Vec::new();
    for package in packages {
        for used in package.names.iter().filter(|n| n.path.is_some()) {
            let allowed = match (floor(&package.name), floor(&used.name)) {
                (Some(user), Some(used)) => used < user,
                (None, None) => package.name == "farthing-tests" && used.name == "xtask",
                _ => false,
            };
            if !allowed {
                complaints.push(format!("{} must not use {}", package.name, used.name));
            }
        }
    }
    complaints
}

/// Reserved crates are named by those they are reserved for, and by no test of
/// anyone else; but any test may hash, as those of frozen migrations do.
fn trespasses(packages: &[Package]) -> Vec<String> {
    let mut complaints = Vec::new();
    for package in packages {
        for named in &package.names {
            let keystore = named.name.ends_with("-keyring-store");
            let owners = RESERVED
                .iter()
                .find(|(crates, _)| crates.contains(&named.name.as_str()))
                .map(|(_, owners)| *owners)
                .or(keystore.then_some(&["farthing-vault"]));
            let frozen = named.dev && named.name == "sha2";
            if !frozen && owners.is_some_and(|owners| !owners.contains(&package.name.as_str())) {
                let kind = if named.dev { " (even in tests)" } else { "" };
                complaints.push(format!(
                    "{} must not name {}{kind}",
                    package.name, named.name
                ));
            }
        }
    }
    complaints
}

/// The words of a source file, without comments and strings.
fn code_words(source: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if rest.starts_with("r#\"") {
            rest.find("\"#").map_or(rest.len(), |end| end + 2)
        } else if c == '"' {
            string_length(rest)
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\\"'") {
            3
        } else if c.is_ascii_alphanumeric() || c == '_' {
            let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let mut end = rest.find(|c| !word(c)).unwrap_or(rest.len());
            let (digits, after) = rest.split_at(end);
            // `1.5` is one word; `1..5` and `1.max(5)` are not.
            if c.is_ascii_digit()
                && let Some(fraction) = after.strip_prefix('.')
                && fraction.starts_with(|c: char| c.is_ascii_digit())
            {
                end = digits.len() + 1 + fraction.find(|c| !word(c)).unwrap_or(fraction.len());
            }
            words.push(rest.split_at(end).0);
            end
        } else {
            c.len_utf8()
        };
        rest = rest.get(length..).unwrap_or("");
    }
    words
}

fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

/// A source without its tests, which may well try a float on a parser.
fn without_tests<'a>(path: &str, text: &'a str) -> &'a str {
    if path.ends_with("/tests.rs") || path.contains("/tests/") {
        return "";
    }
    text.split_once("#[cfg(test)]\nmod tests {")
        .map_or(text, |(code, _)| code)
}

/// No floating point: one rounding is one cent that nobody owns.
fn floats(files: &BTreeMap<String, String>) -> Vec<String> {
    let float = |word: &&str| {
        let number = word.starts_with(|c: char| c.is_ascii_digit());
        ["f16", "f32", "f64", "f128"].contains(word)
            || (number && (word.contains('.') || word.ends_with("f64") || word.ends_with("f32")))
                // `0.1` after a dot is a tuple in a tuple, which nobody should write either.
                && !word.starts_with("0x")
    };
    let mut complaints = Vec::new();
    for (path, text) in files {
        for word in code_words(without_tests(path, text))
            .iter()
            .filter(|w| float(w))
        {
            complaints.push(format!("{path} has the float {word}"));
        }
    }
    complaints
}

/// Every crate opens by saying what it is.
fn wordless_roots(files: &BTreeMap<String, String>) -> Vec<String> {
    files
        .iter()
        .filter(|(path, _)| path.ends_with("src/lib.rs") || path.ends_with("src/main.rs"))
        .filter(|(_, text)| !text.trim_start().starts_with("//!"))
        .map(|(path, _)| format!("{path} does not open with a //! line"))
        .collect()
}

/// Every manifest takes the workspace's lints, which forbid unsafe code and deny
/// unwrap and indexing outside tests.
fn lax_manifests(files: &BTreeMap<String, String>) -> Vec<String> {
    let mut complaints = Vec::new();
    for (path, text) in files
        .iter()
        .filter(|(path, _)| path.ends_with("Cargo.toml"))
    {
        let whole: String = text.split_whitespace().collect();
        let strict = if whole.contains("[workspace]") || path == "Cargo.toml" {
            [
                "unsafe_code=\"forbid\"",
                "unwrap_used=\"deny\"",
                "indexing_slicing=\"deny\"",
                "panic=\"deny\"",
            ]
            .iter()
            .all(|line| whole.contains(line))
        } else {
            whole.contains("[lints]workspace=true")
        };
        if !strict {
            complaints.push(format!("{path} does not have the project's lints"));
        }
    }
    complaints
}

/// Nothing of one person's machine or one company's mirror in the files.
fn machine_talk(files: &BTreeMap<String, String>) -> Vec<String> {
    // Put together here, so that this file does not complain about itself.
    let paths = ["/ho|me/", "/ro|ot/", "/Us|ers/", "/wo|rk/", "C:\\Us|ers"];
    let hosts = [
        "index.crates|.io",
        "static.crates|.io",
        "py|pi.org",
        "files.python|hosted.org",
        "registry.npm|js.org",
        "registry.yarn|pkg.com",
        "artifact|ory",
        "nex|us.",
    ];
    let mut complaints = Vec::new();
    for (path, text) in files {
        for needle in paths.iter().chain(&hosts) {
            let needle = needle.replace('|', "");
            // Ada is nobody's machine: examples and tests are hers.
            // A folder of ours beside a file of ours is nobody's either: `./home/Have.svelte`.
            let whole = |line: &str, at: usize| {
                let before = line.get(..at).unwrap_or_default().chars().last();
                !before.is_some_and(|c| c == '.' || c.is_ascii_alphanumeric())
            };
            let ours = |line: &&str| {
                let line = line.replace(&format!("{needle}ada"), "");
                let mut found = line.match_indices(&needle);
                found.any(|(at, _)| !needle.starts_with('/') || whole(&line, at))
            };
            if let Some(line) = text.lines().find(ours) {
                let line: String = line.chars().take(80).collect();
                complaints.push(format!("{path} names {needle}: {line}"));
            }
        }
    }
    complaints
}

/// A test that is set aside says why and who runs it.
fn silent_ignores(files: &BTreeMap<String, String>) -> Vec<String> {
    let bare = concat!("#[ig", "nore]");
    files
        .iter()
        .filter(|(path, text)| path.ends_with(".rs") && text.contains(bare))
        .map(|(path, _)| format!("{path} sets a test aside without a reason"))
        .collect()
}

/// The changelog has a place for what is coming.
fn changelog_without_unreleased(text: &str) -> Vec<String> {
    if text
        .lines()
        .any(|line| line.trim_end() == "## [Unreleased]")
    {
        return Vec::new();
    }
    vec!["CHANGELOG.md has no [Unreleased] section".into()]
}

/// Every text file that belongs to the project.
fn files() -> BTreeMap<String, String> {
    let root = Places::find().root;
    let listed = Command::new("git")
        .args([
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "-z",
        ])
        .current_dir(&root)
        .output();
    let names: Vec<String> = match listed {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout)
            .split('\0')
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect(),
        // A release archive has no git, and holds nothing but the project.
        _ => walk(&root, ""),
    };
    names
        .into_iter()
        .filter_map(|name| Some((fs::read_to_string(root.join(&name)).ok()?, name)))
        .map(|(text, name)| (name, text))
        .collect()
}

fn walk(root: &Path, under: &str) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(root.join(under)).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        let path = if under.is_empty() {
            name.clone()
        } else {
            format!("{under}/{name}")
        };
        if entry.file_type().unwrap().is_file() {
            names.push(path);
        } else if !["target", ".git", "node_modules"].contains(&name.as_str()) {
            names.extend(walk(root, &path));
        }
    }
    names
}

fn sources_of(rooms: &[&str]) -> BTreeMap<String, String> {
    let inside = |path: &str| {
        rooms
            .iter()
            .any(|r| path.starts_with(&format!("crates/{r}/src/")))
    };
    files()
        .into_iter()
        .filter(|(path, _)| inside(path))
        .collect()
}

#[track_caller]
fn tidy(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n  {}\n", complaints.join("\n  "));
}

fn sample(path: &str, text: &str) -> BTreeMap<String, String> {
    BTreeMap::from([(path.to_owned(), text.to_owned())])
}

fn sample_packages(name: &str, dependencies: &[(&str, bool)]) -> Vec<Package> {
    let dependencies: Vec<Value> = dependencies
        .iter()
        .map(|(name, ours)| json!({"name": name, "kind": null, "path": ours.then_some("../x")}))
        .collect();
    packages(&json!({"packages": [{"name": name, "dependencies": dependencies}]}))
}

#[test]
fn a_room_uses_only_rooms_before_it() {
    let packages = ours();
    for room in ROOMS {
        assert!(packages.iter().any(|p| p.name == room), "where is {room}?");
    }
    tidy(&upward_uses(&packages));

    let upward = sample_packages("farthing-money", &[("farthing-policy", true)]);
    assert_eq!(upward_uses(&upward).len(), 1);
    let linked = sample_packages(
        "farthing-tests",
        &[("farthing-wallet", true), ("xtask", true)],
    );
    assert_eq!(upward_uses(&linked).len(), 1);
    let downward = sample_packages(
        "farthing-wallet",
        &[("farthing-money", true), ("url", false)],
    );
    assert!(upward_uses(&downward).is_empty());
}

#[test]
fn ciphers_e_cash_and_the_network_have_one_door_each() {
    tidy(&trespasses(&ours()));

    for (room, stray) in [
        ("farthing-wallet", "aes-gcm"),
        ("farthing-store", "sha2"),
        ("farthing-wallet", "cdk"),
        ("farthing-cli", "reqwest"),
        ("farthing-wallet", "cdk-common"),
        ("farthing-store", "cdk-sqlite"),
        ("farthing-wallet", "apple-native-keyring-store"),
        ("farthing-wallet", "farthing-practice"),
    ] {
        let complaints = trespasses(&sample_packages(room, &[(stray, false)]));
        assert_eq!(complaints.len(), 1, "{room} may name {stray}?");
    }
}

#[test]
fn the_practice_town_and_the_wallet_share_no_code() {
    let root = Places::find().root;
    let practice = workspace(&root.join("practice").join("Cargo.toml"));
    assert_eq!(practice.len(), 1);
    for package in &practice {
        for named in &package.names {
            assert!(
                named.path.is_none(),
                "the town uses {}, which is ours",
                named.name
            );
        }
    }
    for package in ours() {
        let inside = package.manifest.starts_with(root.join("practice"));
        assert!(!inside, "the town is in the wallet's workspace");
    }
}

#[test]
fn there_is_no_floating_point_near_money() {
    let rooms = [
        "farthing-money",
        "farthing-policy",
        "farthing-store",
        "farthing-rails",
        "farthing-wallet",
    ];
    let mut sources = sources_of(&rooms);
    assert!(sources.len() >= rooms.len());
    // What price sources say is theirs, points and all; it is read digit by digit.
    sources.retain(|path, _| !path.starts_with("crates/farthing-rails/src/rates/recorded/"));
    tidy(&floats(&sources));

    for bad in ["let x: f64 = y;", "let x = 1.5;", "x as f32", "2f64"] {
        assert_eq!(floats(&sample("a.rs", bad)).len(), 1, "{bad}");
    }
    for good in [
        "// f64\n",
        "\"costs 1.5\"",
        "0..10",
        "1.max(2)",
        "r#\"1.5 \"f64\" \"#",
        "0x2f64",
        "'\"'",
    ] {
        assert!(floats(&sample("a.rs", good)).is_empty(), "{good}");
    }
    let code = "let a = 1;\n#[cfg(test)]\nmod tests {\n    f(2.5);\n}\n";
    assert!(floats(&sample("a.rs", code)).is_empty());
    assert!(floats(&sample("a/tests.rs", "f(2.5)")).is_empty());
}

#[test]
fn every_crate_says_what_it_is() {
    tidy(&wordless_roots(&files()));
    assert_eq!(
        wordless_roots(&sample("crates/a/src/lib.rs", "use std;")).len(),
        1
    );
}

#[test]
fn every_crate_takes_the_projects_lints() {
    tidy(&lax_manifests(&files()));
    assert_eq!(
        lax_manifests(&sample("crates/a/Cargo.toml", "[package]")).len(),
        1
    );
    assert_eq!(lax_manifests(&sample("Cargo.toml", "[workspace]")).len(), 1);
}

#[test]
fn the_files_tell_nothing_of_anyones_machine() {
    tidy(&machine_talk(&files()));
    for bad in [
        ["/home", "/bob/x"],
        ["C:\\Use", "rs\\bob"],
        ["https://pyp", "i.org/simple"],
    ] {
        assert_eq!(
            machine_talk(&sample("a.md", &bad.concat())).len(),
            1,
            "{bad:?}"
        );
    }
}

#[test]
fn no_test_is_set_aside_in_silence() {
    tidy(&silent_ignores(&files()));
    assert_eq!(
        silent_ignores(&sample("a.rs", &["#[ign", "ore]"].concat())).len(),
        1
    );
}

#[test]
fn the_changelog_has_a_place_for_what_is_coming() {
    let root = Places::find().root;
    tidy(&changelog_without_unreleased(
        &fs::read_to_string(root.join("CHANGELOG.md")).unwrap(),
    ));
    assert_eq!(
        changelog_without_unreleased("# Changelog\n## 0.1.0\n").len(),
        1
    );
}

#[test]
fn the_readme_names_the_commands_there_are() {
    let readme = fs::read_to_string(Places::find().root.join("README.md")).unwrap();
    for command in ["cargo xtask run", "cargo xtask test"] {
        assert!(
            readme.contains(command),
            "the README does not say `{command}`"
        );
    }
    let run = fs::read_to_string(Places::find().root.join(".ci").join("run")).unwrap();
    assert!(
        run.contains("cargo xtask test"),
        ".ci/run runs something else"
    );
}
