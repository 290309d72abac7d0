//! The challenges of a `WWW-Authenticate` header (RFC 9110 §11.6.1), read from a hostile site.

/// Most header lines looked at.
const MOST_LINES: usize = 8;
/// Longest header line looked at, in bytes. A macaroon and an invoice together are about 2 KiB.
const LONGEST_LINE: usize = 16 * 1024;
/// Most challenges taken from one reply.
const MOST_CHALLENGES: usize = 8;
/// Most parameters of one challenge.
const MOST_PARAMS: usize = 24;

/// One way a site says it can be satisfied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Challenge {
    /// The scheme, lower case.
    pub(super) scheme: String,
    /// Its parameters, names in lower case, in the order they came.
    params: Vec<(String, String)>,
}

impl Challenge {
    /// A parameter; of one that is given twice the first, so that nobody on the way can override
    /// what the site said by adding to it.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut params = self.params.iter();
        params.find_map(|(key, value)| (key == name).then_some(value.as_str()))
    }
}

/// Every challenge of every line. What cannot be read ends its line: the rest would be a guess.
pub(super) fn challenges<'a>(lines: impl IntoIterator<Item = &'a str>) -> Vec<Challenge> {
    let mut all = Vec::new();
    for line in lines.into_iter().take(MOST_LINES) {
        if line.len() > LONGEST_LINE {
            continue;
        }
        let mut reader = Reader { rest: line };
        while all.len() < MOST_CHALLENGES {
            match reader.challenge() {
                Some(challenge) => all.push(challenge),
                None => break,
            }
        }
    }
    all
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    /// `scheme`, then parameters until the end or the next scheme.
    fn challenge(&mut self) -> Option<Challenge> {
        self.skip(|c| c.is_ascii_whitespace() || c == ',');
        let scheme = self.token()?.to_ascii_lowercase();
        let mut params: Vec<(String, String)> = Vec::new();
        loop {
            self.skip(|c| c.is_ascii_whitespace() || c == ',');
            let before = self.rest;
            let Some(name) = self.token() else { break };
            self.skip(|c| c == ' ' || c == '\t');
            if !self.rest.starts_with('=') {
                // A word without a value is the next scheme.
                self.rest = before;
                break;
            }
            self.rest = self.rest.get(1..)?;
            self.skip(|c| c == ' ' || c == '\t');
            let value = self.value()?;
            if params.len() >= MOST_PARAMS {
                return None;
            }
            params.push((name.to_ascii_lowercase(), value));
        }
        Some(Challenge { scheme, params })
    }

    fn skip(&mut self, what: impl Fn(char) -> bool) {
        self.rest = self.rest.trim_start_matches(what);
    }

    /// A token (RFC 9110 §5.6.2).
    fn token(&mut self) -> Option<&'a str> {
        self.run(|b| {
            b.is_ascii_alphanumeric()
                || matches!(
                    b,
                    b'!' | b'#'
                        | b'$'
                        | b'%'
                        | b'&'
                        | b'\''
                        | b'*'
                        | b'+'
                        | b'-'
                        | b'.'
                        | b'^'
                        | b'_'
                        | b'`'
                        | b'|'
                        | b'~'
                )
        })
    }

    /// A quoted string, or anything up to a comma or a space: macaroons come with `=` and `/` in
    /// them, and not everybody quotes.
    fn value(&mut self) -> Option<String> {
        if !self.rest.starts_with('"') {
            return self
                .run(|b| b.is_ascii_graphic() && !matches!(b, b',' | b'"' | b';'))
                .map(str::to_owned);
        }
        let mut value = String::new();
        let mut escaped = false;
        for (at, c) in self.rest.char_indices().skip(1) {
            match c {
                _ if c.is_control() => return None,
                _ if escaped => {
                    value.push(c);
                    escaped = false;
                }
                '\\' => escaped = true,
                '"' => {
                    self.rest = self.rest.get(at.saturating_add(1)..)?;
                    return Some(value);
                }
                _ => value.push(c),
            }
        }
        None
    }

    fn run(&mut self, what: impl Fn(u8) -> bool) -> Option<&'a str> {
        let end = self
            .rest
            .bytes()
            .position(|b| !what(b))
            .unwrap_or(self.rest.len());
        let (run, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        (!run.is_empty()).then_some(run)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn complete(challenge: &Challenge) -> bool {
        let required = ["id", "realm", "method", "intent", "request"];
        required.iter().all(|name| challenge.get(name).is_some())
    }

    fn of(line: &str) -> Vec<Challenge> {
        challenges([line])
    }

    #[test]
    fn two_challenges_on_one_line_stay_two() {
        let found = of(
            "LSAT macaroon=\"AgEE==\", invoice=\"lnbc1\", L402 version=\"0\", token=AgEE==, invoice=lnbc2",
        );
        let [old, new] = &found[..] else {
            panic!("{found:?}")
        };
        assert_eq!((old.scheme.as_str(), new.scheme.as_str()), ("lsat", "l402"));
        assert_eq!(old.get("macaroon"), Some("AgEE=="));
        assert_eq!(new.get("token"), Some("AgEE=="));
        assert_eq!(new.get("invoice"), Some("lnbc2"));
    }

    #[test]
    fn what_is_added_later_overrides_nothing() {
        let found = of("L402 macaroon=\"a\", invoice=\"lnbc1\", invoice=\"lnbc2\"");
        assert_eq!(found.first().and_then(|c| c.get("invoice")), Some("lnbc1"));
        assert_eq!(found.first().and_then(|c| c.get("macaroon")), Some("a"));
    }

    #[test]
    fn an_unfinished_or_endless_line_is_not_guessed_at() {
        assert_eq!(of("L402 macaroon=\"never closed"), []);
        assert_eq!(of("L402 macaroon=\"with a\u{7} bell\""), []);
        assert_eq!(
            of(&format!("L402 macaroon=\"{}\"", "a".repeat(LONGEST_LINE))),
            []
        );
        let crowd = "A b=c, ".repeat(100);
        assert_eq!(of(&crowd).len(), MOST_CHALLENGES);
        let params = format!("A {}", "b=c, ".repeat(MOST_PARAMS + 1));
        assert_eq!(of(&params), []);
    }

    /// The lists of challenges that implementations of the `Payment` scheme share.
    #[test]
    fn the_shared_lists_of_challenges_are_read_as_they_say() {
        let vectors: Value = serde_json::from_str(include_str!("vectors/payment.json")).unwrap();
        let lists = vectors["challengeLists"].as_array().unwrap();
        assert_eq!(lists.len(), 11);
        for list in lists {
            let found: Vec<Challenge> = of(list["header"].as_str().unwrap())
                .into_iter()
                .filter(|challenge| challenge.scheme == "payment" && complete(challenge))
                .collect();
            let none = Vec::new();
            let expected = list["challenges"].as_array().unwrap_or(&none);
            assert_eq!(found.len(), expected.len(), "{}", list["name"]);
            for (found, expected) in found.iter().zip(expected) {
                for (name, value) in expected.as_object().unwrap() {
                    assert_eq!(found.get(name), value.as_str(), "{}", list["name"]);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn whatever_a_site_says_is_bounded(line in "\\PC{0,300}") {
            prop_assert!(of(&line).len() <= MOST_CHALLENGES);
        }
    }
}
