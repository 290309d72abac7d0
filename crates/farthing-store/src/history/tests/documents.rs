use super::super::*;
use super::world::World;

#[test]
fn a_document_is_written_only_over_the_version_its_writer_has_seen() {
    let world = World::new();
    let mut history = world.create();
    assert_eq!(history.document("review", "a").unwrap(), None);
    assert!(matches!(
        history.put_document("review", "a", Some(1), b"x"),
        Err(PutError::Conflict {
            expected: Some(1),
            found: None
        })
    ));
    assert_eq!(
        history.put_document("review", "a", None, b"one").unwrap(),
        1
    );
    assert!(matches!(
        history.put_document("review", "a", None, b"x"),
        Err(PutError::Conflict {
            expected: None,
            found: Some(1)
        })
    ));
    assert_eq!(
        history
            .put_document("review", "a", Some(1), b"two")
            .unwrap(),
        2
    );
    assert!(matches!(
        history.put_document("review", "a", Some(1), b"x"),
        Err(PutError::Conflict {
            expected: Some(1),
            found: Some(2)
        })
    ));
    let found = world
        .reopen(history)
        .document("review", "a")
        .unwrap()
        .unwrap();
    assert_eq!(
        found,
        Document {
            key: "a".to_owned(),
            version: 2,
            body: b"two".to_vec(),
            merchant: None,
        }
    );
}

#[test]
fn kinds_do_not_mix() {
    let world = World::new();
    let mut history = world.create();
    history.put_document("review", "a", None, b"1").unwrap();
    history.put_document("review", "b", None, b"2").unwrap();
    history.put_document("given", "a", None, b"3").unwrap();
    let mut reviews: Vec<_> = history
        .documents("review")
        .unwrap()
        .into_iter()
        .map(|document| (document.key, document.body))
        .collect();
    reviews.sort();
    assert_eq!(
        reviews,
        [
            ("a".to_owned(), b"1".to_vec()),
            ("b".to_owned(), b"2".to_vec())
        ]
    );
    assert_eq!(history.documents("given").unwrap().len(), 1);
    assert_eq!(history.documents("nothing").unwrap(), []);
    // The same letters, cut elsewhere.
    assert_eq!(history.document("reviewa", "").unwrap(), None);
}

#[test]
fn a_removed_document_is_gone_and_only_one_remover_is_told_so() {
    let world = World::new();
    let mut history = world.create();
    history.put_document("review", "a", None, b"1").unwrap();
    assert!(history.remove_document("review", "a").unwrap());
    assert!(!history.remove_document("review", "a").unwrap());
    assert_eq!(world.reopen(history).document("review", "a").unwrap(), None);
}

#[test]
fn documents_are_bounded() {
    let world = World::new();
    let mut history = world.create();
    history
        .put_document("review", &"k".repeat(MAX_TEXT), None, &vec![0; MAX_BODY])
        .unwrap();
    history
        .put_document("review", &"k".repeat(MAX_TEXT + 1), None, b"")
        .unwrap_err();
    let refused = history
        .put_document("review", "a", None, &vec![0; MAX_BODY + 1])
        .unwrap_err();
    assert!(matches!(
        refused,
        PutError::History(HistoryError::TooLong { .. })
    ));
    assert_eq!(history.documents("review").unwrap().len(), 1);
}
