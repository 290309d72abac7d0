//! What the app may be asked for, and the page it shows.

use std::path::Path;

include!("src/commands/names.rs");

fn main() {
    println!("cargo:rerun-if-changed=src/commands/names.rs");
    if !Path::new("../ui/dist/index.html").is_file() {
        println!(
            "cargo:error=the window's page is not built: `cargo xtask setup` builds it, or \
             `npm ci && npm run build` in ui/"
        );
        std::process::exit(1);
    }
    let attributes = tauri_build::Attributes::new()
        .app_manifest(tauri_build::AppManifest::new().commands(NAMES));
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo:error={error:#}");
        std::process::exit(1);
    }
}
