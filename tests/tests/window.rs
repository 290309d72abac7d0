//! The real window: the app in WebKit, the practice town, and nothing in between.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "test helpers")]

use farthing_tests::{Bus, Device, Keyring, Town, Window};
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

#[test]
fn who_forgot_the_secret_comes_back_with_the_words_and_finds_the_money() {
    let town = Town::open();
    let device = device(&town);
    let window = device.start(&[]);
    settle_with_money(&window);
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
    drop(window);

    let window = device.start(&[]);
    window.read("Your wallet is locked");
    window.tap("I do not know it any more");
    window.tap("Use my 12 words");
    window.read("Type your 12 words");
    for (at, word) in words.split(' ').enumerate() {
        window.fill(&format!("Word {}", at + 1), word);
    }
    window.tap("Go on");
    window.fill("Passphrase", "Ada keeps five other words");
    window.fill("The same again", "Ada keeps five other words");
    window.tap("Open my wallet");
    window.read("2,000 sat");
    drop(window);

    let window = device.start(&[]);
    open(&window, "Ada keeps five other words");
    window.read("2,000 sat");
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

    let files = files_below(device.folder());
    let one = |ending: &str| {
        let name = files.iter().find(|path| {
            path.extension().is_some_and(|found| found == ending)
                && path
                    .file_name()
                    .unwrap()
                    .to_string_lossy()
                    .starts_with("Farthing ")
        });
        std::fs::read(name.unwrap_or_else(|| panic!("no {ending} in {files:?}"))).unwrap()
    };
    let text = String::from_utf8(one("txt")).unwrap();
    assert!(text.contains("Price: "), "{text}");
    assert!(one("png").starts_with(b"\x89PNG"));
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
