//! The reference issuer and its wallet, alone: what every journey with them leans on.

use farthing_tests::Nutshell;

#[test]
fn nutshell_and_its_own_wallet_agree_with_the_issuers_books() {
    let issuer = Nutshell::start();
    let (bob, carol) = (issuer.person(), issuer.person());

    bob.top_up(100, "sat");
    bob.top_up(250, "usd");
    assert_eq!((bob.balance("sat"), bob.balance("usd")), (100, 250));

    let token = bob.send(21, "sat");
    assert!(carol.receive(&token, "sat"));
    assert!(
        !carol.receive(&token, "sat"),
        "a token is worth something once"
    );

    let books = issuer.books();
    let (bobs, carols) = (bob.balance("sat"), carol.balance("sat"));
    assert_eq!(bobs, 79);
    assert!(
        (18..21).contains(&carols),
        "21 sat less a small fee, not {carols}"
    );
    assert_eq!(
        books["sat"].outstanding - books["sat"].fees,
        bobs + carols - books["sat"].fees
    );
    assert_eq!(books["sat"].outstanding, bobs + carols);
    // What left the people went to the issuer, as fees and nothing else.
    assert_eq!(books["sat"].fees, 100 - bobs - carols);
    assert_eq!(books["usd"].outstanding, 250);
}
