//! Whoever takes the disk reads nothing: not the secret, the words, the coins, nor
//! whom one paid for what.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use std::fs;
use std::path::{Path, PathBuf};

use farthing_tests::{Keyring, Person, Town};
use serde_json::{Value, json};

/// Every file under a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            all.extend(files(&entry.path()));
        } else if kind.is_file() {
            all.push(entry.path());
        }
    }
    all
}

/// Which of `canaries` stand in a file, as text in either common encoding.
fn found(path: &Path, canaries: &[String]) -> Vec<String> {
    let bytes = fs::read(path).unwrap();
    let within = |needle: &[u8]| bytes.windows(needle.len()).any(|w| w == needle);
    let wide = |text: &str| {
        text.encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>()
    };
    canaries
        .iter()
        .filter(|canary| within(canary.as_bytes()) || within(&wide(canary)))
        .map(|canary| format!("{canary:.12}… in {}", path.display()))
        .collect()
}

/// Base64 in either alphabet, padded or not.
fn base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for letter in text.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).unwrap());
        }
    }
    bytes
}

/// The secrets of the coins in a token: what is spent is who knows them.
fn coin_secrets(token: &str) -> Vec<String> {
    let bytes = base64(token.strip_prefix("cashuB").unwrap());
    let hex = |part: &[u8]| part.iter().all(u8::is_ascii_hexdigit);
    let mut secrets: Vec<String> = bytes
        .windows(64)
        .filter(|part| hex(part))
        .map(|part| String::from_utf8(part.to_vec()).unwrap())
        .collect();
    secrets.dedup();
    secrets
}

#[test]
fn nothing_of_a_person_is_readable_on_their_disk() {
    let town = Town::open();
    let mut ada = Person::new("Ada");
    let secret = "marmalade zeppelin kerfuffle 84";
    ada.keep_secret(secret);
    ada.settle(&town.url());
    ada.open_purse(&town.issuer("Maple"), "sat");
    ada.top_up(1_000, "sat", |invoice| drop(town.pay_invoice(invoice)));

    let note = "birthday for Wilhelmina";
    let order = town.order(&json!({"item": "gingerbread", "amount": 21}));
    let code = order["request"].as_str().unwrap();
    ada.ask(&["pay", code, "--note", note, "--yes"]).done();
    let (invoice, hash) = town.merchant_invoice(50_000, "quarterly zither lessons");
    ada.ask(&["pay", &invoice, "--note", "zither", "--yes"])
        .done();
    let given = ada.ask(&["give", "64", "--yes"]).done();
    let token = given["token"].as_str().unwrap();
    // Found by its words, which must not leave an index behind.
    let history = ada.ask(&["history", "--search", "Wilhelmina"]).done();
    assert_eq!(
        history["payments"].as_array().unwrap().len(),
        1,
        "{history}"
    );
    ada.ask(&["doctor"]).done();
    // Killed in the middle: what it was writing stays where it was.
    let (late, _) = town.merchant_invoice(60_000, "interrupted");
    let running = ada.begin(&["pay", &late, "--note", "gooseberry", "--yes"]);
    std::thread::sleep(std::time::Duration::from_millis(600));
    let _ = running.kill();

    let mut canaries: Vec<String> = [
        secret,
        "marmalade",
        "Wilhelmina",
        "gingerbread",
        "zither",
        "gooseberry",
        "Corner Shop",
        code,
        &invoice,
        &hash,
        token,
    ]
    .map(str::to_owned)
    .to_vec();
    canaries.extend(ada.words().windows(2).map(|pair| pair.join(" ")));
    let secrets = coin_secrets(token);
    assert!(!secrets.is_empty(), "no coin was found in the token");
    canaries.extend(secrets);
    // Nor where the money is and whom it went to.
    for url in [&town.issuer("Maple"), order["pay_url"].as_str().unwrap()] {
        canaries.extend(url.strip_prefix("http://").map(str::to_owned));
    }

    let all: Vec<PathBuf> = files(ada.folder())
        .into_iter()
        .filter(|path| *path != ada.secret_file())
        .collect();
    let names: Vec<String> = all.iter().map(|p| p.display().to_string()).collect();
    assert!(names.iter().any(|n| n.ends_with("money.db")), "{names:?}");
    assert!(names.iter().any(|n| n.ends_with("history.db")), "{names:?}");
    let leaks: Vec<String> = all.iter().flat_map(|path| found(path, &canaries)).collect();
    assert!(leaks.is_empty(), "\n  {}", leaks.join("\n  "));

    // And the search itself can find something.
    assert_eq!(found(&ada.secret_file(), &canaries).len(), 2);
}

#[test]
#[ignore = "needs a Secret Service; cargo xtask test runs it"]
fn a_pin_stands_nowhere_and_what_the_keychain_holds_not_in_the_wallet() {
    let town = Town::open();
    let keyring = Keyring::readable();
    let mut ada = Person::new("Ada");
    ada.work_in(&keyring.address());
    // Long enough not to turn up by chance.
    let pin = "730518264905";
    ada.keep_secret(pin);
    ada.settle(&town.url());
    ada.open_purse(&town.issuer("Maple"), "sat");
    ada.top_up(500, "sat", |invoice| drop(town.pay_invoice(invoice)));
    ada.keep_secret("730518264906");
    assert_eq!(ada.ask(&["balance"]).refused(5), "wrong_secret");
    ada.keep_secret(pin);
    let order = town.order(&json!({"amount": 21, "issuer": "maple", "unit": "sat"}));
    let code = order["request"].as_str().unwrap();
    ada.ask(&["pay", code, "--yes"]).done();
    let running = ada.begin(&["give", "8", "--yes"]);
    std::thread::sleep(std::time::Duration::from_millis(600));
    let _ = running.kill();

    let entries = keyring.entries();
    assert!(entries.iter().any(|entry| entry.name == "device-1"));
    let mut everywhere = vec![pin.to_owned(), "730518264906".to_owned()];
    everywhere.extend(ada.words().windows(2).map(|pair| pair.join(" ")));
    let mut canaries = everywhere.clone();
    canaries.extend(entries.iter().map(|entry| entry.secret.clone()));
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    let mut leaks = Vec::new();
    for path in files(ada.folder()) {
        if path == ada.secret_file() {
            continue;
        }
        leaks.extend(found(&path, &canaries));
        let all = fs::read(&path).unwrap();
        for entry in entries.iter().filter(|entry| entry.name != "attempts") {
            // Between its first byte and its check.
            let bytes = base64(&entry.secret);
            let secret = &bytes[1..bytes.len() - 8];
            let within = |part: &[u8]| all.windows(part.len()).any(|w| w == part);
            if within(secret) || within(hex(secret).as_bytes()) {
                leaks.push(format!("{} in {}", entry.name, path.display()));
            }
        }
    }
    for path in files(&keyring.folder()) {
        leaks.extend(found(&path, &everywhere));
    }
    assert!(leaks.is_empty(), "\n  {}", leaks.join("\n  "));
}

/// Everything a process may write in its memory, piece by piece.
#[cfg(target_os = "linux")]
fn memory(process: u32) -> Vec<Vec<u8>> {
    use std::os::unix::fs::FileExt as _;
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
    let memory = fs::File::open(format!("/proc/{process}/mem")).unwrap();
    let mut pieces = Vec::new();
    for line in maps.lines() {
        let mut words = line.split_whitespace();
        let (range, may) = (words.next().unwrap(), words.next().unwrap());
        if !may.starts_with("rw") {
            continue;
        }
        let (from, to) = range.split_once('-').unwrap();
        let number = |text| u64::from_str_radix(text, 16).unwrap();
        let (from, to) = (number(from), number(to));
        let mut bytes = vec![0; usize::try_from(to - from).unwrap()];
        // Some of it may be gone by now.
        if memory.read_exact_at(&mut bytes, from).is_ok() {
            pieces.push(bytes);
        }
    }
    pieces
}

#[cfg(target_os = "linux")]
#[test]
fn an_open_wallet_has_neither_passphrase_nor_words_in_its_memory() {
    let town = Town::open();
    let mut ada = Person::new("Ada");
    let secret = "marmalade zeppelin kerfuffle 84";
    ada.keep_secret(secret);
    ada.settle(&town.url());
    ada.open_purse(&town.issuer("Maple"), "sat");
    let mut open = ada.begin(&["top-up", "100", "--unit", "sat", "--wait", "60"]);
    let invoice = open.invoice();
    let pieces = memory(open.id());
    let holds = |what: &str| {
        let found = |piece: &Vec<u8>| piece.windows(what.len()).any(|w| w == what.as_bytes());
        pieces.iter().any(found)
    };
    assert!(holds(&invoice), "nothing can be found there");
    assert!(!holds(secret) && !holds("zeppelin"), "the passphrase");
    for words in ada.words().windows(2) {
        assert!(!holds(&words.join(" ")), "two of the words");
    }
    town.pay_invoice(&invoice);
    open.end().done();
}

#[test]
fn an_open_wallet_that_crashes_writes_no_picture_of_its_memory() {
    if !Path::new("/proc/self/limits").exists() {
        println!("this system does not say what a process may write");
        return;
    }
    let town = Town::open();
    let ada = town.person_at("Ada", "Maple", "sat");
    let mut running = ada.begin(&["top-up", "100", "--wait", "60"]);
    let _ = running.invoice();
    let limits = fs::read_to_string(format!("/proc/{}/limits", running.id())).unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"));
    let words: Vec<&str> = core.unwrap().split_whitespace().skip(4).collect();
    assert_eq!(words, ["0", "0", "bytes"], "soft, hard, unit: {limits}");
    let _ = running.kill();
}

#[test]
fn each_guess_at_a_passphrase_costs_whoever_has_the_files_what_was_promised() {
    let town = Town::open();
    let mut ada = Person::new("Ada");
    ada.settle(&town.url());
    let header = fs::read(ada.home().join("vault.json")).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    let cost = json!({"memory_kib": 64 * 1024, "passes": 3, "lanes": 1});
    assert_eq!(header["passphrase"]["cost"], cost);
}
