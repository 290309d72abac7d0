//! The real window, as a person uses it: the app in WebKit on a screen of its own, with taps and
//! keys through WebDriver. What is not on the screen is not known.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use xtask::loopback;
use xtask::places::Places;

use crate::egress;
use crate::person::readable_by;

/// Longer than anything a person waits for here.
const PATIENCE: Duration = Duration::from_secs(90);
/// Fields whose text stays on the device.
const SECRETS: [&str; 4] = ["PIN", "assphrase", "words", "Note"];
/// How WebDriver calls an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Somebody's device: a folder, a screen, perhaps a session with a keychain, and things the app is
/// told by its surroundings.
#[derive(Debug)]
pub struct Device {
    folder: TempDir,
    screen: Child,
    display: String,
    surroundings: Vec<(String, String)>,
}

/// The app's window on a device.
#[derive(Debug)]
pub struct Window {
    driver: Child,
    session: String,
    /// What left for the network, if it is recorded.
    recorded: Option<PathBuf>,
    /// What was typed that nobody else may learn.
    secrets: Mutex<Vec<String>>,
    took: Duration,
}

impl Device {
    /// A device without a wallet. It has no keychain unless it [works in](Self::work_in) a session.
    #[must_use]
    pub fn new() -> Self {
        let mut screen = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1280x900x24",
                "-nolisten",
                "tcp",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the package xvfb is needed");
        let mut number = String::new();
        BufReader::new(screen.stdout.take().unwrap())
            .read_line(&mut number)
            .unwrap();
        let folder = tempfile::Builder::new()
            .prefix("farthing-device-")
            .tempdir()
            .unwrap();
        Self {
            folder,
            screen,
            display: format!(":{}", number.trim()),
            // An address where no bus is: the keychain of whoever runs the tests is left alone.
            surroundings: vec![(
                "DBUS_SESSION_BUS_ADDRESS".into(),
                "unix:path=/nonexistent/bus".into(),
            )],
        }
    }

    /// From now on the app runs in the session whose bus is at `address`, with its keychain.
    pub fn work_in(&mut self, address: &str) {
        self.tell("DBUS_SESSION_BUS_ADDRESS", address);
    }

    /// From now on the app finds the practice town at `address`.
    pub fn stand_in(&mut self, address: &str) {
        self.tell("FARTHING_PRACTICE_TOWN", address);
    }

    /// Sets a variable for the app.
    pub fn tell(&mut self, name: &str, value: &str) {
        self.surroundings.retain(|(known, _)| known != name);
        self.surroundings.push((name.to_owned(), value.to_owned()));
    }

    /// Where the wallet is.
    #[must_use]
    pub fn home(&self) -> PathBuf {
        self.folder.path().join("wallet")
    }

    /// Everything the app may write.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts the app with `arguments` and waits until its window shows something.
    #[must_use]
    #[track_caller]
    pub fn start(&self, arguments: &[&str]) -> Window {
        let app = Places::find().app();
        assert!(app.is_file(), "no app: `cargo xtask setup` builds it");
        let recorder = egress::recorder();
        let recorded = recorder.map(|_| self.folder.path().join("egress.log"));
        let app = recorder.map_or_else(|| app.clone(), |recorder| self.recorded(&app, recorder));
        self.open(&app, arguments, recorded)
    }

    /// Starts any program with a window, with nothing that records what leaves: to measure it.
    #[must_use]
    #[track_caller]
    pub fn start_unrecorded(&self, program: &Path) -> Window {
        self.open(program, &[], None)
    }

    #[track_caller]
    fn open(&self, app: &Path, arguments: &[&str], recorded: Option<PathBuf>) -> Window {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .unwrap()
            .port();
        let mut driver = Command::new("WebKitWebDriver");
        driver
            .arg(format!("--port={port}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("DISPLAY", &self.display)
            .env("LANG", "C.UTF-8")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env("NO_AT_BRIDGE", "1")
            .env("FARTHING_HOME", self.home())
            .env("HOME", self.folder.path());
        for folder in ["CONFIG", "DATA", "CACHE", "STATE"] {
            let path = self.folder.path().join(folder.to_lowercase());
            driver.env(format!("XDG_{folder}_HOME"), path);
        }
        for (name, value) in &self.surroundings {
            driver.env(name, value);
        }
        let driver = driver
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the package webkit2gtk-driver is needed");
        let mut window = Window {
            driver,
            session: String::new(),
            recorded,
            secrets: Mutex::default(),
            took: Duration::ZERO,
        };
        let at = format!("http://127.0.0.1:{port}");
        until("the driver answers", || {
            loopback::get(&format!("{at}/status")).ok()
        });
        let options = json!({ "binary": app.display().to_string(), "args": arguments });
        let wanted =
            json!({ "capabilities": { "alwaysMatch": { "webkitgtk:browserOptions": options } } });
        let began = Instant::now();
        let made = loopback::post(&format!("{at}/session"), &wanted)
            .and_then(|answer| answer.json())
            .unwrap_or_else(|e| panic!("the app did not start: {e}"));
        let id = made["value"]["sessionId"].as_str().unwrap();
        window.session = format!("{at}/session/{id}");
        until_soon("something is on the screen", || {
            (!window.text().is_empty()).then_some(())
        });
        window.took = began.elapsed();
        window
    }
}

impl Device {
    /// The app with the recorder in it; in the driver it would record the test itself.
    fn recorded(&self, app: &Path, recorder: &Path) -> PathBuf {
        let script = self.folder.path().join("recorded-app");
        let text = format!(
            "#!/bin/sh\nLD_PRELOAD='{}' EGRESS_LOG='{}' exec '{}' \"$@\"\n",
            recorder.display(),
            self.folder.path().join("egress.log").display(),
            app.display()
        );
        fs::write(&script, text).unwrap();
        readable_by(&script, 0o700);
        script
    }
}

impl Default for Device {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        end(&mut self.screen);
    }
}

impl Window {
    /// Everything that can be read.
    #[must_use]
    pub fn text(&self) -> String {
        let text = self.run("return document.body.innerText", &[]);
        // Amounts keep their own direction and are not broken: both by marks that nobody sees.
        let unseen = |c: char| !('\u{2066}'..='\u{2069}').contains(&c);
        let text = text
            .as_str()
            .unwrap_or_default()
            .chars()
            .filter(|c| unseen(*c));
        text.map(|c| if c == '\u{a0}' { ' ' } else { c }).collect()
    }

    /// From the start of the program until its window showed something.
    #[must_use]
    pub const fn took(&self) -> Duration {
        self.took
    }

    /// What the program and the web view's own processes hold in memory, each page they share counted in
    /// parts, in KiB.
    #[must_use]
    pub fn memory_kib(&self) -> u64 {
        held_below(self.driver.id())
    }

    /// Waits until `text` can be read; how long that took, to a few milliseconds.
    #[track_caller]
    pub fn read_soon(&self, text: &str) -> Duration {
        let began = Instant::now();
        until_soon(text, || self.text().contains(text).then_some(()));
        began.elapsed()
    }

    /// Waits until `text` can be read.
    #[track_caller]
    pub fn read(&self, text: &str) {
        let found = wait(|| self.text().contains(text).then_some(()));
        assert!(
            found.is_some(),
            "`{text}` is not on the screen:\n{}",
            self.text()
        );
    }

    /// Taps what a screen reader calls `name`, exactly or, failing that, what begins with it.
    #[track_caller]
    pub fn tap(&self, name: &str) {
        let element = self.find(
            "button, a, [role=button], [role=tab], [role=radio], input[type=radio]",
            name,
        );
        self.on(&element, "click", &json!({}));
    }

    /// Types into the field that a screen reader calls `label`.
    #[track_caller]
    pub fn fill(&self, label: &str, text: &str) {
        let element = self.find("input, textarea", label);
        if SECRETS.iter().any(|secret| label.contains(secret)) {
            self.secrets.lock().unwrap().push(text.to_owned());
        }
        self.on(&element, "value", &json!({ "text": text }));
    }

    /// Presses keys wherever the focus is.
    pub fn press(&self, keys: &str) {
        let active = self.ask("GET", "element/active", None);
        let element = active[ELEMENT].as_str().unwrap().to_owned();
        self.on(&element, "value", &json!({ "text": keys }));
    }

    /// Whether something with this accessible name can be tapped now.
    #[must_use]
    pub fn offers(&self, name: &str) -> bool {
        !self.named("button, a", name).is_null()
    }

    /// Runs a script in the page.
    #[must_use]
    pub fn run(&self, script: &str, arguments: &[Value]) -> Value {
        let body = json!({ "script": script, "args": arguments });
        self.ask("POST", "execute/sync", Some(&body))
    }

    /// Runs a script that calls its last argument when it has an answer.
    #[must_use]
    pub fn run_slowly(&self, script: &str) -> Value {
        let body = json!({ "script": script, "args": [] });
        self.ask("POST", "execute/async", Some(&body))
    }

    /// What axe-core finds wrong with what is on the screen once nothing moves, one line each.
    #[must_use]
    pub fn accessibility_faults(&self) -> Vec<String> {
        let axe = Places::find()
            .root
            .join("ui/node_modules/axe-core/axe.min.js");
        let axe = fs::read_to_string(axe).expect("`npm ci` in ui/ brings axe-core");
        // The page's own policy lets no script in; the driver's scripts are the browser's.
        let script = format!(
            "{axe}; const done = arguments[0]; const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
             const moving = document.getAnimations()
               .filter((one) => one.effect.getComputedTiming().endTime !== Infinity)
               .map((one) => one.finished.catch(() => {{}}));
             Promise.all(moving).then(() => axe.run(document, {{ runOnly: tags }})).then(
               (found) => done(found.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html).join(' '))),
               (error) => done(['axe failed: ' + error]));"
        );
        serde_json::from_value(self.run_slowly(&script)).unwrap()
    }

    /// How large the window is, in points.
    pub fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height });
        self.ask("POST", "window/rect", Some(&size));
    }

    /// Every request that has left, where what leaves is recorded.
    #[must_use]
    pub fn requests(&self) -> Option<Vec<egress::Request>> {
        Some(egress::requests(&self.left(self.recorded.as_ref()?)))
    }

    fn left(&self, recorded: &Path) -> Vec<u8> {
        egress::without_the_driver(&fs::read(recorded).unwrap_or_default())
    }

    /// Kills the app at once, as a crash or a dead battery does.
    pub fn kill(self) {
        // Dropping does it: the driver's child, and WebKit's own processes go with it.
    }

    #[track_caller]
    fn find(&self, kinds: &str, name: &str) -> String {
        let found = wait(|| {
            let found = self.named(kinds, name);
            found[ELEMENT].as_str().map(str::to_owned)
        });
        found.unwrap_or_else(|| panic!("nothing is called `{name}`:\n{}", self.text()))
    }

    /// The element of these kinds that can be seen, is not switched off, and is called `name`.
    fn named(&self, kinds: &str, name: &str) -> Value {
        const SCRIPT: &str = "
            const [kinds, wanted] = arguments;
            const plain = (text) => (text ?? '').replace(/[\\u2066-\\u2069]/g, '').replace(/\\s+/g, ' ').trim();
            const label = (e) => plain(
              e.getAttribute('aria-label')
              ?? (e.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id)?.innerText ?? '').join(' ')
            ) || plain([...(e.labels ?? [])].map((l) => l.innerText).join(' ')) || plain(e.innerText);
            const seen = [...document.querySelectorAll(kinds)]
              .filter((e) => e.getClientRects().length > 0 && !e.disabled && !e.closest('[inert]'));
            return seen.find((e) => label(e) === wanted) ?? seen.find((e) => label(e).startsWith(wanted)) ?? null;";
        self.run(SCRIPT, &[json!(kinds), json!(name)])
    }

    fn on(&self, element: &str, what: &str, body: &Value) {
        self.ask("POST", &format!("element/{element}/{what}"), Some(body));
    }

    #[track_caller]
    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let url = format!("{}/{path}", self.session);
        let answer = match (method, body) {
            ("POST", Some(body)) => loopback::post(&url, body),
            _ => loopback::get(&url),
        };
        let answer = answer.unwrap_or_else(|e| panic!("{path}: {e}"));
        let said: Value = serde_json::from_slice(&answer.body).unwrap();
        assert!(answer.status == 200, "{path}: {said}");
        said["value"].clone()
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // First the app: a driver that is gone leaves it open, and the wallet held. Until it is
        // really gone, the next one would take itself for a second and leave.
        let driver = self.driver.id().to_string();
        let gone = || {
            let killed = Command::new("pkill")
                .args(["-KILL", "-P", &driver])
                .status();
            killed.is_ok_and(|status| !status.success()).then_some(())
        };
        wait(gone);
        end(&mut self.driver);
        let Some(recorded) = &self.recorded else {
            return;
        };
        if !thread::panicking() {
            let secrets = self.secrets.lock().unwrap();
            let complaints = egress::complaints(&self.left(recorded), &secrets);
            assert!(complaints.is_empty(), "{complaints:#?}");
        }
    }
}

fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

fn wait<T>(ready: impl FnMut() -> Option<T>) -> Option<T> {
    wait_by(Duration::from_millis(100), ready)
}

fn wait_by<T>(step: Duration, mut ready: impl FnMut() -> Option<T>) -> Option<T> {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        if let Some(value) = ready() {
            return Some(value);
        }
        thread::sleep(step);
    }
    None
}

/// Looks again so soon that what is measured is not how often it was looked.
#[track_caller]
fn until_soon<T>(what: &str, ready: impl FnMut() -> Option<T>) -> T {
    let found = wait_by(Duration::from_millis(4), ready);
    found.unwrap_or_else(|| panic!("it never came about: {what}"))
}

/// What every process started by `parent` holds, and by those, in KiB.
fn held_below(parent: u32) -> u64 {
    let number_after = |file: String, name: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        let number = line.trim().trim_end_matches(" kB");
        number.parse::<u64>().ok()
    };
    let all = fs::read_dir("/proc").into_iter().flatten().flatten();
    let all = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    all.filter(|id| number_after(format!("/proc/{id}/status"), "PPid:") == Some(u64::from(parent)))
        .map(|id| {
            let own = number_after(format!("/proc/{id}/smaps_rollup"), "Pss:");
            own.unwrap_or(0) + held_below(id)
        })
        .sum()
}

/// Waits until something came about.
///
/// # Panics
/// When it does not.
#[track_caller]
pub fn until<T>(what: &str, ready: impl FnMut() -> Option<T>) -> T {
    wait(ready).unwrap_or_else(|| panic!("it never came about that {what}"))
}
