//! The practice town as a neighbour: started, read, asked, stopped.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use serde_json::{Value, json};

use crate::{Outcome, Trouble, loopback};

/// A running practice town; it stops when this is dropped.
#[derive(Debug)]
pub struct Town {
    child: Child,
    manifest: Value,
}

impl Town {
    /// Starts the town that lives in `home` and waits until it is open.
    pub fn start(program: &Path, home: &Path) -> Outcome<Self> {
        let trouble = |why: String| {
            Trouble::new(format!(
                "the practice town did not start ({}): {why}",
                program.display()
            ))
        };
        // In a file, not a pipe: it can be read afterwards and never fills up.
        let log_path = home.join("town.log");
        let log = fs::create_dir_all(home)
            .and_then(|()| File::create(&log_path))
            .map_err(|e| trouble(e.to_string()))?;
        let mut child = Command::new(program)
            .arg("--home")
            .arg(home)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .map_err(|e| trouble(e.to_string()))?;
        let Some(mut out) = child.stdout.take() else {
            stop(&mut child);
            return Err(trouble("it has no output".into()));
        };
        let first = serde_json::Deserializer::from_reader(&mut out)
            .into_iter::<Value>()
            .next();
        let Some(Ok(manifest)) = first else {
            stop(&mut child);
            let said = fs::read_to_string(&log_path).unwrap_or_default();
            return Err(trouble(format!("it printed no manifest.\n{}", said.trim())));
        };
        // Keeps the pipe empty, so that the town never has to wait for a reader.
        thread::spawn(move || io::copy(&mut out, &mut io::sink()));
        Ok(Self { child, manifest })
    }

    /// What the town says of itself: addresses, codes, pictures.
    #[must_use]
    pub fn manifest(&self) -> &Value {
        &self.manifest
    }

    /// A text in the manifest, by JSON pointer.
    pub fn text(&self, pointer: &str) -> Outcome<&str> {
        self.manifest
            .pointer(pointer)
            .and_then(Value::as_str)
            .ok_or_else(|| {
                Trouble::new(format!(
                    "the town's manifest has no text at {pointer}: {}",
                    self.manifest
                ))
            })
    }

    /// Where the issuer called `name` answers.
    pub fn issuer(&self, name: &str) -> Outcome<&str> {
        named(self.manifest.get("issuers"), name)
            .and_then(|issuer| issuer.get("url")?.as_str())
            .ok_or_else(|| Trouble::new(format!("no issuer {name} in {}", self.manifest)))
    }

    /// Asks the control API for `path`.
    pub fn ask(&self, path: &str) -> Outcome<Value> {
        loopback::get(&format!("{}{path}", self.text("/control")?))?.json()
    }

    /// Tells the control API `what` at `path`.
    pub fn tell(&self, path: &str, what: &Value) -> Outcome<Value> {
        loopback::post(&format!("{}{path}", self.text("/control")?), what)?.json()
    }

    /// Has someone on the town's Lightning network pay `invoice`.
    pub fn pay_invoice(&self, invoice: &str) -> Outcome<Value> {
        self.tell("/lightning/pay", &json!({ "invoice": invoice }))
    }

    /// Stops the town; its folder keeps everything for the next start.
    pub fn stop(mut self) {
        stop(&mut self.child);
    }

    /// Waits until the town ends by itself, as it does when a person presses Ctrl-C.
    pub fn wait(mut self) -> Outcome {
        self.child
            .wait()
            .map(drop)
            .map_err(|e| Trouble::new(format!("lost the town: {e}")))
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        stop(&mut self.child);
    }
}

/// The entry called `name` in a list of things with names.
#[must_use]
pub fn named<'a>(list: Option<&'a Value>, name: &str) -> Option<&'a Value> {
    list?
        .as_array()?
        .iter()
        .find(|entry| entry.get("name").and_then(Value::as_str) == Some(name))
}

/// Ends a process for good. Nothing the town keeps is lost by that: its state
/// survives being killed, which is what its own tests promise.
fn stop(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}
