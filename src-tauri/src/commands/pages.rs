//! Pages and files behind HTTP 402: got, kept, and saved where downloads go.

use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use farthing_api::requests::{GetPage, WithPage};
use farthing_api::{Event, GotPage, KeptFile, LibraryReport, PageReport};
use farthing_wallet::{CodeInput, Fetched, PageId, PageText, ReviewRequest};
use tauri::{AppHandle, Manager, State};

use super::files::{downloads, new_file};
use super::{Answer, aside, payment, wrong};
use crate::events::{self, Events};
use crate::session::Session;

/// More often than this nobody sees a bar move.
const BETWEEN_NEWS: Duration = Duration::from_millis(100);

#[tauri::command]
pub(crate) async fn get_page(
    app: AppHandle,
    session: State<'_, Session>,
    request: GetPage,
) -> Answer<GotPage> {
    let open = session.open()?;
    let mut told = Instant::now();
    let mut progress = |here, whole| {
        if told.elapsed() >= BETWEEN_NEWS {
            told = Instant::now();
            app.state::<Events>().tell(Event::Download { here, whole });
        }
    };
    let page = match (request.payment, request.code) {
        (Some(id), _) => {
            let id = payment(&id)?;
            Some(open.wallet.collect_page(id, &mut progress).await?)
        }
        (None, Some(code)) => {
            let request = ReviewRequest {
                code: CodeInput::Text(code),
                amount: None,
                share: Vec::new(),
                only_this_time: false,
                note: None,
                purse: None,
            };
            match open.wallet.fetch_page(&request, &mut progress).await? {
                Fetched::Here(page) => Some(page),
                // The check shows what it costs; nothing is paid from here.
                Fetched::Asks(_) => None,
            }
        }
        (None, None) => return Err(wrong("no_code", &"no page was named")),
    };
    // What a crash left undecided may be decided now.
    events::changed(&app);
    Ok(GotPage {
        page: page.as_ref().map(PageReport::from),
    })
}

#[tauri::command]
pub(crate) async fn library(session: State<'_, Session>) -> Answer<LibraryReport> {
    let open = session.open()?;
    let pages = aside(move || open.wallet.pages()).await??;
    Ok(LibraryReport {
        pages: pages.iter().map(PageReport::from).collect(),
    })
}

#[tauri::command]
pub(crate) async fn save_page(
    app: AppHandle,
    session: State<'_, Session>,
    request: WithPage,
) -> Answer<KeptFile> {
    let open = session.open()?;
    let id: PageId = request.page.parse()?;
    let folder = downloads(&app)?;
    let name = aside(move || {
        let text = open.wallet.read_page(id)?;
        write(&folder, text)
    })
    .await??;
    Ok(KeptFile { name })
}

/// Writes it whole, or leaves nothing of it.
fn write(folder: &Path, mut text: PageText) -> Answer<String> {
    let unwritable = |error: std::io::Error| wrong("file_unwritable", &error);
    let (mut file, name) = new_file(folder, text.name()).map_err(unwritable)?;
    let mut all = || -> Answer<()> {
        while let Some(piece) = text.next_piece()? {
            file.write_all(&piece).map_err(unwritable)?;
        }
        file.sync_all().map_err(unwritable)
    };
    let written = all();
    if written.is_err() {
        let _ = std::fs::remove_file(folder.join(&name));
    }
    written.map(|()| name)
}

#[tauri::command]
pub(crate) async fn remove_page(session: State<'_, Session>, request: WithPage) -> Answer<()> {
    let open = session.open()?;
    open.wallet.remove_page(request.page.parse()?)?;
    Ok(())
}
