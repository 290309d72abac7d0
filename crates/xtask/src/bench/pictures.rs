//! Codes in other people's pictures.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::Bench;
use super::table::Table;
use crate::Outcome;
use crate::steps::Step;

/// The variable that names the folder with `qrcode-1` to `qrcode-6`.
const SETS: &str = "FARTHING_PICTURES";

/// zxing's black-box sets, read by every decoder there is.
pub(super) fn read(step: &Step, bench: &Bench) -> Outcome<String> {
    let Some(sets) = std::env::var_os(SETS).map(PathBuf::from) else {
        return Ok(format!(
            "Left out: {SETS} names no folder. The pictures are \
             `core/src/test/resources/blackbox` of https://github.com/zxing/zxing (14 MB)."
        ));
    };
    let mut read = Command::new(&bench.inside);
    let report = bench.tell(step, read.arg("pictures").arg(sets))?;
    let mut table = Table::new(&[
        "decoder",
        "read upright",
        "wrong",
        "a quarter turn",
        "two",
        "three",
        "ms: median, p95, max",
        "all of them, s",
    ]);
    let readers = report.get("readers").and_then(Value::as_array);
    for reader in readers.into_iter().flatten() {
        let at = |path: &str| reader.pointer(path).map_or_else(String::new, shown);
        let wrong = reader.get("wrong").and_then(Value::as_array);
        let ms = ["median", "p95", "max"].map(|what| at(&format!("/ms/wall/{what}")));
        table.row(&[
            at("/reader"),
            at("/correct/0"),
            wrong.map_or(0, Vec::len).to_string(),
            at("/correct/1"),
            at("/correct/2"),
            at("/correct/3"),
            ms.join(", "),
            at("/total_s"),
        ]);
    }
    let pictures = report.get("pictures").map_or_else(String::new, shown);
    Ok(format!("{pictures} pictures.\n\n{}", table.text()))
}

fn shown(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
