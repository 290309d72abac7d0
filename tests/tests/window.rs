//! The real window: the app in WebKit, the practice town, and nothing in between.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test helpers"
)]

#[path = "window/after_paying.rs"]
mod after_paying;
#[path = "window/two_purses.rs"]
mod two_purses;

use farthing_tests::{Bus, Device, Keyring, Town, Window};
use serde_json::{Value, json};
use xtask::loopback;

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
    window.fill("Type the passphrase again", PASSPHRASE);
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

#[track_caller]
fn faultless(window: &Window, screen: &str) {
    let faults = window.accessibility_faults();
    assert!(faults.is_empty(), "{screen}: {faults:#?}");
}

/// Chooses the one of a few that a screen reader calls `name`; what is tapped is drawn around it.
fn choose(window: &Window, name: &str) {
    let script = "
        const all = [...document.querySelectorAll('main input[type=radio]')];
        all.find((e) => e.labels[0].innerText.trim() === arguments[0]).click()";
    let _ = window.run(script, &[json!(name)]);
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
    // The shop's own question is among what left, so that nothing left unseen.
    if let Some(left) = window.requests() {
        let paid = left
            .iter()
            .any(|one| one.path.starts_with("/orders/") && one.path.ends_with("/pay"));
        assert!(paid, "{left:#?}");
    }
}

#[test]
fn every_screen_of_the_real_window_has_no_accessibility_fault() {
    let town = Town::open();
    let device = device(&town);
    let window = device.start(&[]);
    let faultless = |screen: &str| faultless(&window, screen);
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
fn an_article_behind_a_price_is_reviewed_paid_once_and_kept() {
    let town = Town::open();
    let device = device(&town);
    let window = device.start(&[]);
    settle_with_money(&window);
    let long = &town.manifest()["shops"]["daily_paper"]["long"];
    let address = long["l402"].as_str().unwrap();
    let ask = || {
        window.tap("Scan");
        window.fill("Payment code", address);
        window.tap("Check it");
        window.tap("Get this page");
    };
    ask();
    window.read("A history of the farthing");
    window.read("The site sees which page you get");
    window.tap("Pay ");
    window.read("It is here, and kept in your library.");
    window.tap("Save to downloads");
    window.read("Saved with your downloads");
    let saved = files_below(device.folder());
    let saved = saved
        .iter()
        .find(|path| path.extension().is_some_and(|kind| kind == "html"));
    let saved = std::fs::read_to_string(saved.expect("nothing was saved")).unwrap();
    assert!(saved.contains("A history of the farthing"), "another page");

    // What was paid for is not paid for again.
    ask();
    window.read("You already paid this");
    window.tap("Get it again");
    window.read("It is here, and kept in your library.");
    window.tap("More");
    window.tap("Library");
    window.read("A history of the farthing");
    window.tap("Activity");
    window.read("Spent this month\n21 sat");
}

/// Scans nothing: types the code, as pasting does.
fn check(window: &Window, code: &str) {
    window.tap("Scan");
    window.fill("Payment code", code);
    window.tap("Check it");
}

#[test]
fn a_song_is_paid_for_by_a_lightning_address_and_the_busker_learns_the_amount_alone() {
    let town = Town::open();
    let device = device(&town);
    let window = device.start(&[]);
    settle_with_money(&window);
    let address = &town.busker("busker");
    check(&window, address);
    window.fill("How much do you want to pay?", "21");
    window.tap("See what it costs");
    window.read("A song from the busker");
    window.read(address);
    window.tap("Pay ");
    window.read("You paid 21 sat");

    let heard = town.ask("/busker")["heard"].as_array().unwrap().clone();
    let heard = heard.last().expect("the busker heard nothing");
    assert_eq!(heard["amount_msat"], 21_000);
    assert_eq!(heard["payer_data"], json!(null), "{heard}");
    assert_eq!(heard["comment"], json!(null), "{heard}");
}

#[test]
fn a_voucher_is_looked_at_taken_in_once_and_then_it_is_empty() {
    let town = Town::open();
    let device = device(&town);
    let window = device.start(&[]);
    settle_with_money(&window);
    let fifty = || town.tell("/kiosk", &json!({"min_msat": 50_000, "max_msat": 50_000}));
    let (first, second) = (fifty(), fifty());
    let first = first["scheme"].as_str().unwrap();
    // Only its maker knows that this one is no bill.
    for (code, have) in [
        (first, "2,050 sat"),
        (second["lnurl"].as_str().unwrap(), "2,100 sat"),
    ] {
        check(&window, code);
        window.read("A voucher from");
        window.tap("Take in 50 sat");
        window.read("You got 50 sat");
        window.tap("Home");
        window.read(have);
    }
    check(&window, first);
    window.read("This money was taken in before");
    window.tap("Home");
    window.read("2,100 sat");
}

#[test]
fn a_site_is_signed_in_to_after_it_was_named_and_no_money_moves() {
    let town = Town::open();
    let device = device(&town);
    let window = device.start(&[]);
    settle_with_money(&window);
    let fresh = |spelling: &str| {
        let place = town.manifest()["sign_in"][0]["fresh"].as_str().unwrap();
        let link: Value = loopback::get(place).unwrap().json().unwrap();
        link[spelling].as_str().unwrap().to_owned()
    };
    check(&window, &fresh("lnurl"));
    window.read("You sign in at\n127.0.0.1");
    window.read("Your name, your phone number or your email.");
    window.tap("Sign in");
    window.read("You are signed in at 127.0.0.1");
    drop(window);

    // A link of a page's only ever asks.
    let link = fresh("scheme");
    let window = device.start(&[&link]);
    open(&window, PASSPHRASE);
    window.read("You sign in at\n127.0.0.1");
    window.tap("Not now");
    window.read("2,000 sat");
}

/// Turns what a screen reader calls the switch `name`.
fn turn(window: &Window, name: &str) {
    let script =
        "document.querySelector(`main [role=switch][aria-label='${arguments[0]}']`).click()";
    let _ = window.run(script, &[json!(name)]);
}

#[test]
fn what_a_payee_asks_for_is_a_switch_and_one_tap_takes_back_what_one_tap_gave() {
    let town = Town::open();
    let device = device(&town);
    let window = device.start(&[]);
    settle_with_money(&window);
    window.tap("Sharing");
    window.read("No one sees who you are");
    window.tap("My details");
    window.tap("Write it down");
    window.fill("Your name", "Ada L");
    window.tap("Keep it");
    window.read("Ada L");

    let ask = || {
        check(&window, &town.busker("busker"));
        window.fill("How much do you want to pay?", "21");
        window.tap("See what it costs");
        window.read("They also ask for this. It is off until you turn it on.");
        window.read("They see only that you paid.");
    };
    let told = || {
        town.ask("/busker")["heard"]
            .as_array()
            .unwrap()
            .last()
            .unwrap()["payer_data"]
            .clone()
    };
    ask();
    turn(&window, "Your name");
    window.read("Only this time");
    window.tap("Pay ");
    window.read("You paid 21 sat");
    window.read("They saw\nYour name");
    assert_eq!(told(), json!({"name": "Ada L"}));

    window.tap("Sharing");
    window.read("1 shop can see something about you");
    window.read("They get: Ada L");
    faultless(&window, "sharing");
    window.tap("See this shop");
    window.read("What they were told");
    faultless(&window, "merchant");
    turn(&window, "Your name");
    window.read("They see only that you paid.");

    ask();
    window.tap("Pay ");
    window.read("You paid 21 sat");
    assert_eq!(told(), json!(null), "it was told after it was taken back");
    window.tap("Sharing");
    window.read("No one sees who you are");

    window.tap("What you agreed to");
    window.read("You took it back: Your name");
    window.tap("Save all records");
    window.read("Saved with your downloads");
    let records: Value = serde_json::from_slice(&saved(&device, ".jsonld")).unwrap();
    assert_eq!(records.as_array().unwrap().len(), 2, "{records}");
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

/// A file for the page, as a person has one in hand: what the system hands over once it was dropped
/// or pasted. `arguments[0]` holds its bytes.
const IN_HAND: &str = "
    const held = new DataTransfer();
    held.items.add(new File([new Uint8Array(arguments[0])], 'code.png', { type: 'image/png' }));
    const handed = (kind, name) => {
      const event = new Event(kind, { bubbles: true, cancelable: true });
      Object.defineProperty(event, name, { value: held });
      document.querySelector('main').dispatchEvent(event);
    };";

#[test]
fn a_dropped_and_a_pasted_picture_lead_to_the_check_and_no_camera_is_a_normal_state() {
    let town = Town::open();
    let device = device(&town);
    let window = device.start(&[]);
    settle_with_money(&window);
    let before = shop_has(&town);
    for (way, hand) in [
        ("dropped", "handed('drop', 'dataTransfer');"),
        ("pasted", "handed('paste', 'clipboardData');"),
    ] {
        let order = town.order(&json!({"amount": 21, "issuer": "maple", "unit": "sat"}));
        let picture = town.picture(&order);
        window.tap("Scan");
        // There is none here: it says so when asked for, and all else is offered as ever.
        window.tap("Use camera");
        window.read("No camera? Paste a code, or pick a picture.");
        assert!(window.offers("Pick a picture"));
        assert!(window.offers("Paste"));
        let _ = window.run(&format!("{IN_HAND}{hand}"), &[json!(picture)]);
        window.read("You pay");
        assert!(window.offers("Pay 22 sat"), "{way}");
        window.tap("Home");
    }
    assert_eq!(shop_has(&town), before, "a picture has paid by itself");
}

#[test]
fn the_wallet_locks_when_the_screen_is_locked_and_before_the_device_sleeps() {
    let town = Town::open();
    let (session, system) = (Bus::open(), Bus::open());
    let mut device = device(&town);
    device.work_in(&session.address());
    device.tell("DBUS_SYSTEM_BUS_ADDRESS", &system.address());
    let window = device.start(&[]);
    settle_with_money(&window);

    let screen = ("/ScreenSaver", "org.freedesktop.ScreenSaver.ActiveChanged");
    let desktop = (
        "/org/gnome/ScreenSaver",
        "org.gnome.ScreenSaver.ActiveChanged",
    );
    let sleep = (
        "/org/freedesktop/login1",
        "org.freedesktop.login1.Manager.PrepareForSleep",
    );
    let lock = (
        "/org/freedesktop/login1/session/c1",
        "org.freedesktop.login1.Session.Lock",
    );
    for (bus, (path, signal), arguments) in [
        (&session, screen, &["boolean:true"][..]),
        (&session, desktop, &["boolean:true"]),
        (&system, sleep, &["boolean:true"]),
        (&system, lock, &[]),
    ] {
        window.read("2,000 sat");
        bus.signal(path, signal, arguments);
        window.read("Your wallet is locked");
        let page = window.run("return document.documentElement.outerHTML", &[]);
        assert!(!page.as_str().unwrap().contains("2,000"), "{signal}");
        // That it is over opens nothing, and locks nothing that was opened since.
        if !arguments.is_empty() {
            bus.signal(path, signal, &["boolean:false"]);
        }
        open(&window, PASSPHRASE);
    }
    window.read("2,000 sat");
}

/// The twelve words, as the window shows them.
fn words_of(window: &Window) -> String {
    window.tap("More");
    window.tap("Your 12 words");
    window.fill("Passphrase", PASSPHRASE);
    window.tap("Show my words");
    window.read("in this order");
    let words = window.run(
        "return [...document.querySelectorAll('main ol li')].map((li) => li.lastElementChild.textContent.trim()).join(' ')",
        &[],
    );
    let words = words.as_str().unwrap().to_owned();
    assert_eq!(words.split(' ').count(), 12, "{words:?}");
    words
}

fn type_words(window: &Window, words: &str) {
    window.read("Type your 12 words");
    for (at, word) in words.split(' ').enumerate() {
        window.fill(&format!("Word {}", at + 1), word);
    }
    window.tap("Go on");
}

#[test]
fn who_forgot_the_secret_comes_back_with_the_words_and_finds_the_money() {
    let town = Town::open();
    let device = device(&town);
    let window = device.start(&[]);
    settle_with_money(&window);
    let words = words_of(&window);
    drop(window);

    let window = device.start(&[]);
    window.read("Your wallet is locked");
    window.tap("I forgot it");
    window.tap("Use my 12 words");
    type_words(&window, &words);
    window.fill("Passphrase", "Ada keeps five other words");
    window.fill("Type the passphrase again", "Ada keeps five other words");
    window.tap("Open my wallet");
    window.read("2,000 sat");
    drop(window);

    let window = device.start(&[]);
    open(&window, "Ada keeps five other words");
    window.read("2,000 sat");
}

#[test]
fn a_wallet_is_erased_by_who_has_the_words_and_nothing_of_it_stays() {
    let town = Town::open();
    let device = device(&town);
    let window = device.start(&[]);
    settle_with_money(&window);
    let words = words_of(&window);
    window.tap("More");
    window.tap("Settings");
    window.tap("Erase this wallet");
    window.read("Your money stays with the issuers");
    window.tap("Go on to erase it");
    // Somebody else's paper erases nothing.
    let others = format!("{}about", "abandon ".repeat(11));
    type_words(&window, &others);
    window.fill("Passphrase", PASSPHRASE);
    window.tap("Erase this wallet");
    window.tap("Erase it all");
    window.read("Nothing was erased");
    assert!(device.home().join("vault.json").exists());

    type_words(&window, &words);
    window.fill("Passphrase", PASSPHRASE);
    window.tap("Erase this wallet");
    window.tap("Erase it all");
    window.read("Choose your language");
    assert!(!device.home().exists(), "something stayed on the disk");
    let owed = town.books("Maple")["sat"].outstanding;
    let again = town.restored(&words.split(' ').map(str::to_owned).collect::<Vec<_>>());
    again.open_purse(&town.issuer("Maple"), "sat");
    assert_eq!(again.balance("sat"), (owed, 0));
}

#[test]
fn a_receipt_is_kept_as_a_text_and_as_a_picture() {
    let town = Town::open();
    let device = device(&town);
    let window = device.start(&[]);
    settle_with_money(&window);
    window.tap("Buy a coffee");
    window.read("You pay");
    window.tap("Pay 22 sat");
    window.read("You paid 21 sat");
    window.tap("Save as text");
    window.read(".txt");
    window.tap("Save as picture");
    window.read(".png");

    let text = String::from_utf8(saved(&device, ".txt")).unwrap();
    assert!(text.contains("Price: "), "{text}");
    assert!(saved(&device, ".png").starts_with(b"\x89PNG"));
}

/// What was saved with this ending, beside the wallet.
#[track_caller]
fn saved(device: &Device, ending: &str) -> Vec<u8> {
    let found = files_below(device.folder());
    let ours = |path: &&std::path::PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with("Farthing ") && name.ends_with(ending)
    };
    let path = found.iter().find(ours);
    std::fs::read(path.unwrap_or_else(|| panic!("no {ending} in {found:?}"))).unwrap()
}

fn files_below(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            found.push(path);
        }
    }
    found
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
