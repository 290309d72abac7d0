//! The report in other languages than English.

use super::*;

fn report(of: &Statement, language: &str) -> String {
    statement_text(of, StatementForm::Report, language).to_string()
}

/// Everything that a report can say.
fn of_everything() -> Statement {
    let mut all = statement();
    all.practice = true;
    all.of_one = true;
    all.until = "1970-01-02".parse().ok();
    all.payee = Some("Corner Shop".to_owned());
    let proof = |kind: &str, text: &str| {
        Some(StatementProof {
            kind: Some(kind.to_owned()),
            text: Some(text.to_owned()),
            payment_hash: None,
            reference: Some("order 7".to_owned()),
        })
    };
    let mut refused = line(120_000, Direction::Out, "Lightning node 02abcdef0123…");
    refused.outcome = Outcome::NotPaid;
    (refused.note, refused.proof) = (None, Some(StatementProof::default()));
    let mut waiting = line(180_000, Direction::Out, "whoever showed this request");
    waiting.outcome = Outcome::StillDeciding;
    (waiting.fees, waiting.note, waiting.proof) = (None, None, None);
    let mut handed = line(240_000, Direction::Out, "Bob");
    handed.amount = Amount::small(500, farthing_money::Unit::Usd);
    handed.note = None;
    let overpaid = Amount::small(3, farthing_money::Unit::Usd);
    let overpaid = PaidFee::new(FeeKind::Rounding, "the payee", overpaid);
    handed.fees = Some(vec![overpaid.unwrap()]);
    handed.proof = proof("redeemed", "the issuer says the coins were redeemed");
    let mut sent = handed.clone();
    (sent.payee, sent.fees) = (None, None);
    sent.proof = proof("accepted", "https://shop.example/pay");
    all.lines.extend([refused, waiting, handed, sent]);
    all
}

#[test]
fn a_report_can_be_read_in_spanish() {
    let text = report(&of_everything(), "es-MX");
    let expected = format!(
        "Relación de pagos
PRÁCTICA — dinero de juego

Para          the tax office
Beneficiario  Corner Shop
Desde         1970-01-01
Hasta         1970-01-02
Hecha         1970-01-02

1. 1970-01-01 00:00 UTC  pagado 21 sat a =Shop
   Comisión      2 sat (red, Lightning)
   Nota          =bread, \u{fffd}milk
   Prueba        preimagen {zeros}
   Hash          {hash}

2. 1970-01-01 00:01 UTC  pagado 21 sat a Corner Shop
   Comisión      2 sat (red, Lightning)
   Nota          =bread, \u{fffd}milk
   Prueba        preimagen {zeros}
   Hash          {hash}

3. 1970-01-01 00:01 UTC  recibido 21 sat de Bob
   Comisión      2 sat (red, Lightning)
   Nota          =bread, \u{fffd}milk
   Prueba        preimagen {zeros}
   Hash          {hash}

4. 1970-01-01 00:02 UTC  NO pagado: 21 sat a Nodo Lightning 02abcdef0123…
   Comisión      2 sat (red, Lightning)
   Prueba        ninguna

5. 1970-01-01 00:03 UTC  aún sin decidir: 21 sat a quien mostró esta solicitud

6. 1970-01-01 00:04 UTC  pagado $5.00 a Bob
   Comisión      $0.03 (redondeo, el beneficiario)
   Prueba        canjeado: el emisor dice que las monedas fueron canjeadas
   Referencia    order 7

7. 1970-01-01 00:04 UTC  pagado $5.00
   Prueba        aceptado https://shop.example/pay
   Referencia    order 7

Pagado        42 sat, comisiones 4 sat en total
Recibido      21 sat, comisiones 2 sat en total
Pagado        $10.00 en total
No incluye    todos los demás a quienes se pagó

Para comprobar una preimagen: su SHA-256 es el hash del pago, que figura en la
factura del beneficiario. Solo quien paga esa factura recibe la preimagen.
",
        zeros = "00".repeat(32),
        hash = "66".repeat(32),
    );
    assert_eq!(text, expected);
    assert_eq!(
        report(&of_everything(), "de"),
        report(&of_everything(), "en")
    );
}

#[test]
fn what_was_left_out_is_named_in_every_language() {
    for (tag, said) in [
        (
            "en",
            "Not here   notes, proofs of payment, fees, everybody else who was paid\n",
        ),
        (
            "es",
            "No incluye    notas, pruebas de pago, comisiones, todos los demás a quienes se pagó\n",
        ),
        (
            "ar",
            "\u{200f}ليس هنا: الملاحظات، إثباتات الدفع، الرسوم، كل الآخرين الذين دُفع لهم\n",
        ),
    ] {
        let text = report(&bare(), tag);
        assert!(text.ends_with(said), "{said} in {text}");
    }
}

#[test]
fn in_english_a_payee_without_a_name_is_called_as_in_the_journal() {
    let text = report(&of_everything(), "en");
    for said in [
        "NOT paid: 21 sat to Lightning node 02abcdef0123…\n",
        "not decided yet: 21 sat to whoever showed this request\n",
        "Fee        $0.03 (rounding, the payee)\n",
        "Proof      redeemed the issuer says the coins were redeemed\n",
        "Proof      accepted https://shop.example/pay\n",
        "Proof      none\n",
    ] {
        assert!(text.contains(said), "{said} in {text}");
    }
}

/// A line as what stands between marks of direction, and what stands outside all of them.
fn taken_apart(line: &str) -> (Vec<String>, String) {
    let (mut inside, mut outside) = (Vec::<String>::new(), String::new());
    let mut open = 0_usize;
    for c in line.chars() {
        match c {
            '\u{2066}' | '\u{2068}' => {
                open += 1;
                inside.push(String::new());
            }
            '\u{2069}' => open = open.checked_sub(1).expect("an end has a beginning"),
            c if open > 0 => inside.last_mut().unwrap().push(c),
            c => outside.push(c),
        }
    }
    assert_eq!(open, 0, "what begins in a line ends in it: {line}");
    (inside, outside)
}

#[test]
fn in_arabic_no_figure_and_no_name_is_put_into_another_order() {
    let mut all = of_everything();
    // Marks of direction that come from outside end nothing and begin nothing.
    let marks = "\u{2069}7 sat\u{202e}Eve\u{2066}\u{200f}";
    all.lines[0].payee = Some(marks.to_owned());
    all.lines[1].note = Some(marks.to_owned());
    all.whom = Some(marks.to_owned());
    let text = report(&all, "ar");
    let (zeros, hash) = ("00".repeat(32), "66".repeat(32));
    for line in [
        "2. \u{2066}1970-01-01 00:01 UTC\u{2069}  دُفع \u{2066}21 sat\u{2069} إلى \u{2068}Corner Shop\u{2069}",
        "   الرسم: \u{2066}2 sat\u{2069} (الشبكة، \u{2068}Lightning\u{2069})",
        &format!("   الإثبات: الصورة الأصلية \u{2066}{zeros}\u{2069}"),
        &format!("   البصمة: \u{2066}{hash}\u{2069}"),
        "المدفوع: \u{2066}42 sat\u{2069}، والرسوم \u{2066}4 sat\u{2069} في المجموع",
        "لأجل: \u{2068}\u{fffd}7 sat\u{fffd}Eve\u{fffd}\u{fffd}\u{2069}",
    ] {
        let line = format!("\u{200f}{line}");
        assert!(text.lines().any(|said| said == line), "{line} in {text}");
    }
    let how_to_check = words::words_in("ar").how_to_check;
    for line in text.lines().filter(|line| !line.is_empty()) {
        // Every line says first which way it reads.
        let line = line.strip_prefix('\u{200f}').unwrap();
        let (inside, outside) = taken_apart(line);
        if how_to_check.contains(line) {
            continue;
        }
        let number = outside.split_once(". ");
        let number = number.filter(|(digits, _)| digits.parse::<usize>().is_ok());
        let rest = number.map_or(&*outside, |(_, rest)| rest);
        let foreign = |c: char| c.is_ascii_alphanumeric() || c == '$' || c == '\u{fffd}';
        assert!(!rest.contains(foreign), "{line}");
        assert!(inside.iter().all(|value| !value.is_empty()), "{line}");
    }
}

#[test]
fn what_reads_from_left_to_right_has_no_marks_of_direction() {
    for language in Language::ALL {
        let text = report(&of_everything(), language.tag());
        let marked = text.contains(['\u{200f}', '\u{2066}', '\u{2068}', '\u{2069}']);
        assert_eq!(marked, language == Language::Arabic, "{language:?}");
    }
}

#[test]
fn names_and_figures_are_as_they_are_in_every_language() {
    for language in Language::ALL {
        let text = report(&of_everything(), language.tag());
        for said in [
            "the tax office",
            "1970-01-01 00:01 UTC",
            "Corner Shop",
            "21 sat",
            "$10.00",
            "02abcdef0123…",
            "https://shop.example/pay",
            "order 7",
        ] {
            assert!(text.contains(said), "{language:?}: {said} in {text}");
        }
        if language != Language::English {
            for english in ["Statement", "payee", "showed", "the issuer", "paid "] {
                assert!(!text.contains(english), "{language:?}: {english} in {text}");
            }
        }
    }
}
