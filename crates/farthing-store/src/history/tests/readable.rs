//! Nothing readable on the disk.

use super::super::*;
use super::world::{World, entry};

const CANARIES: [&str; 8] = [
    "canary-body",
    "canary-words",
    "canary-shop",
    "canary-details",
    "canary-document",
    "canary-key",
    "SQLite format 3",
    "CREATE TABLE",
];

fn full(world: &World) -> History {
    let mut history = world.create();
    let shop = history
        .add_merchant("canary-shop.example", b"canary-details", 5)
        .unwrap();
    for _ in 0..40 {
        history
            .append(&entry(1, Some(shop), "canary-body", "canary-words"))
            .unwrap();
        history
            .append(&entry(2, None, "canary-body", "canary-words"))
            .unwrap();
    }
    history
        .put_document("canary-kind", "canary-key", None, b"canary-document")
        .unwrap();
    assert_eq!(history.search("canary", 9).unwrap().len(), 2);
    history
}

#[test]
fn no_file_holds_a_readable_word_while_open_or_closed() {
    let world = World::new();
    let history = full(&world);
    assert!(
        world.dir().join("history.db-wal").metadata().unwrap().len() > 0,
        "the log is part of the test"
    );
    world.assert_absent(&CANARIES);
    drop(history);
    assert!(!world.dir().join("history.db-wal").exists());
    world.assert_absent(&CANARIES);
}

#[test]
fn inside_the_encrypted_file_the_rows_are_sealed_once_more() {
    let world = World::new();
    drop(full(&world));
    let plain = world.pages();
    let holds = |word: &str| {
        plain
            .windows(word.len())
            .any(|window| window == word.as_bytes())
    };
    assert!(
        holds("CREATE TABLE journal"),
        "this is what only the file's own key hides"
    );
    for canary in CANARIES
        .iter()
        .filter(|canary| canary.starts_with("canary"))
    {
        assert!(!holds(canary), "{canary}");
    }
    let payment = super::world::payment(1);
    assert!(!plain.windows(16).any(|window| window == payment.as_bytes()));
}

#[test]
fn another_wallets_key_does_not_open_it() {
    let (world, other) = (World::new(), World::new());
    drop(full(&world));
    let before = std::fs::read(world.path()).unwrap();
    let refused = History::open_or_create(&world.path(), &other.file_key(), other.keys());
    assert!(matches!(refused, Err(OpenHistoryError::WrongKey)));
    assert_eq!(std::fs::read(world.path()).unwrap(), before);
}

#[test]
fn a_file_from_a_newer_version_is_refused_and_untouched() {
    let world = World::new();
    drop(full(&world));
    world.raw().pragma_update(None, "user_version", 99).unwrap();
    let before = std::fs::read(world.path()).unwrap();
    let refused = world.try_open();
    assert!(matches!(
        refused,
        Err(OpenHistoryError::Newer {
            found: 99,
            known: 2
        })
    ));
    assert_eq!(std::fs::read(world.path()).unwrap(), before);
}

#[test]
fn a_damaged_file_is_called_damaged() {
    let world = World::new();
    drop(full(&world));
    let mut bytes = std::fs::read(world.path()).unwrap();
    for byte in bytes.iter_mut().skip(4096) {
        *byte ^= 1;
    }
    std::fs::write(world.path(), &bytes).unwrap();
    assert!(matches!(
        world.try_open(),
        Err(OpenHistoryError::Damaged(_))
    ));
}
