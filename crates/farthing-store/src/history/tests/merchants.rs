use super::super::*;
use super::world::{World, entry};

#[test]
fn a_merchant_is_found_by_its_identity_and_added_once() {
    let world = World::new();
    let mut history = world.create();
    assert_eq!(history.merchant("shop.example").unwrap(), None);
    let shop = history.add_merchant("shop.example", b"first", 5).unwrap();
    assert_eq!(
        history.add_merchant("shop.example", b"second", 6).unwrap(),
        shop
    );
    let other = history.add_merchant("shop.example.evil", b"", 7).unwrap();
    assert_ne!(shop, other);

    let history = world.reopen(history);
    let found = history.merchant("shop.example").unwrap().unwrap();
    let expected = Merchant {
        id: shop,
        identity: "shop.example".to_owned(),
        details: b"first".to_vec(),
        first_seen_ms: 5,
    };
    assert_eq!(found, expected);
    assert_eq!(history.merchant_by_id(shop).unwrap().unwrap(), expected);
    let ids: Vec<_> = history
        .merchants()
        .unwrap()
        .iter()
        .map(|merchant| merchant.id)
        .collect();
    assert_eq!(ids, [shop, other]);
}

#[test]
fn details_change_and_the_rest_stays() {
    let world = World::new();
    let mut history = world.create();
    let shop = history.add_merchant("shop.example", b"first", 5).unwrap();
    history.update_merchant(shop, b"second").unwrap();
    history.update_merchant(shop, b"third").unwrap();
    let found = world
        .reopen(history)
        .merchant("shop.example")
        .unwrap()
        .unwrap();
    assert_eq!(
        (found.details.as_slice(), found.first_seen_ms),
        (b"third".as_slice(), 5)
    );
}

#[test]
fn details_and_the_rows_that_say_so_are_written_together_or_not_at_all() {
    let world = World::new();
    let mut history = world.create();
    let shop = history.add_merchant("shop.example", b"first", 5).unwrap();
    let other = history.add_merchant("other.example", b"", 5).unwrap();
    let said = entry(1, Some(shop), "said", "");
    history.append_and_update(&[said], shop, b"second").unwrap();
    let too_long = vec![0; MAX_BODY + 1];
    assert!(history.append_and_update(&[said], shop, &too_long).is_err());
    let endless = "x".repeat(MAX_BODY + 1);
    let too_much = entry(2, Some(shop), &endless, "");
    assert!(
        history
            .append_and_update(&[too_much], shop, b"third")
            .is_err()
    );

    let history = world.reopen(history);
    let found = history.merchant("shop.example").unwrap().unwrap();
    assert_eq!(found.details, b"second");
    assert_eq!(history.entries_with(shop).unwrap().len(), 1);
    assert_eq!(history.entries_with(other).unwrap(), []);
}

#[test]
fn nobody_is_updated_in_place_of_an_unknown_merchant() {
    let world = World::new();
    let mut history = world.create();
    let unknown = MerchantId::from_i64(3);
    assert!(
        matches!(history.update_merchant(unknown, b""), Err(HistoryError::NoSuchMerchant(id)) if id == unknown)
    );
    assert_eq!(history.merchant_by_id(unknown).unwrap(), None);
}

#[test]
fn identities_and_details_are_bounded() {
    let world = World::new();
    let mut history = world.create();
    history
        .add_merchant(&"i".repeat(MAX_TEXT + 1), b"", 0)
        .unwrap_err();
    let shop = history
        .add_merchant(&"i".repeat(MAX_TEXT), &vec![1; MAX_BODY], 0)
        .unwrap();
    history
        .update_merchant(shop, &vec![1; MAX_BODY + 1])
        .unwrap_err();
    assert_eq!(
        world
            .reopen(history)
            .merchant_by_id(shop)
            .unwrap()
            .unwrap()
            .details
            .len(),
        MAX_BODY
    );
}
