//! A statement is what was chosen, for whom it was chosen: nothing else of the history is in it, and
//! the wallet remembers that it was given away.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use std::fs;
use std::path::PathBuf;

use farthing_tests::person::readable_by;
use farthing_tests::{Person, Town};
use serde_json::{Value, json};

/// Of nobody in particular: the example of age's own documents.
const KEY: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

/// What Ada did, and what of it nobody is to see who gets a statement of one payee.
struct Life {
    ada: Person,
    payee: String,
    merchant: String,
    /// The payment to that payee.
    song: Value,
    private: Vec<String>,
}

/// Ada paid one payee, and lived on.
fn life(town: &Town) -> Life {
    let ada = town.person_with("Ada", "Maple", 5_000, "sat");
    let (payee, other) = (town.busker("busker"), town.busker("plain"));
    let pay = |code: &str, note: &str| {
        let args = ["pay", code, "--amount", "21", "--note", note, "--yes"];
        ada.ask(&args).done()
    };
    let song = pay(&payee, "our song");
    let tune = pay(&other, "for my sister");
    let given = ada.ask(&["give", "10", "--yes"]).done();
    ada.ask(&["sharing", "details", "name", "Ada L"]).done();

    let all = ada.ask(&["merchants"]).done();
    let all = all["merchants"].as_array().unwrap();
    let this = all.iter().find(|one| one["name"] == payee.as_str());
    let merchant = this.unwrap()["merchant"].clone();
    let merchant = merchant.as_str().unwrap().to_owned();
    ada.ask(&["merchant", &merchant, "call", "Old Tom"]).done();
    ada.ask(&["merchant", &merchant, "note", "plays too loud"])
        .done();

    let purses = ada.ask(&["balance"]).done();
    let purse = &purses["purses"][0];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut private = vec![
        "for my sister".to_owned(),
        "Ada".to_owned(),
        "Old Tom".to_owned(),
        "too loud".to_owned(),
        other,
        text(&song["payment"]),
        text(&tune["payment"]),
        text(&given["payment"]),
        text(&given["token"]),
        text(&purse["id"]),
        text(&purse["issuer"]),
        ada.home().display().to_string(),
    ];
    private.extend(tune["proof"]["text"].as_str().map(str::to_owned));
    Life {
        ada,
        payee,
        merchant,
        song,
        private,
    }
}

impl Life {
    fn file(&self, name: &str) -> PathBuf {
        self.ada.folder().join(name)
    }

    /// Makes a statement of the payee; what the wallet said, and the file.
    fn statement(&self, name: &str, more: &[&str]) -> (Value, String) {
        let path = self.file(name);
        let file = path.to_str().unwrap();
        let args = [&["statement", file, "--merchant", &self.merchant], more].concat();
        let made = self.ada.ask(&args).done();
        assert_eq!(made["file"], file);
        (made, fs::read_to_string(path).unwrap())
    }

    fn handed_over(&self) -> Vec<Value> {
        let sharing = self.ada.ask(&["sharing"]).done();
        sharing["statements"].as_array().unwrap().clone()
    }
}

#[test]
fn a_statement_of_one_payee_has_its_payment_and_no_byte_of_anything_else() {
    let town = Town::open();
    let life = life(&town);
    for form in ["report", "json", "csv"] {
        let (made, text) = life.statement(&format!("bare.{form}"), &["--format", form]);
        assert_eq!(made["payments"], 1);
        let left_out = json!(["note", "proof", "fees", "other_payees"]);
        assert_eq!(made["left_out"], left_out);
        assert!(text.contains(&life.payee) && text.contains("21"), "{text}");
        let more = [
            "our song".to_owned(),
            life.song["proof"]["text"].as_str().unwrap().to_owned(),
        ];
        for private in life.private.iter().chain(&more) {
            assert!(!text.contains(private), "{private} in {text}");
        }
    }
    let with = ["--with", "note,proof,fees", "--for", "the city", "--format"];
    for form in ["report", "json", "csv"] {
        let more = [&with[..], &[form]].concat();
        let (made, text) = life.statement(&format!("whole.{form}"), &more);
        assert_eq!(made["left_out"], json!(["other_payees"]));
        assert!(text.contains("our song"), "{text}");
        assert!(text.contains(life.song["proof"]["text"].as_str().unwrap()));
        for private in &life.private {
            assert!(!text.contains(private), "{private} in {text}");
        }
    }
    // A report is read by people, in their language.
    let (_, text) = life.statement("entera.txt", &["--language", "es-MX", "--with", "fees"]);
    assert!(text.starts_with("Relación de pagos\nPRÁCTICA"), "{text}");
    assert!(
        text.contains(&format!("pagado 21 sat a {}\n", life.payee)),
        "{text}"
    );
    assert!(
        text.contains("No incluye") && !text.contains("Payee"),
        "{text}"
    );
    for private in &life.private {
        assert!(!text.contains(private), "{private} in {text}");
    }
    assert_eq!(life.handed_over()[0]["form"], "report");
    let last = &life.handed_over()[1];
    assert_eq!([&last["whom"], &last["form"]], ["the city", "csv"]);
}

#[test]
fn programs_get_a_form_that_is_written_down_and_the_proof_holds() {
    let town = Town::open();
    let life = life(&town);
    let more = ["--format", "json", "--with", "proof,note,fees"];
    let (made, text) = life.statement("one.json", &more);
    let of_days = life.file("days.json");
    let args = [
        "statement",
        of_days.to_str().unwrap(),
        "--since",
        "2020-01-01",
        "--until",
        "2100-12-31",
        "--format",
        "json",
    ];
    life.ada.ask(&args).done();
    let schema: Value =
        serde_json::from_str(include_str!("../../docs/schemas/statement.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    for text in [&text, &fs::read_to_string(&of_days).unwrap()] {
        let document: Value = serde_json::from_str(text).unwrap();
        let errors: Vec<String> = schema
            .iter_errors(&document)
            .map(|error| format!("{error} at {}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?} in {text}");
    }
    let document: Value = serde_json::from_str(&text).unwrap();
    let line = &document["payments"][0];
    assert_eq!(line["amount"], life.song["paid"]);
    assert_eq!(line["fees"], life.song["fees"]);
    assert_eq!(line["proof"]["text"], life.song["proof"]["text"]);
    // The town knows an invoice of that hash, and its preimage is the proof.
    let hash = line["proof"]["payment_hash"].as_str().unwrap();
    assert_eq!(town.invoice(hash)["preimage"], line["proof"]["text"]);

    let given = life.handed_over();
    assert_eq!(given.len(), 2);
    assert_eq!(
        [&given[0]["name"], &given[1]["name"]],
        [&Value::Null, &json!("Old Tom")]
    );
    assert_eq!(given[1]["hash"], made["hash"]);
    assert_eq!(given[1]["sealed"], false);
    // Everybody who was paid, and the top-up, but not what was never paid.
    let days: Value = serde_json::from_slice(&fs::read(&of_days).unwrap()).unwrap();
    assert_eq!(days["payments"].as_array().unwrap().len(), 4);
    // It goes when the shop is forgotten, and the others stay.
    life.ada
        .ask(&["merchant", &life.merchant, "erase", "--yes"])
        .done();
    assert_eq!(life.handed_over().len(), 1);
}

#[test]
fn a_locked_statement_shows_nothing_and_a_weak_lock_is_no_lock() {
    let town = Town::open();
    let life = life(&town);
    let words = life.file("words");
    let words_at = words.to_str().unwrap();
    let seal = ["--seal", "--passphrase-file", words_at];
    let refused = |name: &str, more: &[&str]| {
        let path = life.file(name);
        let file = path.to_str().unwrap();
        let args = [&["statement", file, "--merchant", &life.merchant], more].concat();
        let said = life.ada.ask(&args);
        let code = said.json()["error"]["code"].as_str().unwrap().to_owned();
        assert!(!path.exists(), "{code}, and there is a file");
        code
    };
    fs::write(&words, "2580\n").unwrap();
    readable_by(&words, 0o600);
    assert_eq!(refused("weak.age", &seal), "secret_too_weak");
    fs::write(&words, "four brown cows at ten\n").unwrap();
    readable_by(&words, 0o644);
    assert_eq!(refused("seen.age", &seal), "secret_file_open_to_others");
    assert_eq!(refused("bob.age", &["--to", "bob"]), "bad_recipient");
    assert_eq!(life.handed_over(), [] as [Value; 0]);

    readable_by(&words, 0o600);
    for (name, how) in [("words.age", &seal[..]), ("key.age", &["--to", KEY])] {
        let path = life.file(name);
        let file = path.to_str().unwrap();
        let args = [&["statement", file, "--merchant", &life.merchant], how].concat();
        assert_eq!(life.ada.ask(&args).done()["sealed"], true);
        let sealed = fs::read(&path).unwrap();
        assert!(sealed.starts_with(b"age-encryption.org/v1\n"));
        let shown = String::from_utf8_lossy(&sealed);
        assert!(!shown.contains("Statement") && !shown.contains(&life.payee));
    }
    let given = life.handed_over();
    assert!(given.len() == 2 && given.iter().all(|one| one["sealed"] == true));
}

#[test]
fn nothing_is_written_over_and_nothing_is_given_by_mistake() {
    let town = Town::open();
    let life = life(&town);
    let there = life.file("there.txt");
    fs::write(&there, "my diary").unwrap();
    let statement =
        |file: &str, more: &[&str]| life.ada.ask(&[&["statement", file], more].concat());
    let (of, there_at) = (["--merchant", &life.merchant], there.to_str().unwrap());
    assert_eq!(statement(there_at, &of).refused(1), "file_unwritable");
    assert_eq!(fs::read_to_string(&there).unwrap(), "my diary");
    let nowhere = life.file("nowhere/x.txt");
    let nowhere = statement(nowhere.to_str().unwrap(), &of);
    assert_eq!(nowhere.refused(1), "file_unwritable");

    let new = life.file("new.txt");
    let new_at = new.to_str().unwrap();
    for (more, exit, code) in [
        (&[][..], 2, "statement_of_everything"),
        (&["--until", "2100-01-01"], 2, "statement_of_everything"),
        (&["--since", "2100-01-01"], 1, "statement_empty"),
        (&["--since", "soon"], 2, "bad_date"),
        (&["--merchant", "77"], 1, "no_such_merchant"),
        (&["--merchant", "77", "--with", "balance"], 2, "usage"),
    ] {
        assert_eq!(statement(new_at, more).refused(exit), code, "{more:?}");
    }
    assert!(!new.exists());
    assert_eq!(life.handed_over(), [] as [Value; 0]);
}
