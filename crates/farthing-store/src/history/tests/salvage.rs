//! A damaged file beside a new one: what can be read comes over, and nothing else.

use super::super::*;
use super::world::{World, entry, payment};

fn filled(world: &World) -> MerchantId {
    let mut history = world.create();
    let shop = history.add_merchant("shop.example", b"details", 5).unwrap();
    for number in 0..40_u8 {
        let merchant = (number % 2 == 0).then_some(shop);
        let body = format!("body {number}");
        history
            .append(&entry(number, merchant, &body, "apples"))
            .unwrap();
    }
    history
        .put_document("claim", "invoice", None, b"one")
        .unwrap();
    shop
}

fn over(world: &World, damaged: &std::path::Path) -> (History, Salvaged) {
    let path = world.dir().join("new.db");
    let mut new = History::begin_beside(&path, &world.file_key(), world.keys()).unwrap();
    let salvaged = new
        .take_over(damaged, &world.file_key(), world.keys(), &["claim"])
        .unwrap();
    (new, salvaged)
}

#[test]
fn rows_around_a_broken_one_come_over_with_their_merchants_and_documents() {
    let world = World::new();
    filled(&world);
    let raw = world.raw();
    raw.execute_batch(
        "UPDATE journal SET sealed = zeroblob(length(sealed)) WHERE seq IN (3, 4);
         DELETE FROM journal WHERE seq = 9;",
    )
    .unwrap();
    drop(raw);
    assert!(world.try_open().is_err());

    let (mut new, salvaged) = over(&world, &world.path());
    assert_eq!(
        salvaged,
        Salvaged {
            entries: 37,
            lost: 3,
            opened: true,
            documents: true
        }
    );
    assert_eq!(new.verify().unwrap().entries, 37);
    let shop = new.merchant("shop.example").unwrap().unwrap();
    assert_eq!(shop.details, b"details");
    let of_shop = new.entries_of(payment(20)).unwrap();
    assert_eq!(of_shop[0].merchant, Some(shop.id));
    assert_eq!(of_shop[0].body.as_deref(), Some(&b"body 20"[..]));
    assert_eq!(of_shop[0].at_ms, 1_020);
    assert!(new.entries_of(payment(3)).unwrap().is_empty());
    assert_eq!(new.search("apples", 100).unwrap().len(), 37);
    let claim = new.document("claim", "invoice").unwrap().unwrap();
    assert_eq!(claim.body, b"one");
}

#[test]
fn shops_that_no_row_names_come_over_with_what_was_decided_about_them() {
    let world = World::new();
    filled(&world);
    let mut history = world.open();
    for (shop, details) in [("lost.example", "lost"), ("rogue.example", "blocked")] {
        history.add_merchant(shop, details.as_bytes(), 6).unwrap();
    }
    drop(history);
    let raw = world.raw();
    raw.execute_batch("UPDATE merchants SET sealed = zeroblob(length(sealed)) WHERE id = 2")
        .unwrap();
    drop(raw);

    let (new, salvaged) = over(&world, &world.path());
    assert_eq!((salvaged.entries, salvaged.lost), (40, 0));
    let rogue = new.merchant("rogue.example").unwrap().unwrap();
    assert_eq!(
        (&rogue.details[..], rogue.first_seen_ms),
        (&b"blocked"[..], 6)
    );
    assert_eq!(new.merchant("lost.example").unwrap(), None);
    assert_eq!(new.merchants().unwrap().len(), 2);
}

#[test]
fn merchants_come_over_from_a_file_whose_forgetting_was_cut_short() {
    let world = World::new();
    filled(&world);
    world.keys().begin_rotation().unwrap();
    let (new, salvaged) = over(&world, &world.path());
    assert_eq!((salvaged.entries, salvaged.lost), (40, 0));
    new.close_whole().unwrap();

    let new = world.open_at(&world.dir().join("new.db")).unwrap();
    let shop = new.merchant("shop.example").unwrap().unwrap();
    assert_eq!(shop.details, b"details");
}

#[test]
fn a_file_that_does_not_open_gives_nothing_and_stays_as_it_is() {
    let world = World::new();
    filled(&world);
    let mut bytes = std::fs::read(world.path()).unwrap();
    bytes[3] ^= 1;
    std::fs::write(world.path(), &bytes).unwrap();
    let (new, salvaged) = over(&world, &world.path());
    assert_eq!(salvaged, Salvaged::default());
    assert_eq!(new.head().entries, 0);
    assert_eq!(std::fs::read(world.path()).unwrap(), bytes);
}

#[test]
fn a_flipped_byte_of_any_page_never_brings_over_what_was_not_written() {
    let world = World::new();
    filled(&world);
    let bytes = std::fs::read(world.path()).unwrap();
    for at in (0..bytes.len()).step_by(1531) {
        let damaged = world.dir().join("damaged.db");
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x10;
        std::fs::write(&damaged, &flipped).unwrap();
        let (new, salvaged) = over(&world, &damaged);
        assert!(salvaged.entries <= 40, "at {at}: {salvaged:?}");
        for entry in new.entries().unwrap() {
            let number = entry.payment.as_bytes()[0].wrapping_sub(0xd0);
            let body = format!("body {number}");
            assert_eq!(entry.body.as_deref(), Some(body.as_bytes()), "at {at}");
        }
        assert_eq!(new.verify().unwrap().entries, salvaged.entries, "at {at}");
        drop(new);
        for name in ["new.db", "damaged.db", "new.db-wal", "damaged.db-wal"] {
            let _ = std::fs::remove_file(world.dir().join(name));
        }
    }
}

#[test]
fn where_the_journal_once_ended_tells_an_old_copy_and_another_branch() {
    let world = World::new();
    let mut history = world.create();
    let start = history.head();
    for number in 0..3 {
        history.append(&entry(number, None, "x", "")).unwrap();
    }
    let third = history.head();
    let copy = world.copy_files();
    history.append(&entry(3, None, "x", "")).unwrap();
    let fourth = history.head();
    for head in [start, third, fourth] {
        assert!(history.holds(&head).unwrap());
    }
    drop(history);
    let mut old = world.open_at(&copy.path().join("history.db")).unwrap();
    assert!(old.holds(&third).unwrap() && !old.holds(&fourth).unwrap());
    old.append(&entry(7, None, "another", "")).unwrap();
    assert!(!old.holds(&fourth).unwrap(), "it went on differently");
}
