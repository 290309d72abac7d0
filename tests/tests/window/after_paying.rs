//! What a person does about a payment later on: asks the payee what it knows, gives somebody a list,
//! takes part in statistics or not.

use std::fs;
use std::path::PathBuf;

use farthing_tests::person::readable_by;
use farthing_tests::window::until;
use farthing_tests::{Device, Town, Window};
use serde_json::json;

use super::{check, choose, device, faultless, saved, settle_with_money, turn};

/// How WebDriver writes the key.
const TAB: &str = "\u{e004}";

/// What is shown word for word under this name.
fn shown(window: &Window, name: &str) -> String {
    let script = "return document.querySelector(`main pre[aria-label='${arguments[0]}']`)?.textContent ?? ''";
    let text = window.run(script, &[json!(name)]);
    text.as_str().unwrap().to_owned()
}

/// Pays the busker a song.
fn pay(window: &Window, town: &Town) {
    check(window, &town.busker("busker"));
    window.fill("How much do you want to pay?", "21");
    window.tap("See what it costs");
    window.read("They see only that you paid.");
    window.tap("Pay ");
    window.read("You paid 21 sat");
}

/// A mail program that keeps what it is opened with.
fn mail_program(device: &mut Device) -> PathBuf {
    let folder = device.folder().join("programs");
    fs::create_dir(&folder).unwrap();
    let (program, mail) = (folder.join("xdg-open"), folder.join("mail"));
    let script = format!("#!/bin/sh\nprintf '%s' \"$1\" > '{}'\n", mail.display());
    fs::write(&program, script).unwrap();
    readable_by(&program, 0o700);
    let path = std::env::var("PATH").unwrap();
    device.tell("PATH", &format!("{}:{path}", folder.display()));
    mail
}

#[test]
fn a_letter_to_a_shop_opens_in_the_mail_program_and_its_clock_runs_when_it_was_sent() {
    let town = Town::open();
    let mut device = device(&town);
    let mail = mail_program(&mut device);
    let window = device.start(&[]);
    settle_with_money(&window);
    pay(&window, &town);
    window.tap("See this shop");
    window.read("By law a shop must tell you what it knows about you.");
    window.tap("What do you know about me?");
    window.read("songs@busker.example");
    let letter = shown(&window, "Your letter");
    assert!(letter.contains("article 15"), "{letter}");
    faultless(&window, "request");

    window.tap("Open my mail app");
    let opened = until("the mail program was opened", || {
        fs::read_to_string(&mail)
            .ok()
            .filter(|mail| !mail.is_empty())
    });
    assert!(
        opened.starts_with("mailto:songs@busker.example?subject="),
        "{opened}"
    );
    let heard = town.ask("/busker")["heard"].as_array().unwrap().clone();
    let hash = heard.last().unwrap()["payment_hash"].as_str().unwrap();
    for whole in [&opened, &letter] {
        assert!(whole.contains(hash), "{whole}");
    }
    // That it was opened does not say that it was sent.
    window.tap("Sharing");
    window.read("No one sees who you are");
    assert!(!window.text().contains("You are waiting for an answer"));

    window.tap("All shops");
    window.tap(&town.busker("busker"));
    window.tap("What do you know about me?");
    window.tap("I sent it");
    window.read("Waiting for them");
    window.tap("Sharing");
    window.read("You are waiting for an answer");
    window.tap("See this shop");
    window.tap("They answered");
    window.read("They answered on");
    faultless(&window, "merchant");
}

#[test]
fn a_list_for_somebody_is_what_was_shown_and_is_noted_and_locked_when_asked_to() {
    let town = Town::open();
    let device = device(&town);
    let window = device.start(&[]);
    settle_with_money(&window);
    window.tap("Buy a coffee");
    window.tap("Pay 22 sat");
    window.read("You paid");
    window.tap("Done");
    pay(&window, &town);

    // Of one shop: the other is not in it.
    window.tap("See this shop");
    window.tap("Give someone a list of payments");
    window.read("Only what you paid this shop is in it.");
    window.read("First say who it is for.");
    assert!(!window.offers("Make the file"));
    window.fill("Who is it for?", "the tax office");
    window.press(TAB);
    turn(&window, "What shows that you paid");
    window.read("For        the tax office");
    window.read("Proof      preimage");
    faultless(&window, "statement");
    let preview = shown(&window, "This is what they read");
    window.tap("Make the file");
    window.read("Saved with your downloads");
    assert_eq!(String::from_utf8(saved(&device, ".txt")).unwrap(), preview);
    assert!(preview.contains(&town.busker("busker")));
    for gone in ["Corner Shop", "coffee", "2,000", "1,9"] {
        assert!(!preview.contains(gone), "{gone} in {preview}");
    }

    // Of the month, for a program, and only for who knows the words.
    window.tap("Activity");
    window.tap("Give someone a list of payments");
    window.read("All shops are in it");
    window.fill("Who is it for?", "my sister");
    window.press(TAB);
    choose(&window, "A spreadsheet app");
    window.read("number,at,direction");
    choose(&window, "Only people who know a passphrase");
    window.fill("Passphrase for the file", "seven sad songs by the sea");
    window.tap("Make the file");
    window.read("Saved with your downloads");
    let locked = saved(&device, ".csv.age");
    assert!(locked.starts_with(b"age-encryption.org/v1"));

    window.tap("Sharing");
    window.read("Lists you gave");
    window.read("For the tax office");
    window.read("For my sister");
}

#[test]
fn statistics_are_off_and_what_is_saved_is_what_was_shown_letter_by_letter() {
    let town = Town::open();
    let device = device(&town);
    let window = device.start(&[]);
    settle_with_money(&window);
    window.tap("Sharing");
    window.tap("Counts without names");
    window.read("Nothing leaves by itself.");
    assert!(!window.offers("Save as a file"), "it is off");
    faultless(&window, "statistics");
    let bytes = shown(&window, "Letter by letter");
    assert!(bytes.contains("farthing_statistics"), "{bytes}");
    turn(&window, "Take part");
    window.read("Send or save it");
    // An address the person did not type, or one in the open, is sent nothing.
    assert!(!window.offers("Send it"));
    window.fill("Send it to this address", "http://figures.example");
    assert!(!window.offers("Send it"));
    window.tap("Save as a file");
    window.read("Saved with your downloads");
    assert_eq!(String::from_utf8(saved(&device, ".json")).unwrap(), bytes);
    if let Some(left) = window.requests() {
        let told = left
            .iter()
            .any(|one| String::from_utf8_lossy(&one.body).contains("farthing_statistics"));
        assert!(!told, "it left by itself");
    }
}
