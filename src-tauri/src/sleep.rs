//! Locks the wallet when the screen is locked or the device goes to sleep.

use tauri::AppHandle;

/// Listens, where the system says so on its message buses.
#[cfg(target_os = "linux")]
pub(crate) fn watch(app: AppHandle) {
    for bus in [linux::Bus::Session, linux::Bus::System] {
        let app = app.clone();
        std::thread::spawn(move || {
            // A system without this bus locks by idle time alone.
            let _ = linux::lock_at_signals_of(bus, &app);
        });
    }
}

/// Elsewhere the idle time counts, and a gap in it (see `idle`).
#[cfg(not(target_os = "linux"))]
pub(crate) fn watch(_: AppHandle) {}

#[cfg(target_os = "linux")]
mod linux {
    use tauri::{AppHandle, Manager};
    use zbus::blocking::fdo::DBusProxy;
    use zbus::blocking::{Connection, MessageIterator};
    use zbus::{MatchRule, Message, message};

    use crate::session::Session;

    #[derive(Clone, Copy)]
    pub(super) enum Bus {
        Session,
        System,
    }

    /// The interface and the name of a signal.
    type Signal = (&'static str, &'static str);

    /// What desktops say when their screen is locked; each has a name of its own for it.
    const SCREEN: &[Signal] = &[
        ("org.freedesktop.ScreenSaver", "ActiveChanged"),
        ("org.gnome.ScreenSaver", "ActiveChanged"),
        ("org.cinnamon.ScreenSaver", "ActiveChanged"),
        ("org.mate.ScreenSaver", "ActiveChanged"),
        ("org.xfce.ScreenSaver", "ActiveChanged"),
    ];
    /// What the system says (systemd's logind, or elogind).
    const LOGIND: &[Signal] = &[
        ("org.freedesktop.login1.Manager", "PrepareForSleep"),
        ("org.freedesktop.login1.Session", "Lock"),
    ];

    pub(super) fn lock_at_signals_of(bus: Bus, app: &AppHandle) -> zbus::Result<()> {
        let (connection, signals) = match bus {
            Bus::Session => (Connection::session()?, SCREEN),
            Bus::System => (Connection::system()?, LOGIND),
        };
        let heard = MessageIterator::from(&connection);
        let proxy = DBusProxy::new(&connection)?;
        for (interface, member) in signals {
            let rule = MatchRule::builder()
                .msg_type(message::Type::Signal)
                .interface(*interface)?
                .member(*member)?
                .build();
            proxy.add_match_rule(rule)?;
        }
        for message in heard {
            if says_lock(&message?, signals) {
                app.state::<Session>().lock(app);
            }
        }
        Ok(())
    }

    fn says_lock(message: &Message, signals: &[Signal]) -> bool {
        let header = message.header();
        let (Some(interface), Some(member)) = (header.interface(), header.member()) else {
            return false;
        };
        // `false` says that it is over; `Lock` says nothing.
        header.message_type() == message::Type::Signal
            && signals.contains(&(interface.as_str(), member.as_str()))
            && message.body().deserialize::<bool>().unwrap_or(true)
    }
}
