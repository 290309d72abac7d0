//! Merchant codes of EMVCo.

use super::*;

fn merchant(text: &str) -> MerchantCode {
    match read(text) {
        Ok(PaymentCode::Merchant(merchant)) => *merchant,
        other => panic!("no merchant code: {other:?}"),
    }
}

/// The fields with the right checksum behind them.
fn sealed(fields: &str) -> String {
    let before = format!("{fields}6304");
    let crc = before.bytes().fold(0xffff_u16, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(byte) << 8), |crc, _| {
            (crc << 1) ^ if crc & 0x8000 == 0 { 0 } else { 0x1021 }
        })
    });
    format!("{before}{crc:04X}")
}

fn field(tag: u8, value: &str) -> String {
    format!("{tag:02}{:02}{value}", value.chars().count())
}

/// A merchant in Kuala Lumpur that asks for what `more` says.
fn stall(more: &str) -> String {
    let account = field(0, "A000000615000101") + &field(1, "501668");
    let fields = field(0, "01")
        + &field(26, &account)
        + &field(52, "5812")
        + &field(53, "458")
        + &field(58, "MY")
        + &field(59, "Kedai Ali")
        + &field(60, "KL")
        + more;
    sealed(&fields)
}

#[test]
fn the_example_of_the_specification_is_read_whole() {
    let read = merchant(MERCHANT);
    assert_eq!(read.name.unwrap().as_str(), "BEST TRANSPORT");
    assert_eq!(read.city.unwrap().as_str(), "BEIJING");
    assert_eq!(read.country.as_deref(), Some("CN"));
    assert_eq!(
        (read.amount.as_deref(), read.currency),
        (Some("23.72"), Some("CNY"))
    );
    assert_eq!(read.extra, Extra::Tip);
    assert_eq!(read.gateway, None);
    let schemes: Vec<_> = read.schemes.iter().map(Plain::as_str).collect();
    assert_eq!(schemes, ["D15600000000", "D15600000001"]);
}

#[test]
fn a_merchants_fees_are_told() {
    for (more, extra) in [
        (String::new(), Extra::None),
        (field(54, "12.50") + &field(55, "01"), Extra::Tip),
        (
            field(54, "12.50") + &field(55, "02") + &field(56, "1.00"),
            Extra::Fixed("1.00".into()),
        ),
        (
            field(54, "12.50") + &field(55, "03") + &field(57, "5.00"),
            Extra::Percent("5.00".into()),
        ),
    ] {
        let read = merchant(&stall(&more));
        assert_eq!(read.extra, extra);
        assert_eq!(read.currency, Some("MYR"));
        assert_eq!(read.schemes[0].as_str(), "DuitNow");
    }
}

#[test]
fn a_lightning_address_in_a_merchant_code_is_its_gateway() {
    for tag in [27, 51, 80, 99] {
        let inside = field(0, "com.gateway") + &field(1, "qr123@gateway.example");
        let read = merchant(&stall(&field(tag, &inside)));
        let Some(PaymentCode::Lnurl(gateway)) = read.gateway.as_deref() else {
            panic!("no gateway at {tag}")
        };
        assert_eq!(
            gateway.address.as_ref().unwrap().to_string(),
            "qr123@gateway.example"
        );
    }
    // A mail address in the name is no account.
    let fields = field(0, "01") + &field(59, "ada@example.com");
    assert_eq!(merchant(&sealed(&fields)).gateway, None);
}

#[test]
fn a_merchant_code_that_is_wrong_anywhere_is_refused() {
    let good = stall(&field(54, "12.50"));
    assert!(read(&good).is_ok());
    let mut cases = vec![
        good.replace("12.50", "12.51"),
        good.replace("Ali", "Aly"),
        stall(&(field(54, "12.50") + &field(54, "12.50"))),
        stall(&field(54, "1e3")),
        stall(&field(54, "-1")),
        stall(&field(54, "0.00")),
        stall(&field(55, "04")),
        stall(&field(55, "02")),
        stall(&(field(55, "02") + &field(56, "1.00") + &field(57, "1.00"))),
        stall(&(field(55, "03") + &field(57, "100.00"))),
        stall("5400"),
        stall("5499x"),
        stall("xx02ab"),
        stall(&field(62, "0199x")),
        sealed(&(field(0, "01") + &field(54, "5"))),
        sealed(&(field(0, "01") + &field(53, "999") + &field(54, "5"))),
    ];
    cases.push(good[..good.len() - 1].to_owned() + "é");
    for wrong in cases {
        let read = read(&wrong);
        assert!(
            matches!(
                read,
                Err(CodeError::Damaged {
                    kind: CodeKind::MerchantCode,
                    ..
                })
            ) || !wrong.is_ascii(),
            "{wrong}: {read:?}"
        );
    }
}
