//! Somebody who keeps money with two issuers.

use farthing_tests::Town;

use super::{choose, device, faultless, settle_with_money};

#[test]
fn a_second_issuer_is_looked_at_and_money_moved_to_it_after_its_price_was_seen() {
    let town = Town::open();
    let device = device(&town);
    let window = device.start(&[]);
    settle_with_money(&window);

    window.tap("More");
    window.tap("Issuers");
    assert!(!window.offers("Move money"), "there is one purse");
    window.fill("Address", &town.issuer("Harbour"));
    window.tap("Look at it");
    window.read("What it does for you");
    choose(&window, "sat");
    window.tap("Trust this issuer");
    window.read("Harbour");

    window.tap("Move money");
    window.read("moving it costs a little");
    faultless(&window, "move");
    window.fill("How much should arrive?", "500");
    window.tap("See what it costs");
    window.read("Arrives at Harbour");
    window.read("To your other purse");
    window.read("Leaves this purse");
    faultless(&window, "what moving costs");
    assert_eq!(town.books("Harbour")["sat"].outstanding, 0);
    window.tap("Move 500 sat");
    window.read("You moved 500 sat");
    window.read("It is yours as before, in your other purse.");
    faultless(&window, "a receipt of moving");

    assert_eq!(town.books("Harbour")["sat"].outstanding, 500);
    let at_maple = town.books("Maple")["sat"].outstanding;
    assert!((1_480..=1_500).contains(&at_maple), "{at_maple}");
    window.tap("Done");
    let total = format!(
        "{},{:03} sat",
        (at_maple + 500) / 1000,
        (at_maple + 500) % 1000
    );
    window.read(&total);
    window.tap("Activity");
    window.read("Moved");
}
