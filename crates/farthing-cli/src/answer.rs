//! Printing answers: one JSON document, or text for people.

use std::io::{self, Write};

use farthing_api::{Document, Exit, Failure};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::render::{Page, Show};

/// How answers are printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// One JSON document on stdout.
    Json,
    /// Text for people.
    Text,
}

/// Prints an answer.
pub(crate) fn answer<T: Serialize + Show>(form: Form, practice: bool, body: T) {
    match form {
        Form::Json => json(&Document { body, practice }),
        Form::Text => text(&page(practice, &body)),
    }
}

/// Prints the answer after [`before_asking`], which has the mark of play money already.
pub(crate) fn rest<T: Serialize + Show>(form: Form, practice: bool, body: T) {
    answer(form, practice && form == Form::Json, body);
}

/// Shows people something before they are asked about it. Programs see it in the answer.
pub(crate) fn before_asking<T: Show>(form: Form, practice: bool, body: &T) {
    if form == Form::Text {
        let mut page = page(practice, body);
        page.push('\n');
        text(&page);
    }
}

fn page<T: Show>(practice: bool, body: &T) -> Zeroizing<String> {
    let mut page = Page::new(practice);
    body.show(&mut page);
    Zeroizing::new(page.finish())
}

/// Prints text as it is. A reader that went away is no error: what was done is done.
pub(crate) fn text(text: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Prints a JSON document.
pub(crate) fn json(document: &impl Serialize) {
    // It may hold money or words: not left behind in memory.
    let mut bytes = Zeroizing::new(Vec::with_capacity(16 * 1024));
    if serde_json::to_writer(&mut *bytes, document).is_ok() {
        bytes.push(b'\n');
        let mut out = io::stdout().lock();
        let _ = out.write_all(&bytes).and_then(|()| out.flush());
    }
}

/// Says on stderr something for people.
pub(crate) fn aside(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Says on stderr that this is play money.
pub(crate) fn practice_aside(practice: bool) {
    if practice {
        aside(crate::render::PRACTICE);
    }
}

/// Shows a drawing on stderr, with the colours it has.
pub(crate) fn drawing_aside(drawing: &str) {
    let _ = writeln!(io::stderr().lock(), "\n{drawing}");
}

/// Prints why something was not done.
pub(crate) fn failure(form: Form, practice: bool, failure: &Failure) {
    if form == Form::Json {
        json(&failure.report());
        return;
    }
    let mut page = Page::new(practice);
    page.line(&failure.text);
    // Someone who mistyped a command was not worried about money.
    if failure.exit != Exit::Usage {
        page.line(failure.money.sentence());
    }
    if let Some(next) = &failure.next {
        page.line(next);
    }
    if let Some(payment) = &failure.payment {
        page.line(&format!(
            "The payment it is about: farthing receipt {payment}"
        ));
    }
    let _ = write!(io::stderr().lock(), "{}", page.finish());
}
