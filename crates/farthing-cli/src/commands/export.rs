//! `export`: everything the wallet knows, as one JSON document or as sheets.

use std::path::{Path, PathBuf};

use farthing_api::{Document, Exit, ExportReport, Failure};
use serde::Serialize;
use zeroize::Zeroizing;

use super::{Context, is_practice};
use crate::answer;
use crate::args::Export;
use crate::files::{unwritable, write_new};
use crate::progress;
use crate::render::{Page, Show};

/// Where an export was written.
#[derive(Serialize)]
struct Exported {
    file: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<String>,
    payments: usize,
    merchants: usize,
}

impl Show for Exported {
    fn show(&self, page: &mut Page) {
        page.about("Written to", &self.file);
        page.about("Payments", &self.payments.to_string());
        page.about("Merchants", &self.merchants.to_string());
        page.line("It can be read by whoever has it. Your words, and money, are not in it.");
    }
}

pub(super) async fn export(context: &Context, asked: Export) -> Result<Exit, Failure> {
    let wallet = context.open_without_asking().await?;
    let practice = is_practice(&wallet);
    let everything = progress::during("Gathering everything", wallet.everything()).await?;
    let body = ExportReport::of(everything);
    let (payments, merchants) = (body.payments.len(), body.merchants.len());
    let document = Document { body, practice };
    if let Some(folder) = asked.csv {
        let files = sheets(&folder, &document.body)?;
        let exported = Exported {
            file: folder.display().to_string(),
            files,
            payments,
            merchants,
        };
        answer::answer(context.form, practice, exported);
        return Ok(Exit::Done);
    }
    let Some(file) = asked.file else {
        answer::json(&document);
        return Ok(Exit::Done);
    };
    let text = serde_json::to_vec_pretty(&document).map(Zeroizing::new);
    let written = text
        .map_err(std::io::Error::from)
        .and_then(|text| write_new(&file, &text));
    written.map_err(|error| not_written(&file, &error))?;
    let exported = Exported {
        file: file.display().to_string(),
        files: Vec::new(),
        payments,
        merchants,
    };
    answer::answer(context.form, practice, exported);
    Ok(Exit::Done)
}

/// Writes every sheet, or none: one that cannot be written takes those before it along.
fn sheets(folder: &Path, export: &ExportReport) -> Result<Vec<String>, Failure> {
    let files: Vec<(PathBuf, Zeroizing<String>)> = export
        .sheets()
        .into_iter()
        .map(|sheet| {
            let file = folder.join(format!("{}.csv", sheet.name));
            (file, Zeroizing::new(sheet.text))
        })
        .collect();
    make(folder).map_err(|error| not_written(folder, &error))?;
    for (at, (file, text)) in files.iter().enumerate() {
        if let Err(error) = write_new(file, text.as_bytes()) {
            for (written, _) in files.iter().take(at) {
                let _ = std::fs::remove_file(written);
            }
            return Err(not_written(file, &error));
        }
    }
    Ok(files
        .iter()
        .map(|(file, _)| file.display().to_string())
        .collect())
}

/// A folder closed to others, unless it is there.
fn make(folder: &Path) -> std::io::Result<()> {
    let mut folders = std::fs::DirBuilder::new();
    folders.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folders, 0o700);
    folders.create(folder)
}

fn not_written(file: &Path, error: &std::io::Error) -> Failure {
    unwritable(format!("{}: {error}", file.display()))
}
