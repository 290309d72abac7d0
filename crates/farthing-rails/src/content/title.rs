//! What a page calls itself, out of the part of it that is looked at.

use crate::code::{Plain, plain_text};

/// Longest title, in characters.
const LONGEST: usize = 120;

/// Whether a page of this media type may say its title: only then is it worth reading.
#[must_use]
pub fn may_have_title(media_type: Option<&str>) -> bool {
    media_type.is_some_and(|kind| kind.to_ascii_lowercase().contains("html"))
}

/// The title of a page of HTML. Plain text, whatever it holds.
#[must_use]
pub fn title_of(media_type: Option<&str>, body: &[u8]) -> Option<Plain> {
    if !may_have_title(media_type) {
        return None;
    }
    let title = html_title(&String::from_utf8_lossy(body))?;
    Some(plain_text(&title, LONGEST)).filter(|title| !title.is_empty())
}

fn html_title(text: &str) -> Option<String> {
    // Lower case of the same length, so that a place in one is a place in the other.
    let lower = text.to_ascii_lowercase();
    let start = lower.find("<title")?;
    let open = lower
        .get(start..)?
        .find('>')?
        .checked_add(start)?
        .checked_add(1)?;
    let end = lower.get(open..)?.find("</title")?.checked_add(open)?;
    Some(unescaped(text.get(open..end)?))
}

/// The five characters HTML must escape. Anything else stays as it was written.
fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title(media_type: &str, body: &str) -> Option<String> {
        title_of(Some(media_type), body.as_bytes()).map(|title| title.to_string())
    }

    #[test]
    fn a_page_says_its_title_and_markup_in_it_is_only_text() {
        let page = "<HTML><head><TITLE lang=en>Rain &amp; sun <b>today</b></TITLE>";
        assert_eq!(
            title("text/html; charset=utf-8", page).unwrap(),
            "Rain & sun <b>today</b>"
        );
    }

    #[test]
    fn a_page_without_a_title_has_none() {
        for (kind, body) in [
            ("text/html", "<title>never closed"),
            ("text/html", "<title></title>"),
            ("text/html", ""),
            ("application/json", "[1]"),
            ("image/png", "<title>no</title>"),
        ] {
            assert_eq!(title(kind, body), None, "{body}");
        }
    }
}
