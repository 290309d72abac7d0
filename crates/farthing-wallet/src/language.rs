//! The languages of what is written for others: those of the window. It is the same whoever has it
//! written, and is read by somebody else.

/// A language that letters and statements are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Arabic.
    Arabic,
    /// English.
    English,
    /// Spanish.
    Spanish,
    /// French.
    French,
    /// Hindi.
    Hindi,
    /// Korean.
    Korean,
    /// Portuguese.
    Portuguese,
    /// Swahili.
    Swahili,
}

impl Language {
    /// Every language there is.
    pub const ALL: [Self; 8] = [
        Self::Arabic,
        Self::English,
        Self::Spanish,
        Self::French,
        Self::Hindi,
        Self::Korean,
        Self::Portuguese,
        Self::Swahili,
    ];

    /// Its BCP 47 tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Arabic => "ar",
            Self::English => "en",
            Self::Spanish => "es",
            Self::French => "fr",
            Self::Hindi => "hi",
            Self::Korean => "ko",
            Self::Portuguese => "pt",
            Self::Swahili => "sw",
        }
    }

    /// The language of a BCP 47 tag, of whatever region; English where we do not have it.
    #[must_use]
    pub fn of(tag: &str) -> Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        let mut all = Self::ALL.into_iter();
        all.find(|language| language.tag().eq_ignore_ascii_case(primary))
            .unwrap_or(Self::English)
    }
}

/// Puts values in their places, `{name}`, once: what is put in is never read as a place.
#[must_use]
pub fn fill(words: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::new();
    let mut rest = words;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let (place, after) = after.split_once('}').unwrap_or((after, ""));
        let value = values.iter().find(|(name, _)| *name == place);
        filled.push_str(value.map_or("", |(_, value)| value));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_found_by_its_tag_and_english_stands_in_for_others() {
        for language in Language::ALL {
            assert_eq!(Language::of(language.tag()), language);
        }
        assert_eq!(Language::of("pt-BR"), Language::Portuguese);
        assert_eq!(Language::of("AR_eg"), Language::Arabic);
        for other in ["de", "", "x", "español"] {
            assert_eq!(Language::of(other), Language::English);
        }
    }

    #[test]
    fn a_name_with_a_place_in_it_is_a_name() {
        assert_eq!(
            fill("Hello {name},", &[("name", "{hash} & co"), ("hash", "no")]),
            "Hello {hash} & co,"
        );
        assert_eq!(fill("a {other} b {", &[]), "a  b ");
    }
}
