//! Anonymous statistics are off; switched on, what leaves is what was shown, once, where the person
//! said.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test helpers")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread::JoinHandle;

use farthing_tests::{Person, Town, egress};
use serde_json::Value;

/// A site that takes one line; what it heard.
fn site() -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/figures", listener.local_addr().unwrap());
    let heard = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut heard = Vec::new();
        let mut piece = [0; 1024];
        while !heard.ends_with(b"}\n") {
            let read = stream.read(&mut piece).unwrap();
            assert!(read > 0, "it hung up");
            heard.extend_from_slice(&piece[..read]);
        }
        stream
            .write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
            .unwrap();
        String::from_utf8(heard).unwrap()
    });
    (url, heard)
}

fn statistics(person: &Person, what: &[&str]) -> Value {
    person
        .ask(&[&["sharing", "statistics"], what].concat())
        .done()
}

/// How many requests that left have this in them.
fn left(person: &Person, text: &str) -> usize {
    let requests = egress::requests(&person.left_the_device());
    let has = |request: &&egress::Request| {
        String::from_utf8_lossy(&request.body).contains(text) || request.path.contains(text)
    };
    requests.iter().filter(has).count()
}

#[test]
fn nothing_leaves_by_itself_and_what_leaves_is_what_was_shown_and_once() {
    let town = Town::open();
    let ada = town.person_with("Ada", "Maple", 1_000, "sat");
    ada.ask(&["give", "10", "--yes"]).done();
    let file = ada.folder().join("figures.json");
    let at = file.to_str().unwrap();
    let write = ["sharing", "statistics", "write", at];
    let (url, heard) = site();
    let post = ["sharing", "statistics", "post", &url, "--yes"];

    let shown = statistics(&ada, &[]);
    assert_eq!([&shown["on"], &shown["can_send"]], [false, false]);
    assert_eq!(shown["epsilon_spent"], "0.000");
    for refused in [&write[..], &post] {
        assert_eq!(ada.ask(refused).refused(1), "statistics_off");
    }
    assert!(!file.exists());

    assert_eq!(statistics(&ada, &["on"])["on"], true);
    let preview = ada.tell(&["sharing", "statistics", "preview"]);
    assert_eq!(preview.out, shown["text"].as_str().unwrap());
    assert_eq!(left(&ada, "farthing_statistics"), 0, "it left by itself");
    ada.ask(&write).done();
    assert_eq!(fs::read_to_string(&file).unwrap(), preview.out);
    assert_eq!(ada.ask(&write).refused(1), "file_unwritable");

    // Without a yes, and nobody to give it, nothing is sent.
    let unasked = ada.ask(&["sharing", "statistics", "post", &url]);
    assert_eq!(unasked.refused(2), "needs_yes");
    let sent = ada.ask(&post).done();
    assert_eq!(sent["can_send"], false);
    assert!(sent["sent"].is_string());
    // One month of six was told, by file and by post.
    assert_eq!(
        [&sent["epsilon_spent"], &sent["epsilon_year"]],
        ["0.511", "3.066"]
    );
    let heard = heard.join().unwrap();
    let (head, body) = heard.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, preview.out);
    for private in ["user-agent", "cookie", "referer", "Ada", "Maple"] {
        assert!(
            !head.contains(private) && !body.contains(private),
            "{heard}"
        );
    }
    assert_eq!(ada.ask(&post).refused(1), "statistics_sent");
    if egress::recorder().is_some() {
        assert_eq!(left(&ada, "farthing_statistics"), 1);
    }
    // Off is off, and on again shows the same bytes.
    assert_eq!(statistics(&ada, &["off"])["on"], false);
    assert_eq!(statistics(&ada, &["on"])["text"], shown["text"]);
}
