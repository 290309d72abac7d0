//! The last look at a text before it is shown or written for people.

/// The text without control characters and marks of direction. Everything from outside
/// was cleaned where it came in; this is for what slipped through.
#[must_use]
pub fn harmless(text: &str) -> String {
    text.chars()
        .map(|c| {
            let steers = c.is_control()
                || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            if steers { '\u{fffd}' } else { c }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_a_terminal_or_turns_the_direction_of_writing() {
        assert_eq!(
            harmless("a\u{1b}[31mb\rc\nd\u{202e}e"),
            "a\u{fffd}[31mb\u{fffd}c\u{fffd}d\u{fffd}e"
        );
        assert_eq!(harmless("Café 茶 شاي"), "Café 茶 شاي");
    }
}
