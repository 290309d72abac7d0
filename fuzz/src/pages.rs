//! What sites behind HTTP 402 say: what they ask for, and what their pages are called.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use farthing_rails::content::{
    Credential, Demand, PriceTags, Ticket, demands, file_name, title_of,
};

/// Lines of a reply, each with what it is as its first letter: `w` a `WWW-Authenticate`, `p` one
/// whose charge is the rest of the line (so that the fuzzer reaches what is in it), `c` an
/// `X-Cashu`, `a` a `Payer-Data`, `x` a mark of x402, `d` a `Content-Disposition`, `m` a media type, `u` a path, `t` the
/// page.
pub fn page_offer(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let lines: Vec<(char, &str)> = text
        .split('\n')
        .filter_map(|line| {
            let mut letters = line.chars();
            Some((letters.next()?, letters.as_str()))
        })
        .collect();
    let all = |wanted: char| lines.iter().filter(move |(kind, _)| *kind == wanted);
    let first = |wanted| all(wanted).map(|(_, value)| *value).next();
    let charges: Vec<String> = all('p').map(|(_, charge)| challenge(charge)).collect();
    asked(&PriceTags {
        authenticate: all('w')
            .map(|(_, value)| *value)
            .chain(charges.iter().map(String::as_str))
            .collect(),
        cashu: all('c').map(|(_, value)| *value).collect(),
        payer_data: all('a').map(|(_, value)| *value).collect(),
        x402: first('x').is_some(),
    });
    let mut url: url::Url = "https://paper.example/".parse().unwrap();
    if let Some(path) = first('u') {
        url.set_path(path);
    }
    named(&file_name(&url, first('d'), first('m')));
    if let Some(title) = title_of(first('m'), first('t').unwrap_or_default().as_bytes()) {
        plain(title.as_str(), 120);
    }
}

fn challenge(charge: &str) -> String {
    let request = URL_SAFE_NO_PAD.encode(charge);
    format!(
        r#"Payment id="1", realm="paper.example", method="lightning", intent="charge", request="{request}""#
    )
}

fn asked(tags: &PriceTags<'_>) {
    let found = demands(tags);
    assert!(found.payable.len() <= 8);
    assert!(found.asks.known.len() + found.asks.unknown.len() <= 16);
    for ask in &found.asks.known {
        if let Some(why) = &ask.why {
            plain(why.as_str(), 120);
        }
    }
    if found.payable.is_empty() && tags.x402 {
        assert!(!found.unpayable.is_empty(), "the person is told nothing");
    }
    for demand in &found.payable {
        match demand {
            // A price that is left open would be ours to guess.
            Demand::Cash(request) => assert!(request.amount.is_some()),
            Demand::Invoice {
                invoice,
                ticket,
                about,
            } => {
                assert!(invoice.amount_msat.is_some_and(|msat| msat > 0));
                if let Some(about) = about {
                    plain(about.as_str(), 200);
                }
                // It is kept between paying and showing, and has to be the same afterwards.
                let kept = serde_json::to_vec(ticket).unwrap();
                let again: Ticket = serde_json::from_slice(&kept).unwrap();
                assert_eq!(&again, ticket);
                let shown = Credential::paid(ticket, &"0".repeat(64));
                assert_eq!(shown, Credential::paid(&again, &"0".repeat(64)));
            }
            _ => {}
        }
    }
}

fn named(name: &str) {
    assert!(!name.is_empty() && name.chars().count() <= 90, "{name:?}");
    assert!(!name.starts_with(['.', '-', ' ']), "{name:?}");
    assert!(!name.ends_with(['.', ' ']), "{name:?}");
    let odd = |c: char| c.is_control() || r#"/\:*?"<>|"#.contains(c);
    assert!(!name.contains(odd), "{name:?}");
    let stem = name.split('.').next().unwrap_or_default().trim();
    let devices = ["con", "prn", "aux", "nul", "com1", "lpt9"];
    assert!(
        !devices.iter().any(|one| stem.eq_ignore_ascii_case(one)),
        "{name:?}"
    );
}

fn plain(text: &str, most: usize) {
    assert!(!text.chars().any(char::is_control), "{text:?}");
    assert!(text.chars().count() <= most, "{text:?}");
}
