//! The app: one window, the commands it may call, and what the operating system brings.
//!
//! No business rules live here. A command reads its request, asks the wallet and hands its answer
//! on; what it may be asked is listed in [`commands`] and granted to the window by name.

mod commands;
mod events;
mod idle;
mod links;
mod session;
mod sleep;
mod town;
mod window;

use std::process::ExitCode;

use tauri::{Manager, RunEvent};

use session::Session;

/// Runs the app until its window is closed.
#[cfg_attr(mobile, tauri::mobile_entry_point(name = "start"))]
#[must_use]
pub fn run() -> ExitCode {
    farthing_wallet::no_core_dumps();
    let app = with_plugins(tauri::Builder::default())
        .invoke_handler(commands::handler())
        .setup(|app| {
            let home = session::home(app.handle())?;
            app.manage(Session::new(home));
            app.manage(events::Events::default());
            links::listen(app.handle());
            window::open(app.handle())?;
            idle::watch(app.handle().clone());
            sleep::watch(app.handle().clone());
            Ok(())
        })
        .build(tauri::generate_context!());
    match app {
        Ok(app) => {
            app.run(|app, event| {
                if matches!(event, RunEvent::Exit) {
                    let session = app.state::<Session>();
                    session.close();
                    session.close_town();
                }
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "there is no window to say it in")]
            {
                eprintln!("Farthing cannot open its window: {error}");
            }
            ExitCode::FAILURE
        }
    }
}

#[cfg(desktop)]
fn with_plugins(builder: tauri::Builder<tauri::Wry>) -> tauri::Builder<tauri::Wry> {
    builder
        // First, so that a second start ends before anything of it has begun.
        .plugin(tauri_plugin_single_instance::init(|app, arguments, _| {
            window::show(app);
            links::opened(app, arguments.iter().skip(1));
        }))
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(mail())
}

/// Opens the mail program, when the app asks for that: no link of the page's opens anything.
fn mail() -> impl tauri::plugin::Plugin<tauri::Wry> {
    tauri_plugin_opener::Builder::new()
        .open_js_links_on_click(false)
        .build()
}

#[cfg(mobile)]
fn with_plugins(builder: tauri::Builder<tauri::Wry>) -> tauri::Builder<tauri::Wry> {
    builder
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(mail())
        .plugin(tauri_plugin_barcode_scanner::init())
        .plugin(tauri_plugin_biometric::init())
}
