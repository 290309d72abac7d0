//! Someone who has the file's key, and writes to it with SQLite, but does not have the journal's.

use rusqlite::{Connection, params};

use super::super::*;
use super::world::{World, entry};

const ROWS: u64 = 5;

fn written(world: &World) {
    let mut history = world.create();
    let shop = history.add_merchant("shop.example", b"details", 5).unwrap();
    for number in 0..ROWS {
        let merchant = (number % 2 == 0).then_some(shop);
        history
            .append(&entry(
                u8::try_from(number).unwrap(),
                merchant,
                &format!("body {number}"),
                "words",
            ))
            .unwrap();
    }
    history.put_document("review", "a", None, b"one").unwrap();
    history.put_document("review", "b", None, b"two").unwrap();
}

/// Opens a fresh wallet's history after `change`.
fn after(change: impl FnOnce(&Connection)) -> Result<History, OpenHistoryError> {
    let world = World::new();
    written(&world);
    change(&world.raw());
    world.try_open()
}

fn broken_by(change: impl FnOnce(&Connection)) -> ChainBreak {
    match after(change) {
        Err(OpenHistoryError::Broken(broken)) => broken,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it opened"),
    }
}

fn sql(statement: &str) -> impl FnOnce(&Connection) {
    move |sqlite| sqlite.execute_batch(statement).unwrap()
}

#[test]
fn an_untouched_file_opens() {
    assert_eq!(
        after(|_| {}).unwrap().verify().unwrap(),
        ChainReport {
            entries: ROWS,
            forgotten: 0
        }
    );
}

#[test]
fn a_flipped_bit_anywhere_in_a_row_names_the_row() {
    let world = World::new();
    written(&world);
    let mut flipped = 0;
    for column in ["payment", "stub", "sealed", "link"] {
        let raw = world.raw();
        let row: Vec<u8> = raw
            .query_row(
                &format!("SELECT {column} FROM journal WHERE seq = 3"),
                [],
                |row| row.get(0),
            )
            .unwrap();
        let mut set = raw
            .prepare(&format!("UPDATE journal SET {column} = ?1 WHERE seq = 3"))
            .unwrap();
        // One connection for all flips: only the chain is looked at, opening has its own tests.
        let keys = world.keys();
        for at in 0..row.len() {
            let mut changed = row.clone();
            changed[at] ^= 1 << (at % 8);
            set.execute(params![changed]).unwrap();
            let found = chain::check(&raw, &keys, chain::Look::Whole);
            assert!(
                matches!(found, Err(OpenHistoryError::Broken(ChainBreak::Changed(3)))),
                "{column} byte {at}: {found:?}"
            );
            flipped += 1;
        }
        set.execute(params![row]).unwrap();
    }
    assert!(flipped > 150, "{flipped}");
    assert_eq!(world.open().verify().unwrap().entries, ROWS);
}

#[test]
fn a_row_given_to_another_merchant_is_noticed() {
    assert_eq!(
        broken_by(sql("UPDATE journal SET merchant = NULL WHERE seq = 1")),
        ChainBreak::Changed(1)
    );
    assert_eq!(
        broken_by(sql("UPDATE journal SET merchant = 1 WHERE seq = 2")),
        ChainBreak::Changed(2)
    );
}

#[test]
fn a_deleted_row_is_missed_wherever_it_was() {
    let without = |seq: u64| broken_by(sql(&format!("DELETE FROM journal WHERE seq = {seq}")));
    for seq in 1..ROWS {
        assert_eq!(without(seq), ChainBreak::Missing(seq));
    }
    assert_eq!(
        without(ROWS),
        ChainBreak::End {
            expected: ROWS,
            found: ROWS - 1
        }
    );
    assert_eq!(
        broken_by(sql("DELETE FROM journal")),
        ChainBreak::End {
            expected: ROWS,
            found: 0
        }
    );
}

#[test]
fn a_deleted_row_is_missed_even_when_the_rest_moves_up() {
    let renumbered = broken_by(sql(
        "DELETE FROM journal WHERE seq = 2; UPDATE journal SET seq = seq - 1 WHERE seq > 2;
         UPDATE head SET entries = entries - 1;",
    ));
    assert_eq!(renumbered, ChainBreak::Changed(2));
}

#[test]
fn swapped_rows_are_noticed_with_and_without_their_links() {
    let whole =
        "UPDATE journal SET seq = -1 WHERE seq = 2; UPDATE journal SET seq = 2 WHERE seq = 4;
                 UPDATE journal SET seq = 4 WHERE seq = -1;";
    assert_eq!(broken_by(sql(whole)), ChainBreak::Changed(2));
    let but_the_links = format!(
        "CREATE TEMP TABLE links AS SELECT seq, link FROM journal; {whole}
         UPDATE journal SET link = (SELECT link FROM links WHERE links.seq = journal.seq);"
    );
    assert_eq!(broken_by(sql(&but_the_links)), ChainBreak::Changed(2));
}

#[test]
fn a_row_put_in_is_noticed() {
    let copied = "INSERT INTO journal SELECT 6, payment, merchant, stub, sealed, link FROM journal WHERE seq = 5;";
    assert_eq!(broken_by(sql(copied)), ChainBreak::Changed(6));
    let before_all = "INSERT INTO journal SELECT 0, payment, merchant, stub, sealed, link FROM journal WHERE seq = 5;";
    assert_eq!(broken_by(sql(before_all)), ChainBreak::Changed(0));
    let negative = "INSERT INTO journal SELECT -5, payment, merchant, stub, sealed, link FROM journal WHERE seq = 5;";
    assert_eq!(broken_by(sql(negative)), ChainBreak::Changed(0));
}

#[test]
fn the_end_cannot_be_cut_off_by_setting_the_head_back() {
    let cut = "DELETE FROM journal WHERE seq > 3;
               UPDATE head SET entries = 3, link = (SELECT link FROM journal WHERE seq = 3);";
    assert_eq!(broken_by(sql(cut)), ChainBreak::Head);
    assert_eq!(broken_by(sql("DELETE FROM head")), ChainBreak::Head);
    assert_eq!(
        broken_by(sql("UPDATE head SET entries = 4")),
        ChainBreak::Head
    );
    assert_eq!(
        broken_by(sql("UPDATE head SET seal = zeroblob(32)")),
        ChainBreak::Head
    );
}

#[test]
fn an_emptied_journal_without_a_head_does_not_pass_for_a_new_one() {
    let emptied = after(sql("DELETE FROM journal; DELETE FROM head;"));
    assert!(
        matches!(emptied, Err(OpenHistoryError::Broken(ChainBreak::Head))),
        "{emptied:?}"
    );
}

#[test]
fn merchants_and_documents_do_not_open_when_changed_moved_or_set_back() {
    let flipped = after(sql(
        "UPDATE merchants SET sealed = zeroblob(length(sealed))",
    ))
    .unwrap();
    assert!(matches!(
        flipped.merchant("shop.example"),
        Err(HistoryError::Unreadable { place: Place::Merchant(id), .. }) if id == MerchantId::from_i64(1)
    ));
    let set_back = after(sql("UPDATE merchants SET version = 7")).unwrap();
    set_back.merchants().unwrap_err();
    set_back.verify().unwrap_err();

    let unreadable = |history: &History| {
        matches!(
            history.documents("review"),
            Err(HistoryError::Unreadable {
                place: Place::Document { kind: "review" },
                ..
            })
        )
    };
    let swapped = after(sql(
        "CREATE TEMP TABLE old AS SELECT lookup, sealed FROM documents;
         UPDATE documents SET sealed = (SELECT sealed FROM old WHERE old.lookup <> documents.lookup);",
    ))
    .unwrap();
    assert!(unreadable(&swapped));
    assert!(unreadable(
        &after(sql("UPDATE documents SET version = 2")).unwrap()
    ));
}

#[test]
fn another_writer_is_noticed_at_the_next_append() {
    let world = World::new();
    written(&world);
    let mut one = world.open();
    let mut two = world.open();
    one.append(&entry(1, None, "one", "")).unwrap();
    two.append(&entry(1, None, "two", "")).unwrap_err();
    drop((one, two));
    assert_eq!(world.open().verify().unwrap().entries, ROWS + 1);
}

/// Too long to be looked at whole: forty rows, of which eight and eight are.
mod long {
    use super::*;
    use crate::history::chain::{self, Look};

    const ROWS: u8 = 40;
    const LOOK: Look = Look::AtOpening {
        whole: 20,
        stretch: 8,
    };

    fn after(change: impl FnOnce(&Connection)) -> (World, Connection) {
        let world = World::new();
        let mut history = world.create();
        for number in 0..ROWS {
            history.append(&entry(number, None, "body", "")).unwrap();
        }
        drop(history);
        let raw = world.raw();
        change(&raw);
        (world, raw)
    }

    fn look(world: &World, raw: &Connection, look: Look) -> Option<ChainBreak> {
        match chain::check(raw, &world.keys(), look) {
            Ok(head) => {
                assert_eq!(head.entries, u64::from(ROWS));
                None
            }
            Err(OpenHistoryError::Broken(broken)) => Some(broken),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_untouched_journal_passes_wherever_it_is_looked_at() {
        let (world, raw) = after(|_| {});
        for _ in 0..200 {
            assert_eq!(look(&world, &raw, LOOK), None);
        }
        assert_eq!(look(&world, &raw, Look::Whole), None);
    }

    #[test]
    fn a_missing_row_is_missed_at_once_wherever_it_was() {
        for seq in [1, 2, 17, 32, 33, 39] {
            let (world, raw) = after(sql(&format!("DELETE FROM journal WHERE seq = {seq}")));
            assert_eq!(look(&world, &raw, LOOK), Some(ChainBreak::Missing(seq)));
        }
        let (world, raw) = after(sql("DELETE FROM journal WHERE seq = 40"));
        let (expected, found) = (40, 39);
        assert_eq!(
            look(&world, &raw, LOOK),
            Some(ChainBreak::End { expected, found })
        );
        let (world, raw) = after(sql(
            "INSERT INTO journal SELECT -3, payment, merchant, stub, sealed, link
             FROM journal WHERE seq = 5; DELETE FROM journal WHERE seq = 9;",
        ));
        assert!(look(&world, &raw, LOOK).is_some(), "as many as there were");
    }

    #[test]
    fn a_changed_row_near_the_end_is_noticed_at_once() {
        for seq in 33..=40 {
            let change = format!("UPDATE journal SET sealed = x'00' WHERE seq = {seq}");
            let (world, raw) = after(sql(&change));
            assert_eq!(look(&world, &raw, LOOK), Some(ChainBreak::Changed(seq)));
        }
    }

    #[test]
    fn a_changed_row_far_back_is_noticed_by_some_opening_and_by_every_whole_look() {
        for seq in [1, 2, 20, 32] {
            let change = format!("UPDATE journal SET sealed = x'00' WHERE seq = {seq}");
            let (world, raw) = after(sql(&change));
            let noticed = (0..2_000).find_map(|_| look(&world, &raw, LOOK));
            assert_eq!(noticed, Some(ChainBreak::Changed(seq)));
            assert_eq!(
                look(&world, &raw, Look::Whole),
                Some(ChainBreak::Changed(seq))
            );
        }
    }

    #[test]
    fn the_end_cannot_be_cut_off() {
        let (world, raw) = after(sql(
            "DELETE FROM journal WHERE seq > 30;
             UPDATE head SET entries = 30, link = (SELECT link FROM journal WHERE seq = 30);",
        ));
        assert_eq!(look(&world, &raw, LOOK), Some(ChainBreak::Head));
        let (world, raw) = after(sql("UPDATE journal SET link = zeroblob(32) WHERE seq = 40"));
        assert_eq!(look(&world, &raw, LOOK), Some(ChainBreak::Changed(40)));
    }
}
