//! What a site's file is called here. The site may suggest; it cannot choose a folder.

use url::Url;

use crate::code::plain_text;

/// Longest file name, in characters.
const LONGEST: usize = 80;

/// Names that Windows keeps for devices, whatever comes after the dot.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// A file name for what `url` gave, from its `Content-Disposition` or the last part of its path,
/// with an ending that fits its media type. Without folders, control characters, leading dots or
/// the names of devices.
#[must_use]
pub fn file_name(url: &Url, disposition: Option<&str>, media_type: Option<&str>) -> String {
    let suggested = disposition.and_then(suggested).or_else(|| {
        let last = url.path_segments()?.rfind(|part| !part.is_empty())?;
        Some(percent_decoded(last))
    });
    let mut name = safe(suggested.as_deref().unwrap_or_default());
    if name.is_empty() {
        name = safe(url.host_str().unwrap_or_default());
    }
    if name.is_empty() {
        name.push_str("page");
    }
    match ending(media_type) {
        Some(ending) if !has_ending(&name) => format!("{name}.{ending}"),
        _ => name,
    }
}

/// `filename="…"` of a `Content-Disposition` (RFC 6266); `filename*` in UTF-8 wins.
fn suggested(disposition: &str) -> Option<String> {
    let mut plain = None;
    for part in disposition
        .get(..1024)
        .unwrap_or(disposition)
        .split(';')
        .take(16)
    {
        let Some((key, value)) = part.split_once('=') else {
            continue;
        };
        let value = value.trim().trim_matches('"');
        match key.trim().to_ascii_lowercase().as_str() {
            "filename*" => {
                let utf8 = value
                    .get(..7)
                    .is_some_and(|start| start.eq_ignore_ascii_case("utf-8''"));
                if utf8 {
                    return value.get(7..).map(percent_decoded);
                }
            }
            "filename" => plain = Some(value.to_owned()),
            _ => {}
        }
    }
    plain
}

fn percent_decoded(text: &str) -> String {
    let query = format!("n={}", text.replace('+', "%2B"));
    url::form_urlencoded::parse(query.as_bytes())
        .next()
        .map_or_else(String::new, |(_, value)| value.into_owned())
}

fn safe(text: &str) -> String {
    // The last part alone, whichever way the separator leans.
    let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = plain_text(last, LONGEST);
    let name: String = plain
        .as_str()
        .chars()
        .map(|c| match c {
            ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
            c => c,
        })
        .collect();
    let name = name.trim_matches(|c: char| c == '.' || c == '-' || c.is_whitespace());
    let stem = name
        .split('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let numbered = |start: &str| {
        stem.strip_prefix(start)
            .is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    if DEVICES.contains(&stem.as_str()) || numbered("com") || numbered("lpt") {
        return format!("_{name}");
    }
    name.to_owned()
}

fn has_ending(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, ending)| {
        !stem.is_empty()
            && (1..=5).contains(&ending.len())
            && ending.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

fn ending(media_type: Option<&str>) -> Option<&'static str> {
    let essence = media_type?.split(';').next()?.trim().to_ascii_lowercase();
    Some(match essence.as_str() {
        "text/html" | "application/xhtml+xml" => "html",
        "text/plain" => "txt",
        "text/markdown" => "md",
        "application/json" => "json",
        "application/pdf" => "pdf",
        "application/epub+zip" => "epub",
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/webp" => "webp",
        "audio/mpeg" => "mp3",
        "video/mp4" => "mp4",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn named(url: &str, disposition: Option<&str>, media_type: Option<&str>) -> String {
        file_name(&Url::parse(url).unwrap(), disposition, media_type)
    }

    #[test]
    fn a_page_is_called_what_its_address_or_its_site_calls_it() {
        let html = Some("text/html; charset=utf-8");
        for (url, disposition, expected) in [
            ("https://paper.example/l402/rain", None, "rain.html"),
            ("https://paper.example/", None, "paper.example"),
            ("https://paper.example/a%20b.pdf", None, "a b.pdf"),
            (
                "https://paper.example/x",
                Some("attachment; filename=\"The Rain.pdf\""),
                "The Rain.pdf",
            ),
            (
                "https://paper.example/x",
                Some("attachment; filename=a.pdf; filename*=UTF-8''caf%C3%A9.pdf"),
                "café.pdf",
            ),
        ] {
            let named = named(url, disposition, html);
            assert!(
                named == expected || named == format!("{expected}.html"),
                "{named}"
            );
        }
    }

    #[test]
    fn a_site_cannot_choose_a_folder_or_a_hidden_file() {
        for (suggested, expected) in [
            ("../../evil", "evil"),
            ("..\\..\\evil.exe", "evil.exe"),
            ("/etc/passwd", "passwd"),
            (".bashrc", "bashrc"),
            ("..", "x"),
            ("con.txt", "_con.txt"),
            ("COM1", "_COM1"),
            ("a\u{202e}fdp.exe", "afdp.exe"),
            ("a\nb\0c.txt", "a bc.txt"),
            ("-rf", "rf"),
        ] {
            let disposition = format!("attachment; filename=\"{suggested}\"");
            let url = Url::parse("https://x/x").unwrap();
            let name = file_name(&url, Some(&disposition), None);
            assert_eq!(name, expected, "{suggested:?}");
        }
    }

    proptest! {
        #[test]
        fn no_name_leads_anywhere_else(words in "\\PC{0,200}") {
            let url = Url::parse("https://x.example/").unwrap();
            let name = file_name(&url, Some(&format!("attachment; filename=\"{words}\"")), None);
            prop_assert!(!name.is_empty() && name.chars().count() <= LONGEST + 6);
            prop_assert!(!name.contains(['/', '\\', '\0']) && !name.starts_with('.'));
        }
    }
}
