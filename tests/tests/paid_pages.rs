//! Pages and files behind HTTP 402, in every dialect of the Daily Paper: the price is seen first,
//! paid once, and never again, whatever happens on the way.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test helpers"
)]

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use farthing_tests::liar::{Liar, Lie, Reply};
use farthing_tests::person::{agreed, worth};
use farthing_tests::{Person, Town, later};
use serde_json::{Value, json};

fn page(town: &Town, slug: &str, dialect: &str) -> String {
    let at = format!("/shops/daily_paper/{slug}/{dialect}");
    let found = town.manifest().pointer(&at).and_then(Value::as_str);
    found.unwrap_or_else(|| panic!("no {at}")).to_owned()
}

fn origin(town: &Town) -> &str {
    town.manifest()["shops"]["daily_paper"]["url"]
        .as_str()
        .unwrap()
}

/// What the paper has seen at one address: asked, served, paid.
fn seen(town: &Town, url: &str) -> [u64; 3] {
    let path = url.strip_prefix(origin(town)).unwrap();
    let all = town.ask("/daily_paper");
    ["asked", "served", "paid"].map(|what| all["paths"][path][what].as_u64().unwrap_or(0))
}

fn revoke(town: &Town) {
    town.tell("/daily_paper/revoke", &json!({}));
}

fn reader(town: &Town) -> Person {
    town.person_with("Ada", "Maple", 1_000, "sat")
}

/// Fetches to a file of that name; the answer and the file.
#[track_caller]
fn fetch(ada: &Person, url: &str, name: &str) -> (Value, PathBuf) {
    let file = ada.folder().join(name);
    let said = ada.ask(&["fetch", url, "-o", file.to_str().unwrap(), "--yes"]);
    (said.done(), file)
}

#[test]
fn an_article_is_paid_once_in_every_dialect_and_read_as_often_as_one_likes() {
    let town = Town::open();
    let ada = reader(&town);
    for dialect in ["cashu", "cashu_b", "l402", "lsat", "payment", "any"] {
        let url = page(&town, "short", dialect);
        let before = ada.balance("sat");

        let review = ada.ask(&["review", &url]).done();
        assert_eq!(review["kind"], "page", "{review}");
        assert_eq!(review["description"], "Small change, big town");
        assert_eq!(worth(&review["price"], "sat"), 3);
        assert_eq!(review["payee"]["origin"], origin(&town));
        assert_eq!(ada.balance("sat"), before, "a review moved money");

        let (got, file) = fetch(&ada, &url, "short.html");
        assert_eq!(
            (&got["outcome"], &got["paid_now"]),
            (&json!("paid"), &json!(true))
        );
        agreed(&review, &got["receipt"], "sat");
        let after = ada.balance("sat");
        assert_eq!(
            before.0 - after.0,
            worth(&got["receipt"]["left_purse"], "sat")
        );
        assert_eq!(after.1, before.1);
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains("<h1>Small change, big town</h1>"), "{text}");
        assert_eq!(seen(&town, &url)[1..], [1, 1], "{dialect}");

        // Once more: from the library, without asking the paper.
        let asked = seen(&town, &url)[0];
        let (again, file) = fetch(&ada, &url, "again.html");
        assert_eq!(
            (&again["outcome"], &again["paid_now"]),
            (&json!("paid"), &json!(false))
        );
        assert_eq!(again["payment"], got["payment"]);
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
        assert_eq!(seen(&town, &url)[0], asked);
        assert_eq!(ada.balance("sat"), after);

        let refused = ada.ask(&["review", &url]).refused(1);
        assert_eq!(refused, "already_paid");
    }
    let everything = ada.ask(&["history"]).done();
    let pages = everything["payments"].as_array().unwrap().iter();
    assert_eq!(pages.filter(|line| line["kind"] == "page").count(), 6);
}

#[test]
fn a_free_page_costs_nothing_and_leaves_nothing_behind() {
    let town = Town::open();
    let ada = reader(&town);
    let free = town.manifest()["shops"]["daily_paper"]["free"]
        .as_str()
        .unwrap();
    let before = ada.balance("sat");
    let file = ada.folder().join("free.html");
    // Nothing has to be confirmed, so nobody has to say yes.
    let got = ada
        .ask(&["fetch", free, "-o", file.to_str().unwrap()])
        .done();
    assert_eq!(
        (&got["outcome"], &got["payment"]),
        (&Value::Null, &Value::Null)
    );
    assert!(
        fs::read_to_string(&file)
            .unwrap()
            .contains("Why this page costs nothing")
    );
    assert_eq!(ada.balance("sat"), before);
    assert_eq!(ada.ask(&["review", free]).refused(1), "page_is_free");
    let library = ada.home().join("library");
    assert_eq!(fs::read_dir(library).unwrap().count(), 0);
}

#[test]
fn of_several_ways_the_cheapest_is_taken_and_the_others_are_named() {
    let town = Town::open();
    let ada = reader(&town);
    let review = ada.ask(&["review", &page(&town, "long", "any")]).done();
    let alone = ["cashu", "l402"].map(|dialect| {
        let review = ada.ask(&["review", &page(&town, "long", dialect)]).done();
        worth(&review["total_at_most"], "sat")
    });
    assert_eq!(
        worth(&review["total_at_most"], "sat"),
        *alone.iter().min().unwrap()
    );
    assert!(
        !review["alternatives"].as_array().unwrap().is_empty(),
        "{review}"
    );
}

#[test]
fn a_price_above_the_limit_or_without_a_yes_is_not_paid() {
    let town = Town::open();
    let ada = reader(&town);
    let url = page(&town, "long", "l402");
    let before = ada.balance("sat");
    assert_eq!(ada.ask(&["fetch", &url]).refused(2), "needs_yes");
    let limited = ada.ask(&["fetch", &url, "--max-total", "20", "--yes"]);
    assert_eq!(limited.refused(4), "above_max_total");
    assert_eq!(
        ada.ask(&["fetch", &page(&town, "short", "x402"), "--yes"])
            .refused(1),
        "page_not_payable"
    );
    assert_eq!(ada.balance("sat"), before);
    assert_eq!(seen(&town, &url)[1..], [0, 0]);
}

#[test]
fn a_page_the_site_will_not_give_again_is_not_paid_again() {
    let town = Town::open();
    let ada = reader(&town);
    for dialect in ["cashu", "l402", "payment"] {
        let url = page(&town, "short", dialect);
        fetch(&ada, &url, "short.html");
        // Whoever loses the library and meets a site that has forgotten them.
        fs::remove_dir_all(ada.home().join("library")).unwrap();
        revoke(&town);
        let before = ada.balance("sat");
        let said = ada.ask(&["fetch", &url, "--yes"]);
        let error = said.json()["error"].clone();
        assert!(
            ["paid_page_refused", "disk_failing", "library_unusable"]
                .contains(&error["code"].as_str().unwrap()),
            "{error}"
        );
        assert_eq!(ada.balance("sat"), before, "{dialect} was paid again");
        assert_eq!(seen(&town, &url)[2], 1);
    }
}

#[test]
fn a_download_whose_wallet_is_killed_goes_on_where_it_was_and_is_paid_once() {
    let town = Town::open();
    let ada = reader(&town);
    for dialect in ["l402", "cashu"] {
        let url = page(&town, "big", dialect);
        let file = ada.folder().join("archive.bin");
        let running = ada.begin(&["fetch", &url, "-o", file.to_str().unwrap(), "--yes"]);
        let library = ada.home().join("library");
        let here = || {
            let files = fs::read_dir(&library).into_iter().flatten();
            files
                .map(|file| file.unwrap().metadata().unwrap().len())
                .max()
                .unwrap_or(0)
        };
        let before = here();
        while here() < before.max(10_000_000) && !file.exists() {
            std::thread::sleep(Duration::from_millis(20));
        }
        drop(running.kill());
        assert!(!file.exists(), "half a file under its name");

        let (got, file) = fetch(&ada, &url, "archive.bin");
        assert_eq!(got["outcome"], "paid");
        assert_eq!(fs::metadata(&file).unwrap().len(), 200_000_000);
        assert_eq!(seen(&town, &url)[2], 1, "{dialect}");
        assert_eq!(ada.balance("sat").1, 0);
        fs::remove_file(file).unwrap();
        ada.ask(&[
            "fetch",
            &url,
            "-o",
            ada.folder().join("x").to_str().unwrap(),
        ])
        .done();
        fs::remove_dir_all(&library).unwrap();
    }
}

#[test]
fn nothing_of_what_somebody_reads_is_readable_on_the_disk() {
    let town = Town::open();
    let ada = reader(&town);
    fetch(&ada, &page(&town, "short", "l402"), "short.html");
    for entry in walk(&ada.home()) {
        let bytes = fs::read(&entry).unwrap();
        for secret in ["Small change", "farthings made", "l402/short", "short.html"] {
            let found = bytes
                .windows(secret.len())
                .any(|at| at == secret.as_bytes());
            assert!(!found, "{secret:?} is readable in {}", entry.display());
        }
    }
}

fn walk(folder: &std::path::Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(walk(&path));
        } else {
            files.push(path);
        }
    }
    files
}

#[test]
fn the_site_chooses_no_folder_and_no_file_is_overwritten_that_was_not_named() {
    let town = Town::open();
    let ada = reader(&town);
    let url = page(&town, "crossword", "cashu");
    let got = ada.ask(&["fetch", &url, "--yes"]).done();
    let first = PathBuf::from(got["file"].as_str().unwrap());
    assert_eq!(first.file_name().unwrap(), "crosswords.bin");
    let second = ada.ask(&["fetch", &url, "--yes"]).done();
    assert_eq!(second["file"], "crosswords (2).bin");
    assert_eq!(second["bytes"], "2000000");
}

/// E-cash for a page whose site broke off: nobody knows whether it has it.
#[test]
fn e_cash_a_site_broke_off_with_is_paid_once_it_is_redeemed_and_pays_again_once_it_is_back() {
    let town = Town::open();
    let ada = reader(&town);
    let bob = town.person_at("Bob", "Maple", "sat");
    let demand = || -> &'static str {
        let order = town.order(&json!({"amount": 21, "unit": "sat", "issuer": "maple"}));
        let demand = format!("X-Cashu: {}", order["request"].as_str().unwrap());
        Box::leak(demand.into_boxed_str())
    };
    let demands = [demand(), demand()];
    // It names its price to whoever comes without e-cash, and breaks off where there is some.
    let priced = Arc::new(AtomicUsize::new(0));
    let site = Liar::before(&town.issuer("Maple"));
    let asks = Arc::clone(&priced);
    site.lie(vec![Lie::new("GET /story", move |heard, _| {
        let demand = demands[usize::from(heard.what.ends_with("/2"))];
        let asked = asks.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
            left.checked_sub(1)
        });
        match asked {
            Ok(_) => Reply::Text(402, demand, b"pay".to_vec()),
            Err(_) => Reply::Text(503, "", b"later".to_vec()),
        }
    })]);
    let broken_off = |page: &str| {
        priced.store(1, Ordering::SeqCst);
        let url = format!("{}/story/{page}", site.url());
        let said = ada.ask(&["fetch", &url, "--yes"]).ended(3);
        let payment = said["payment"]
            .as_str()
            .or(said["error"]["payment"].as_str());
        payment.unwrap_or_else(|| panic!("{said}")).to_owned()
    };
    let receipt = |payment: &str| ada.ask(&["receipt", payment]).done();

    let payment = broken_off("1");
    let token = receipt(&payment)["token"].as_str().unwrap().to_owned();
    bob.ask(&["redeem", &token, "--yes"]).done();
    assert_eq!(receipt(&payment)["outcome"], "paid");
    ada.ask(&["recover"]).done();
    assert_eq!(receipt(&payment)["outcome"], "paid");

    let payment = broken_off("2");
    ada.ask(&["redeem", &payment, "--yes"]).done();
    assert_eq!(receipt(&payment)["outcome"], "not_paid");
    let again = broken_off("2");
    assert_ne!(again, payment);

    // A site that never answers again does not keep it.
    ada.ask(&["recover"]).ended(3);
    assert_eq!(receipt(&again)["outcome"], "still_deciding");
    if later::clock().is_some() {
        ada.ask_later(8, &["recover"]).done();
        assert_eq!(receipt(&again)["outcome"], "not_paid");
        assert_eq!(ada.balance("sat").1, 0);
    }
    let both = ada.holds("sat") + bob.holds("sat");
    assert_eq!(both, town.books("Maple")["sat"].outstanding);
}

/// A bill that a site asks with may be paid without the page, and the page may be paid first.
#[test]
fn a_bill_for_a_page_is_paid_once_with_the_page_or_without_it() {
    let town = Town::open();
    let ada = reader(&town);
    let site = Liar::before(&town.issuer("Maple"));
    let asks = |path: &'static str, invoice: &str| {
        let demand =
            format!("WWW-Authenticate: L402 macaroon=\"AGIAJEemVQU\", invoice=\"{invoice}\"");
        let demand: &'static str = Box::leak(demand.into_boxed_str());
        site.lie(vec![Lie::say(
            path,
            Reply::Text(402, demand, b"pay".to_vec()),
        )]);
        format!("{}{}", site.url(), path.strip_prefix("GET ").unwrap())
    };
    let (invoice, _) = town.merchant_invoice(21_000, "paid without the page");
    let url = asks("GET /one", &invoice);
    ada.ask(&["review", &url]).done();
    ada.ask(&["pay", &invoice, "--yes"]).done();
    assert_eq!(ada.ask(&["review", &url]).refused(1), "already_paid");

    let (invoice, _) = town.merchant_invoice(21_000, "paid with the page");
    let url = asks("GET /two", &invoice);
    // Paid, and the site asks again all the same.
    let said = ada.ask(&["fetch", &url, "--yes"]).json();
    assert_eq!(said["error"]["code"], "paid_page_refused", "{said}");
    assert_eq!(ada.ask(&["review", &invoice]).refused(1), "already_paid");
}
