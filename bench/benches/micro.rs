//! Small steps, with criterion: `cargo bench` in this folder.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a measurement that cannot start should stop"
)]

use std::hint::black_box;
use std::path::Path;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use farthing_money::{Amount, Unit};
use farthing_rails::code;
use farthing_store::History;
use farthing_store::history::{NewEntry, PaymentId};
use farthing_vault::{Device, Mark, Secret, Vault};

fn passphrase() -> Secret {
    Secret::from_text("correct horse battery staple".to_owned())
}

/// A vault at the least cost there may be: what is measured here is behind it.
fn vault(folder: &Path) -> Vault {
    let device = Device::without_keychain().at_least_cost();
    let mark = Mark::Practice { town: None };
    Vault::create_on(&device, folder, &passphrase(), mark, None)
        .unwrap()
        .0
}

fn history(folder: &Path, vault: &Vault, rows: u64) -> History {
    let path = folder.join("history.db");
    let mut history =
        History::open_or_create(&path, &vault.history_file_key(), vault.history_keys()).unwrap();
    let body = vec![b'x'; 310];
    let words: Vec<String> = (0..rows)
        .map(|row| format!("Corner Shop {} coffee n{row}", row % 400))
        .collect();
    for words in words.chunks(500) {
        let entries: Vec<NewEntry<'_>> = words
            .iter()
            .map(|words| NewEntry {
                payment: PaymentId::random(),
                merchant: None,
                at_ms: 1,
                body: &body,
                words,
            })
            .collect();
        history.append_all(&entries).unwrap();
    }
    history
}

fn journal(bench: &mut Criterion) {
    let mut group = bench.benchmark_group("journal");
    for rows in [1_000_u64, 10_000] {
        let folder = tempfile::tempdir().unwrap();
        let vault = vault(folder.path());
        drop(history(folder.path(), &vault, rows));
        let path = folder.path().join("history.db");
        let open = || {
            History::open_existing(&path, &vault.history_file_key(), vault.history_keys()).unwrap()
        };
        group.throughput(Throughput::Elements(rows));
        group.bench_with_input(BenchmarkId::new("open", rows), &rows, |bench, _| {
            bench.iter(|| black_box(open().head()));
        });
        let mut history = open();
        history.search("corner", 50).unwrap();
        for (name, typed) in [("common", "co"), ("rare", "n777"), ("none", "zz")] {
            let id = BenchmarkId::new(format!("search-{name}"), rows);
            group.bench_with_input(id, &rows, |bench, _| {
                bench.iter(|| black_box(history.search(typed, 50).unwrap()));
            });
        }
        group.throughput(Throughput::Elements(1));
        group.bench_with_input(BenchmarkId::new("append", rows), &rows, |bench, _| {
            bench.iter(|| {
                history
                    .append(&NewEntry {
                        payment: PaymentId::random(),
                        merchant: None,
                        at_ms: 1,
                        body: &[b'x'; 310],
                        words: "Corner Shop coffee",
                    })
                    .unwrap()
            });
        });
    }
    group.finish();
}

fn codes(bench: &mut Criterion) {
    let mut group = bench.benchmark_group("code");
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus/code");
    let kept: Vec<String> = std::fs::read_dir(corpus)
        .unwrap()
        .filter_map(|file| std::fs::read_to_string(file.ok()?.path()).ok())
        .collect();
    group.throughput(Throughput::Elements(u64::try_from(kept.len()).unwrap()));
    group.bench_function("every kept code", |bench| {
        bench.iter(|| {
            for text in &kept {
                let _ = black_box(code::read(black_box(text)));
            }
        });
    });
    group.bench_function("amount", |bench| {
        bench.iter(|| Amount::parse(black_box("12.34 usd"), Unit::Sat));
    });
    group.finish();
}

criterion_group!(benches, journal, codes);
criterion_main!(benches);
