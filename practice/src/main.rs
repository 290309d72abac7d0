//! `farthing-practice`: opens the practice town and keeps it open.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use farthing_practice::town::Town;
use tracing_subscriber::EnvFilter;

/// A town of issuers, a Lightning network and shops with play money.
///
/// Prints one JSON manifest when everything answers and runs until it is told
/// to stop. Listens on 127.0.0.1 only.
#[derive(Debug, Parser)]
#[command(name = "farthing-practice", version)]
struct Arguments {
    /// Folder the town lives in; made if missing.
    #[arg(long, value_name = "DIR")]
    home: PathBuf,
    /// First port of the town's block; remembered for the next start.
    #[arg(long, value_name = "N")]
    port: Option<u16>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("warn,farthing_practice=info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    // Asked for first: a signal during opening must not be lost.
    let stop = stop_signal()?;
    let town = Town::open(&arguments.home, arguments.port).await?;
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, town.manifest())?;
    writeln!(out)?;
    out.flush()?;
    drop(out);
    stop.await;
    town.close().await;
    Ok(())
}

#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
