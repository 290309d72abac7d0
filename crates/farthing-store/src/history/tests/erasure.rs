//! Forgetting one merchant, and nobody else.

use std::collections::HashMap;
use std::sync::Arc;

use farthing_vault::{Device, EraseKeyState, Fault, MemoryKeychain};
use rusqlite::OptionalExtension as _;

use super::super::*;
use super::world::{World, entry, payment};

struct Shops {
    world: World,
    history: History,
    kept: MerchantId,
    gone: MerchantId,
}

fn shops() -> Shops {
    let world = World::new();
    let mut history = world.create();
    let kept = history
        .add_merchant("kept.example", b"kept details", 1)
        .unwrap();
    let gone = history
        .add_merchant("gone.example", b"gone details", 2)
        .unwrap();
    history
        .append(&entry(1, Some(kept), "kept body", "kept words"))
        .unwrap();
    history
        .append(&entry(2, Some(gone), "gone body", "gone words"))
        .unwrap();
    history
        .append(&entry(3, None, "own body", "own words"))
        .unwrap();
    Shops {
        world,
        history,
        kept,
        gone,
    }
}

fn bodies(history: &History) -> Vec<Option<Vec<u8>>> {
    history
        .entries()
        .unwrap()
        .into_iter()
        .map(|entry| entry.body)
        .collect()
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    Some(text.as_bytes().to_vec())
}

#[test]
fn a_forgotten_merchant_leaves_number_payment_and_time_and_the_chain_holds() {
    let Shops {
        world,
        mut history,
        kept,
        gone,
    } = shops();
    assert_eq!(history.search("words", 9).unwrap().len(), 3);
    history.forget(gone).unwrap();

    let check = |history: &mut History| {
        assert_eq!(
            bodies(history),
            [bytes("kept body"), None, bytes("own body")]
        );
        let entry = &history.entries_of(payment(2)).unwrap()[0];
        assert_eq!(
            (entry.seq, entry.merchant, entry.at_ms),
            (Seq(2), Some(gone), 1_002)
        );
        assert_eq!(history.merchant("gone.example").unwrap(), None);
        assert_eq!(history.merchant_by_id(gone).unwrap(), None);
        assert_eq!(history.merchant("kept.example").unwrap().unwrap().id, kept);
        assert_eq!(history.search("gone", 9).unwrap(), []);
        assert_eq!(
            history.search("words", 9).unwrap(),
            [payment(3), payment(1)]
        );
        assert_eq!(
            history.verify().unwrap(),
            ChainReport {
                entries: 3,
                forgotten: 1
            }
        );
    };
    check(&mut history);
    let mut history = world.reopen(history);
    check(&mut history);
    history.append(&entry(4, Some(kept), "after", "")).unwrap();
    history
        .append(&entry(4, Some(gone), "after", ""))
        .unwrap_err();
    assert!(matches!(
        history.forget(gone),
        Err(ForgetError::History(HistoryError::NoSuchMerchant(_)))
    ));
}

#[test]
fn an_old_copy_of_the_file_is_noise_to_todays_keys() {
    let Shops {
        world,
        mut history,
        gone,
        ..
    } = shops();
    let old = world.copy_files();
    let old = old.path().join("history.db");
    assert_eq!(
        bodies(&world.open_at(&old).unwrap())[1],
        bytes("gone body"),
        "readable before"
    );

    history.forget(gone).unwrap();
    drop(history);
    // Also with keys that come from the vault anew, as after a restart.
    for _ in 0..2 {
        let copy = world.open_at(&old).unwrap();
        assert_eq!(bodies(&copy)[1], None);
        assert_eq!(copy.merchant("gone.example").unwrap(), None);
        assert_eq!(
            bodies(&copy)[2],
            bytes("own body"),
            "what belongs to no merchant is not erased"
        );
        drop(copy);
        world.unlock_again();
    }
    // Today's file still has everyone else.
    assert_eq!(
        bodies(&world.open()),
        [bytes("kept body"), None, bytes("own body")]
    );
}

#[test]
fn documents_of_a_merchant_go_with_it_and_are_noise_in_old_copies() {
    let Shops {
        world,
        mut history,
        kept,
        gone,
    } = shops();
    for (whose, key) in [(Some(kept), "kept"), (Some(gone), "gone"), (None, "own")] {
        let body = format!("{key} body");
        history
            .put_document_of(whose, "review", key, None, body.as_bytes())
            .unwrap();
    }
    assert_eq!(
        history
            .document("review", "gone")
            .unwrap()
            .unwrap()
            .merchant,
        Some(gone)
    );
    let old = world.copy_files();
    history.forget(gone).unwrap();
    assert_eq!(history.document("review", "gone").unwrap(), None);
    let keys: Vec<String> = history
        .documents("review")
        .unwrap()
        .into_iter()
        .map(|document| document.key)
        .collect();
    assert_eq!(keys.len(), 2);
    assert!(!keys.contains(&"gone".to_owned()));
    let copy = world.open_at(&old.path().join("history.db")).unwrap();
    assert_eq!(copy.document("review", "gone").unwrap(), None);
    assert!(copy.document("review", "own").unwrap().is_some());
}

#[test]
fn a_forgotten_merchant_can_be_met_again_as_a_stranger() {
    let Shops {
        world,
        mut history,
        gone,
        ..
    } = shops();
    history.forget(gone).unwrap();
    let again = history
        .add_merchant("gone.example", b"new details", 9)
        .unwrap();
    assert!(again > gone, "numbers are not given twice");
    history
        .append(&entry(5, Some(again), "new body", ""))
        .unwrap();
    let history = world.reopen(history);
    assert_eq!(
        bodies(&history),
        [
            bytes("kept body"),
            None,
            bytes("own body"),
            bytes("new body")
        ]
    );
    assert_eq!(
        history
            .merchant("gone.example")
            .unwrap()
            .unwrap()
            .first_seen_ms,
        9
    );
}

#[test]
fn a_crash_before_the_key_was_taken_away_forgets_nobody() {
    let Shops { world, history, .. } = shops();
    drop(history);
    world.keys().begin_rotation().unwrap();
    world.unlock_again();
    let history = world.open();
    assert_eq!(
        world.keys().erase_key(),
        EraseKeyState::Ready,
        "the rotation was finished"
    );
    assert_eq!(
        bodies(&history),
        [bytes("kept body"), bytes("gone body"), bytes("own body")]
    );
    drop(history);
    world.unlock_again();
    assert_eq!(bodies(&world.open())[0], bytes("kept body"));
}

#[test]
fn a_crash_after_the_key_was_taken_away_is_made_good_at_the_next_opening() {
    let Shops {
        world,
        history,
        gone,
        ..
    } = shops();
    let old = world.copy_files();
    drop(history);
    // The first two steps of `forget`, and then nothing more.
    world.keys().begin_rotation().unwrap();
    world
        .raw()
        .execute(
            "UPDATE merchants SET lookup = NULL, wrapped_key = NULL, sealed = NULL WHERE id = ?1",
            [gone.as_i64()],
        )
        .unwrap();
    world.unlock_again();

    assert_eq!(
        bodies(&world.open()),
        [bytes("kept body"), None, bytes("own body")]
    );
    world.unlock_again();
    assert_eq!(
        bodies(&world.open_at(&old.path().join("history.db")).unwrap())[1],
        None,
        "the old copy too"
    );
    assert_eq!(bodies(&world.open())[0], bytes("kept body"));
}

/// Houses of a long street.
const LONG: usize = 1_000;

/// Enough of them, and changed so often, that the table's pages were split, joined and moved.
fn a_long_street(history: &mut History) -> Vec<MerchantId> {
    let details = |turn: usize| vec![b'd'; turn * 131 % 1_700];
    let street: Vec<MerchantId> = (0..LONG)
        .map(|house| {
            let name = format!("house-{house}.example");
            let id = history.add_merchant(&name, &details(house), 1).unwrap();
            history
                .append(&entry(1, Some(id), "bought here", "words"))
                .unwrap();
            id
        })
        .collect();
    for turn in 0..4 * LONG {
        let house = street[turn * 37 % street.len()];
        history.update_merchant(house, &details(turn)).unwrap();
    }
    street
}

/// How a merchant's columns begin, each with how often it stands in the file as long as the
/// merchant is known: `lookup` in the index too.
fn columns(history: &History, merchant: MerchantId) -> [(Vec<u8>, usize); 3] {
    let row: [Vec<u8>; 3] = history
        .sqlite
        .query_row(
            "SELECT lookup, wrapped_key, sealed FROM merchants WHERE id = ?1",
            [merchant.as_i64()],
            |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]),
        )
        .unwrap();
    let [lookup, wrapped, sealed] = row.map(|column| column[..32].to_vec());
    [(lookup, 2), (wrapped, 1), (sealed, 1)]
}

/// How often each part stands anywhere in the file.
fn times<'a>(pages: &[u8], parts: impl Iterator<Item = &'a Vec<u8>>) -> HashMap<&'a [u8], usize> {
    let mut times: HashMap<&[u8], usize> = parts.map(|part| (part.as_slice(), 0)).collect();
    for window in pages.windows(32) {
        if let Some(count) = times.get_mut(window) {
            *count += 1;
        }
    }
    times
}

#[test]
fn nothing_of_a_forgotten_merchants_row_stays_on_any_page() {
    let Shops {
        world, mut history, ..
    } = shops();
    let street = a_long_street(&mut history);
    // SQLite leaves bytes of a row where the row was before its page was split.
    let rows: Vec<_> = street
        .iter()
        .map(|merchant| (*merchant, columns(&history, *merchant)))
        .collect();
    let pages = world.pages();
    let found = times(
        &pages,
        rows.iter()
            .flat_map(|(_, columns)| columns)
            .map(|(part, _)| part),
    );
    let gone: Vec<_> = rows
        .iter()
        .filter(|(_, columns)| {
            let more = |(part, live): &(Vec<u8>, usize)| found[part.as_slice()] > *live;
            columns.iter().any(more)
        })
        .take(3)
        .collect();
    assert!(
        !gone.is_empty(),
        "no row was ever moved: this shows nothing"
    );
    for (merchant, columns) in &gone {
        history.forget(*merchant).unwrap();
        let pages = world.pages();
        let left = times(&pages, columns.iter().map(|(part, _)| part));
        assert!(left.values().all(|count| *count == 0), "{merchant:?}");
        let log = std::fs::metadata(world.dir().join("history.db-wal")).unwrap();
        assert_eq!(log.len(), 0, "the log holds older pages");
    }
    let history = world.reopen(history);
    assert_eq!(history.merchants().unwrap().len(), LONG + 2 - gone.len());
    assert_eq!(history.verify().unwrap().forgotten, gone.len() as u64);
    let astray: Option<String> = history
        .sqlite
        .query_row("PRAGMA foreign_key_check", [], |row| row.get(0))
        .optional()
        .unwrap();
    assert_eq!(astray, None, "a row refers to a merchant that is not there");
    history
        .sqlite
        .execute("UPDATE journal SET merchant = 9999", [])
        .expect_err("references are looked after again");
}

#[test]
fn a_locked_keychain_keeps_merchants_closed_and_nothing_is_taken_for_forgotten() {
    let keychain = MemoryKeychain::new();
    let world = World::on(&Device::with_keychain(Arc::new(keychain.clone())).at_least_cost());
    let mut history = world.create();
    let shop = history.add_merchant("shop.example", b"details", 1).unwrap();
    history
        .append(&entry(1, Some(shop), "body", "words"))
        .unwrap();
    history.append(&entry(2, None, "own", "")).unwrap();
    for (whose, key) in [(Some(shop), "theirs"), (None, "own")] {
        history
            .put_document_of(whose, "review", key, None, b"")
            .unwrap();
    }
    drop(history);

    let keys = {
        world.unlock_with_passphrase_while(&keychain, Fault::Locked);
        world.keys()
    };
    assert!(matches!(keys.erase_key(), EraseKeyState::Unavailable(_)));
    keychain.set_fault(Some(Fault::Locked));
    let mut history = world.open();
    assert!(matches!(
        history.entries(),
        Err(HistoryError::Unreadable {
            place: Place::Journal(1),
            ..
        })
    ));
    assert_eq!(
        history.entries_of(payment(2)).unwrap()[0].body,
        bytes("own")
    );
    let reviews = history.documents("review").unwrap();
    assert_eq!(reviews.len(), 1, "what needs no merchant goes on");
    assert_eq!(reviews[0].key, "own");
    history.document("review", "theirs").unwrap_err();
    history.append(&entry(2, None, "more", "")).unwrap();
    history
        .append(&entry(1, Some(shop), "more", ""))
        .unwrap_err();
    history.merchant("shop.example").unwrap_err();
    assert_eq!(
        history.add_merchant("shop.example", b"", 9).unwrap(),
        shop,
        "no second one in its place"
    );
    history.add_merchant("other.example", b"", 9).unwrap_err();
    assert!(matches!(
        history.forget(shop),
        Err(ForgetError::History(HistoryError::Keys(_)))
    ));

    keychain.set_fault(None);
    assert_eq!(history.retry_merchant_keys().unwrap(), EraseKeyState::Ready);
    assert_eq!(history.entries().unwrap().len(), 3);
    assert_eq!(history.documents("review").unwrap().len(), 2);
    assert_eq!(history.merchant("shop.example").unwrap().unwrap().id, shop);
}

#[test]
fn when_the_keychain_is_wiped_merchants_are_met_anew_and_the_chain_holds() {
    let keychain = MemoryKeychain::new();
    let world = World::on(&Device::with_keychain(Arc::new(keychain.clone())).at_least_cost());
    let mut history = world.create();
    let shop = history.add_merchant("shop.example", b"details", 1).unwrap();
    history
        .append(&entry(1, Some(shop), "body", "words"))
        .unwrap();
    history.append(&entry(2, None, "own", "")).unwrap();
    drop(history);

    world.lose_the_keychains_entries(&keychain);
    let mut history = world.open();
    assert_eq!(bodies(&history), [None, bytes("own")]);
    assert_eq!(history.merchant("shop.example").unwrap(), None);
    assert_eq!(history.merchants().unwrap(), []);
    let again = history.add_merchant("shop.example", b"new", 9).unwrap();
    assert!(again > shop);
    let history = world.reopen(history);
    assert_eq!(
        history.merchant("shop.example").unwrap().unwrap().details,
        b"new"
    );
    assert_eq!(
        history.verify().unwrap(),
        ChainReport {
            entries: 2,
            forgotten: 1
        }
    );
}
