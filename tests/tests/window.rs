//! The real window: the app in WebKit, the practice town, and nothing in between.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "test helpers")]

use farthing_tests::{Device, Keyring, Town, Window};
use serde_json::json;

const PASSPHRASE: &str = "Ada keeps five words here";

/// A device in town; its person has no wallet yet.
fn device(town: &Town) -> Device {
    let mut device = Device::new();
    device.stand_in(&town.url());
    device
}

/// From nothing to Home, with play money, on a device without a keychain.
fn settle(window: &Window) {
    window.read("Choose your language");
    window.tap("English");
    window.tap("Try it with play money");
    window.fill("Passphrase", PASSPHRASE);
    window.fill("The same again", PASSPHRASE);
    window.tap("Make my wallet");
    window.read("You have");
}

fn settle_with_money(window: &Window) {
    settle(window);
    window.tap("Get play money");
    window.read("2,000 sat");
}

fn open(window: &Window, passphrase: &str) {
    window.read("Your wallet is locked");
    window.fill("Passphrase", passphrase);
    window.tap("Open my wallet");
}

/// What the Corner Shop has got so far.
fn shop_has(town: &Town) -> i64 {
    town.shop_holds("Maple", "sat")
}

#[test]
fn a_newcomer_goes_from_nothing_to_a_paid_coffee_and_the_books_agree() {
    let town = Town::open();
    let device = device(&town);
    let window = device.start(&[]);
    settle_with_money(&window);
    let before = shop_has(&town);

    window.tap("Buy a coffee");
    window.read("coffee");
    window.tap("Pay 22 sat");
    window.read("You paid");
    assert_eq!(shop_has(&town) - before, 21);

    window.tap("Done");
    window.read("1,978 sat");
    window.tap("Activity");
    window.read("Spent this month\n21 sat");
}

#[test]
fn every_screen_of_the_real_window_has_no_accessibility_fault() {
    let town = Town::open();
    let device = device(&town);
    let window = device.start(&[]);
    let faultless = |screen: &str| {
        let faults = window.accessibility_faults();
        assert!(faults.is_empty(), "{screen}: {faults:#?}");
    };
    window.read("Choose your language");
    faultless("welcome");
    settle_with_money(&window);
    faultless("home");
    window.tap("Buy a coffee");
    window.read("You pay");
    faultless("check");
    window.tap("Pay ");
    window.read("You paid");
    faultless("receipt");
    for (place, title) in [
        ("Activity", "Spent this month"),
        ("Sharing", "No one sees who you are"),
        ("Scan", "Scan or paste"),
        ("More", "Settings"),
    ] {
        window.tap(place);
        window.read(title);
        faultless(place);
    }
}

#[test]
fn a_link_only_ever_opens_a_review_and_waits_for_the_door() {
    let town = Town::open();
    let device = device(&town);
    let window = device.start(&[]);
    settle_with_money(&window);
    drop(window);

    let order = town.order(&json!({"amount": 21, "issuer": "maple", "unit": "sat"}));
    let link = format!("cashu:{}", order["request"].as_str().unwrap());
    let before = shop_has(&town);
    let window = device.start(&[&link]);
    open(&window, PASSPHRASE);
    window.read("You pay");
    assert!(window.offers("Pay 22 sat"));
    assert_eq!(shop_has(&town), before, "a link has paid by itself");
}

#[test]
fn a_payment_killed_on_its_way_is_still_deciding_and_not_paid_twice() {
    let town = Town::open();
    let device = device(&town);
    let window = device.start(&[]);
    settle_with_money(&window);
    let (invoice, hash) = town.merchant_invoice(50_000, "bread");
    town.misfortune(&json!({"do": "pending", "payment_hash": hash}));
    window.tap("Scan");
    window.fill("Payment code", &invoice);
    window.tap("Check it");
    window.tap("Pay ");
    // It is on its way, and nobody says what became of it.
    window.read("Do not pay again");
    window.kill();

    let window = device.start(&[]);
    open(&window, PASSPHRASE);
    window.read("Still deciding");
    window.tap("Scan");
    window.fill("Payment code", &invoice);
    window.tap("Check it");
    window.read("already paid");
    assert!(!window.offers("Pay "));
}

#[test]
fn an_idle_wallet_locks_itself_and_leaves_nothing_in_the_page() {
    let town = Town::open();
    let mut device = device(&town);
    device.tell("FARTHING_LOCK_AFTER", "20");
    let window = device.start(&[]);
    settle_with_money(&window);
    window.read("Your wallet is locked");
    let page = window.run("return document.documentElement.outerHTML", &[]);
    let page = page.as_str().unwrap();
    for kept in ["2,000", "Maple", "Last payments"] {
        assert!(!page.contains(kept), "{kept} is still in the page: {page}");
    }
    open(&window, PASSPHRASE);
    window.read("2,000 sat");
}

#[test]
fn nothing_is_asked_of_anyone_before_the_first_tap() {
    let device = Device::new();
    let window = device.start(&[]);
    window.read("Choose your language");
    let asked = window.run(
        "return performance.getEntriesByType('resource').map((e) => e.name)",
        &[],
    );
    let asked: Vec<String> = serde_json::from_value(asked).unwrap();
    let outside: Vec<_> = asked
        .iter()
        .filter(|name| !name.starts_with("tauri://localhost/") && !name.starts_with("ipc://"))
        .collect();
    assert!(outside.is_empty(), "{outside:?}");
    // The page may not reach out even if it tried.
    let tried = "const done = arguments[0];
        fetch('http://127.0.0.1:9/').then(() => done('reached'), (e) => done(String(e)));";
    let said = window.run_slowly(tried);
    assert_ne!(said, json!("reached"));
}

#[test]
#[ignore = "needs a Secret Service; `cargo xtask test` runs it in a session of its own"]
fn with_a_keychain_a_pin_is_enough_and_its_wait_survives_a_restart() {
    let town = Town::open();
    let keyring = Keyring::readable();
    let mut device = device(&town);
    device.work_in(&keyring.address());
    let window = device.start(&[]);
    window.read("Choose your language");
    window.tap("English");
    window.tap("Try it with play money");
    window.read("Choose a PIN");
    window.fill("PIN", "258025");
    window.read("Type the PIN again");
    window.fill("PIN", "258025");
    window.read("You have");
    drop(window);

    let window = device.start(&[]);
    window.read("Your wallet is locked");
    for left in (1..5).rev() {
        window.fill("PIN", "111111");
        window.tap("Open my wallet");
        window.read(&format!("before a wait: {left}"));
    }
    window.fill("PIN", "111111");
    window.tap("Open my wallet");
    window.read("Too many wrong tries");
    drop(window);

    let window = device.start(&[]);
    window.read("Your wallet is locked");
    window.fill("PIN", "258025");
    window.tap("Open my wallet");
    window.read("Too many wrong tries");
}
