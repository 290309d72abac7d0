//! A Tauri window with one line of text: the least any app in such a window costs.
//! `cargo xtask bench window` measures it beside ours.

fn main() -> std::process::ExitCode {
    let made = tauri::Builder::default().run(tauri::generate_context!(
        "examples/empty-window/tauri.conf.json"
    ));
    if made.is_ok() {
        std::process::ExitCode::SUCCESS
    } else {
        std::process::ExitCode::FAILURE
    }
}
