//! Links that the system hands over: payment codes, which open a review and never pay.

use farthing_api::Event;
use tauri::{AppHandle, Manager};
use tauri_plugin_deep_link::DeepLinkExt;

use crate::events::Events;
use crate::window;

/// The schemes the app opens; `tauri.conf.json` registers the same.
const SCHEMES: [&str; 7] = [
    "lightning",
    "bitcoin",
    "cashu",
    "lnurlp",
    "lnurlw",
    "keyauth",
    "farthing",
];
/// Longer than any payment code.
const LONGEST: usize = 4096;

/// Takes the links the app was started with and those that come later.
pub(crate) fn listen(app: &AppHandle) {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    opened(app, arguments.iter());
    let handle = app.clone();
    app.deep_link().on_open_url(move |event| {
        let links: Vec<String> = event.urls().iter().map(ToString::to_string).collect();
        window::show(&handle);
        opened(&handle, links.iter());
    });
}

/// Tells the window about every argument that is a payment link, and ignores the rest.
pub(crate) fn opened<'a>(app: &AppHandle, arguments: impl Iterator<Item = &'a String>) {
    let Some(events) = app.try_state::<Events>() else {
        return;
    };
    for link in arguments.filter(|argument| is_link(argument)) {
        events.tell(Event::Code { code: link.clone() });
    }
}

fn is_link(text: &str) -> bool {
    text.len() <= LONGEST
        && text.split_once(':').is_some_and(|(scheme, rest)| {
            !rest.is_empty()
                && SCHEMES
                    .iter()
                    .any(|known| scheme.eq_ignore_ascii_case(known))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_payment_links_are_taken_from_a_command_line() {
        for link in [
            "lightning:lnbc1",
            "CASHU:creqA1",
            "bitcoin:?lightning=lnbc1",
        ] {
            assert!(is_link(link), "{link}");
        }
        let long = format!("lightning:{}", "a".repeat(LONGEST));
        for other in [
            "",
            "--help",
            "file:///etc/passwd",
            "https://shop.example",
            "cashu:",
            &long,
        ] {
            assert!(!is_link(other), "{other}");
        }
    }

    #[test]
    fn the_schemes_are_those_the_system_is_told_of() {
        let config: serde_json::Value =
            serde_json::from_str(include_str!("../tauri.conf.json")).unwrap();
        for place in [
            "/plugins/deep-link/desktop/schemes",
            "/plugins/deep-link/mobile/0/scheme",
        ] {
            assert_eq!(config.pointer(place).unwrap(), &serde_json::json!(SCHEMES));
        }
    }
}
