use std::ops::ControlFlow;

use proptest::prelude::*;

use super::super::*;
use super::world::{World, entry, payment};

#[test]
fn a_missing_file_is_not_replaced_by_an_empty_one() {
    let world = World::new();
    let missing = world.try_open();
    assert!(matches!(missing, Err(OpenHistoryError::Missing(path)) if path == world.path()));
    assert!(!world.path().exists());
}

#[test]
fn what_was_appended_is_read_back_in_order_also_after_reopening() {
    let world = World::new();
    let mut history = world.create();
    let shop = history.add_merchant("shop.example", b"details", 5).unwrap();
    assert_eq!(
        history.append(&entry(1, None, "reviewed", "")).unwrap(),
        Seq(1)
    );
    let more = [
        entry(1, Some(shop), "paying", ""),
        entry(2, None, "received", ""),
    ];
    assert_eq!(history.append_all(&more).unwrap(), [Seq(2), Seq(3)]);
    assert_eq!(history.append_all(&[]).unwrap(), []);

    let check = |history: &History| {
        let told: Vec<_> = history
            .entries()
            .unwrap()
            .into_iter()
            .map(|entry| {
                (
                    entry.seq,
                    entry.payment,
                    entry.merchant,
                    entry.at_ms,
                    entry.body,
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                (Seq(1), payment(1), None, 1_001, Some(b"reviewed".to_vec())),
                (
                    Seq(2),
                    payment(1),
                    Some(shop),
                    1_001,
                    Some(b"paying".to_vec())
                ),
                (Seq(3), payment(2), None, 1_002, Some(b"received".to_vec())),
            ]
        );
        let first: Vec<_> = history
            .entries_of(payment(1))
            .unwrap()
            .iter()
            .map(|entry| entry.seq)
            .collect();
        assert_eq!(first, [Seq(1), Seq(2)]);
        assert_eq!(history.entries_of(payment(9)).unwrap(), []);
        assert_eq!(
            history.verify().unwrap(),
            ChainReport {
                entries: 3,
                forgotten: 0
            }
        );
    };
    check(&history);
    let head = history.head();
    drop(history);
    let history = world.open();
    check(&history);
    assert_eq!(history.head(), head);
}

#[test]
fn an_appended_row_is_in_the_file_even_if_nobody_closes_it() {
    let world = World::new();
    let mut history = world.create();
    history
        .append(&entry(1, None, "the last thing before the crash", ""))
        .unwrap();
    // What another process would find if this one were killed here: the files as they are, log and
    // all.
    let crashed = world.copy_files();
    let found = world.open_at(&crashed.path().join("history.db")).unwrap();
    assert_eq!(
        found.entries().unwrap()[0].body.as_deref(),
        Some(b"the last thing before the crash".as_slice())
    );
    assert_eq!(found.head(), history.head());
}

#[test]
fn a_batch_is_written_whole_or_not_at_all() {
    let world = World::new();
    let mut history = world.create();
    let unknown = MerchantId::from_i64(77);
    let batch = [
        entry(1, None, "one", ""),
        entry(1, Some(unknown), "two", ""),
    ];
    assert!(
        matches!(history.append_all(&batch), Err(HistoryError::NoSuchMerchant(id)) if id == unknown)
    );
    assert_eq!(history.entries().unwrap(), []);
    assert_eq!(history.append(&entry(1, None, "one", "")).unwrap(), Seq(1));
    assert_eq!(world.reopen(history).entries().unwrap().len(), 1);
}

#[test]
fn a_row_of_the_longest_body_and_words_is_kept_and_one_byte_more_is_refused() {
    let world = World::new();
    let mut history = world.create();
    let body = "b".repeat(MAX_BODY);
    let words = "w".repeat(MAX_TEXT);
    history.append(&entry(1, None, &body, &words)).unwrap();
    history
        .append(&entry(1, None, &format!("{body}b"), ""))
        .unwrap_err();
    let refused = history
        .append(&entry(1, None, "", &format!("{words}w")))
        .unwrap_err();
    assert!(
        matches!(refused, HistoryError::TooLong { bytes, at_most: MAX_TEXT, .. } if bytes == MAX_TEXT + 1)
    );
    let history = world.reopen(history);
    assert_eq!(
        history.entries().unwrap()[0].body.as_ref().unwrap().len(),
        MAX_BODY
    );
}

#[test]
fn search_finds_old_and_new_rows_and_survives_reopening() {
    let world = World::new();
    let mut history = world.create();
    let shop = history.add_merchant("shop.example", b"", 5).unwrap();
    history
        .append(&entry(1, Some(shop), "", "Corner Shop coffee"))
        .unwrap();
    assert_eq!(history.search("cof", 9).unwrap(), [payment(1)]);
    history
        .append(&entry(2, None, "", "Coffee with Ada"))
        .unwrap();
    assert_eq!(
        history.search("COFFEE", 9).unwrap(),
        [payment(2), payment(1)]
    );
    let mut history = world.reopen(history);
    assert_eq!(history.search("coffee ad", 9).unwrap(), [payment(2)]);
    assert_eq!(history.search("coffee", 1).unwrap(), [payment(2)]);
}

#[test]
fn a_page_is_the_newest_rows_and_no_row_beyond_it_is_opened() {
    let world = World::new();
    let mut history = world.create();
    for number in 1..=5 {
        history.append(&entry(number, None, "body", "")).unwrap();
    }
    let page = |history: &History, most: usize| {
        let mut seen = Vec::new();
        let read = history.newest_first(|entry| {
            seen.push(entry.seq.0);
            if seen.len() < most {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
        (read.is_ok(), seen)
    };
    assert_eq!(page(&history, 2), (true, vec![5, 4]));
    assert_eq!(page(&history, 99), (true, vec![5, 4, 3, 2, 1]));

    // A damaged old row is in nobody's way until it is its turn.
    world
        .raw()
        .execute("UPDATE journal SET sealed = x'00' WHERE seq = 2", [])
        .unwrap();
    assert_eq!(page(&history, 3), (true, vec![5, 4, 3]));
    assert_eq!(page(&history, 99), (false, vec![5, 4, 3]));
}

#[test]
fn an_open_history_can_be_handed_to_another_thread() {
    fn sendable<T: Send>(_: &T) {}
    let world = World::new();
    sendable(&world.create());
}

#[test]
fn ids_read_back_from_their_text() {
    let id = PaymentId::random();
    assert_eq!(id.to_string().parse(), Ok(id));
    assert_eq!(id.to_string().replace('-', "").parse(), Ok(id));
    assert_ne!(id, PaymentId::random());
    for wrong in ["", "1", "{}", "zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz"] {
        assert_eq!(wrong.parse::<PaymentId>(), Err(NotAPaymentId));
    }
    assert_eq!("12".parse(), Ok(MerchantId::from_i64(12)));
}

#[test]
fn debug_tells_no_content() {
    let world = World::new();
    let mut history = world.create();
    let shop = history
        .add_merchant("canary.example", b"canary", 5)
        .unwrap();
    let new = entry(1, Some(shop), "canary", "canary");
    history.append(&new).unwrap();
    history
        .put_document("canary", "canary", None, b"canary")
        .unwrap();
    let shown = format!(
        "{new:?} {:?} {:?} {:?} {history:?}",
        history.entries().unwrap(),
        history.merchants().unwrap(),
        history.documents("canary").unwrap()
    );
    assert!(
        !shown.contains("canary") && !shown.contains("99, 97, 110"),
        "{shown}"
    );
}

/// Payment, which of three shops, body, words.
type Row = (u8, Option<usize>, Vec<u8>, String);

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let shop = prop::option::of(0_usize..3);
    let body = prop::collection::vec(any::<u8>(), 0..60);
    prop::collection::vec((0_u8..4, shop, body, ".{0,12}"), 0..12)
}

proptest! {
    // Each case writes real files and waits for the disk.
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn any_journal_reads_back_as_written(rows in rows(), reopen_at in 0_usize..12) {
        let world = World::new();
        let mut history = world.create();
        let names = ["one.example", "two.example", "three.example"];
        let shops = names.map(|name| history.add_merchant(name, b"", 0).unwrap());
        for (at, (number, shop, body, words)) in rows.iter().enumerate() {
            if at == reopen_at {
                history = world.reopen(history);
            }
            let merchant = shop.map(|shop| shops[shop]);
            let payment = payment(*number);
            history.append(&NewEntry { payment, merchant, at_ms: 7, body, words }).unwrap();
        }

        let history = world.reopen(history);
        let read = history.entries().unwrap();
        prop_assert_eq!(read.len(), rows.len());
        for (entry, (number, shop, body, _)) in read.iter().zip(&rows) {
            prop_assert_eq!(entry.payment, payment(*number));
            prop_assert_eq!(entry.merchant, shop.map(|shop| shops[shop]));
            prop_assert_eq!(entry.body.as_ref(), Some(body));
        }
        history.verify().unwrap();
    }
}
