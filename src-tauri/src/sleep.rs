//! Locks the wallet when the screen is locked or the device goes to sleep.

use tauri::AppHandle;

/// Listens, where the system says so on its message bus.
#[cfg(target_os = "linux")]
pub(crate) fn watch(app: AppHandle) {
    for signal in [linux::SCREEN, linux::SLEEP, linux::SESSION] {
        let app = app.clone();
        std::thread::spawn(move || {
            // A system without this bus or this service locks by idle time alone.
            let _ = linux::lock_at(&signal, &app);
        });
    }
}

/// Elsewhere the idle time counts, and a gap in it (see `idle`).
#[cfg(not(target_os = "linux"))]
pub(crate) fn watch(_: AppHandle) {}

#[cfg(target_os = "linux")]
mod linux {
    use tauri::{AppHandle, Manager};
    use zbus::blocking::{Connection, MessageIterator};
    use zbus::{MatchRule, message};

    use crate::session::Session;

    pub(super) struct Signal {
        of_the_system: bool,
        interface: &'static str,
        member: &'static str,
    }

    pub(super) const SCREEN: Signal = Signal {
        of_the_system: false,
        interface: "org.freedesktop.ScreenSaver",
        member: "ActiveChanged",
    };
    pub(super) const SLEEP: Signal = Signal {
        of_the_system: true,
        interface: "org.freedesktop.login1.Manager",
        member: "PrepareForSleep",
    };
    pub(super) const SESSION: Signal = Signal {
        of_the_system: true,
        interface: "org.freedesktop.login1.Session",
        member: "Lock",
    };

    pub(super) fn lock_at(signal: &Signal, app: &AppHandle) -> zbus::Result<()> {
        let bus = if signal.of_the_system {
            Connection::system()?
        } else {
            Connection::session()?
        };
        let rule = MatchRule::builder()
            .msg_type(message::Type::Signal)
            .interface(signal.interface)?
            .member(signal.member)?
            .build();
        for message in MessageIterator::for_match_rule(rule, &bus, None)? {
            // `false` says that it is over; `Lock` says nothing.
            let begins = message?.body().deserialize::<bool>().unwrap_or(true);
            if begins {
                app.state::<Session>().lock(app);
            }
        }
        Ok(())
    }
}
