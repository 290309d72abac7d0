//! Text written by strangers, made safe to show.

use std::fmt;

/// Text from somebody else with everything removed that could make it look like something else.
///
/// It holds one line: no control characters, nothing that turns the direction of writing, nothing
/// invisible. It is still only text: whoever shows it must not read markup into it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plain {
    text: String,
    removed: usize,
    shortened: bool,
}

impl Plain {
    /// The text, safe to show on one line.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How many control, direction-changing and invisible characters were taken out. When it is not zero,
    /// say so next to the text: an honest payee has no reason to use them.
    #[must_use]
    pub fn removed(&self) -> usize {
        self.removed
    }

    /// Whether the end was left away because the text was too long.
    #[must_use]
    pub fn is_shortened(&self) -> bool {
        self.shortened
    }

    /// Whether nothing is left to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Makes remote text showable: at most `max` characters, on one line, with control, direction-changing and
/// invisible characters taken out and counted.
///
/// Line breaks, tabs and runs of space become one space and are not counted: they are normal in a memo.
///
/// # Examples
///
/// ```
/// use farthing_rails::code::plain_text;
///
/// let shown = plain_text("2 coffees\u{202e}tsop-ot", 100);
/// assert_eq!(shown.as_str(), "2 coffeestsop-ot");
/// assert_eq!(shown.removed(), 1);
/// ```
#[must_use]
pub fn plain_text(remote: &str, max: usize) -> Plain {
    let mut plain = Plain::default();
    let mut length = 0;
    let mut gap = false;
    for c in remote.chars() {
        if is_space(c) {
            gap = length > 0;
            continue;
        }
        if is_invisible(c) {
            plain.removed = plain.removed.saturating_add(1);
            continue;
        }
        let needed = if gap { 2 } else { 1 };
        if length + needed > max {
            plain.shortened = true;
            // The rest is still counted, so that a long text cannot hide what it carries at its end.
            continue;
        }
        if plain.shortened {
            continue;
        }
        if gap {
            plain.text.push(' ');
            gap = false;
        }
        plain.text.push(c);
        length += needed;
    }
    plain
}

/// How many characters of `text` cannot be seen or change the direction of writing. Line breaks and tabs
/// are only space.
pub(super) fn count_invisible(text: &str) -> usize {
    text.chars()
        .filter(|c| !is_space(*c) && is_invisible(*c))
        .count()
}

fn is_space(c: char) -> bool {
    c.is_whitespace()
}

/// Control characters and the format characters (Unicode `Cf`, fillers and tags) that hide or reorder text.
///
/// The zero-width joiner and non-joiner stay: Persian, Hindi and most emoji cannot be written without them.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_memo_over_several_lines_becomes_one_and_counts_as_honest() {
        let shown = plain_text("  two coffees\r\n\tand a bun \n", 100);
        assert_eq!(shown.as_str(), "two coffees and a bun");
        assert_eq!((shown.removed(), shown.is_shortened()), (0, false));
    }

    #[test]
    fn hidden_characters_are_taken_out_and_counted_even_past_the_end() {
        let shown = plain_text("\u{1b}[31mred\u{2066}\u{200b}abc\u{202e}", 5);
        assert_eq!(shown.as_str(), "[31mr");
        assert_eq!((shown.removed(), shown.is_shortened()), (4, true));
    }

    #[test]
    fn names_in_any_script_are_left_alone() {
        for name in [
            "ナンセンス 1杯",
            "قهوة",
            "می\u{200c}خواهم",
            "👩\u{200d}🌾",
            "Ærø Café",
        ] {
            let shown = plain_text(name, 100);
            assert_eq!(shown.as_str(), name);
            assert_eq!(shown.removed(), 0);
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_in_what_goes_out_is_short_visible_and_stable(
            remote in "(?s).{0,300}", max in 0usize..80
        ) {
            let shown = plain_text(&remote, max);
            prop_assert!(shown.as_str().chars().count() <= max);
            prop_assert_eq!(count_invisible(shown.as_str()), 0);
            let again = plain_text(shown.as_str(), max);
            prop_assert_eq!(again.as_str(), shown.as_str());
            prop_assert_eq!(again.removed(), 0);
        }
    }
}
