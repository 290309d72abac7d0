//! Whoever takes the disk reads nothing: not the secret, the words, the coins, nor
//! whom one paid for what.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use std::fs;
use std::path::{Path, PathBuf};

use farthing_tests::Town;
use serde_json::json;

/// Every file under a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            all.extend(files(&entry.path()));
        } else {
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

#[test]
fn nothing_of_a_person_is_readable_on_their_disk() {
    let town = Town::open();
    let mut ada = farthing_tests::Person::new("Ada");
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
