//! Whether the journal is as it was written.

use farthing_vault::{HistoryKeys, Link};
use rusqlite::{Connection, OptionalExtension as _};

use super::journal::{COLUMNS, Head, Sealed, head_seal};
use super::{ChainBreak, OpenHistoryError};

/// How much of a journal is looked at.
#[derive(Debug, Clone, Copy)]
pub(super) enum Look {
    /// Every row.
    Whole,
    /// Every row of a journal of at most `whole` rows. Of a longer one: that no number is missing,
    /// the last `stretch` rows, and as many somewhere else, elsewhere each time.
    AtOpening { whole: u64, stretch: u64 },
}

impl Look {
    /// What an opening can afford: every payment has two rows, and a hundred thousand payments must
    /// not keep a person waiting. Single pages put back from an old copy are all this could miss,
    /// and not for long; `SQLCipher` itself authenticates each page, and reading a row its seal.
    pub(super) const OPENING: Self = Self::AtOpening {
        whole: 10_000,
        stretch: 4_000,
    };
}

/// Checks the journal. Returns where it ends, or the first thing that is not as it was written.
pub(super) fn check(
    sqlite: &Connection,
    keys: &HistoryKeys,
    look: Look,
) -> Result<Head, OpenHistoryError> {
    let start = Head {
        entries: 0,
        link: keys.chain().start(),
    };
    let written = written_head(sqlite, keys);
    let walked = match (look, &written) {
        (Look::AtOpening { whole, stretch }, Ok(head)) if head.entries > whole => {
            complete(sqlite, head.entries)?;
            let somewhere = anywhere_below(head.entries.saturating_sub(stretch));
            let from = standing_at(sqlite, somewhere, start)?;
            walk(sqlite, keys, from, somewhere.saturating_add(stretch))?;
            let end = standing_at(sqlite, head.entries.saturating_sub(stretch), start)?;
            walk(sqlite, keys, end, u64::MAX)?
        }
        _ => walk(sqlite, keys, start, u64::MAX)?,
    };
    let written = written?;
    if written.entries != walked.entries {
        return Err(ChainBreak::End {
            expected: written.entries,
            found: walked.entries,
        }
        .into());
    }
    if written.link != walked.link {
        return Err(ChainBreak::Changed(walked.entries).into());
    }
    Ok(walked)
}

/// Follows the chain from behind one row to `until` or the end.
fn walk(
    sqlite: &Connection,
    keys: &HistoryKeys,
    from: Head,
    until: u64,
) -> Result<Head, OpenHistoryError> {
    let mut walked = from;
    // From the start there is no lower bound: a row that was put in before the first has a number
    // of its own.
    let after = match from.entries {
        0 => String::new(),
        seq => format!("WHERE seq > {seq}"),
    };
    let mut rows = sqlite.prepare(&format!(
        "SELECT {COLUMNS} FROM journal {after} ORDER BY seq"
    ))?;
    let mut rows = rows.query([])?;
    while walked.entries < until
        && let Some(row) = rows.next()?
    {
        let row = Sealed::read(row)?;
        let expected = walked.entries.saturating_add(1);
        if row.seq > expected {
            return Err(ChainBreak::Missing(expected).into());
        }
        if row.seq != expected
            || !keys
                .chain()
                .holds(&walked.link, &row.canonical(), &row.link)
        {
            return Err(ChainBreak::Changed(row.seq).into());
        }
        walked = Head {
            entries: expected,
            link: row.link,
        };
    }
    Ok(walked)
}

/// Whether every number up to the last is there, without reading the rows.
fn complete(sqlite: &Connection, entries: u64) -> Result<(), OpenHistoryError> {
    let (rows, first, last): (i64, Option<i64>, Option<i64>) = sqlite.query_row(
        "SELECT count(*), (SELECT min(seq) FROM journal), (SELECT max(seq) FROM journal)
         FROM journal",
        [],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    let last = last.map_or(0, i64::cast_unsigned);
    if last != entries {
        return Err(ChainBreak::End {
            expected: entries,
            found: last,
        }
        .into());
    }
    if first == Some(1) && rows.cast_unsigned() == entries {
        return Ok(());
    }
    // Something is missing or was put in: where, only the long way tells.
    let gap = "SELECT seq + 1 FROM journal AS here
               WHERE NOT EXISTS (SELECT 1 FROM journal WHERE seq = here.seq + 1)
               ORDER BY seq LIMIT 1";
    let gap: i64 = match first {
        Some(1) => sqlite.query_row(gap, [], |row| row.get(0))?,
        _ => 1,
    };
    Err(ChainBreak::Missing(gap.cast_unsigned()).into())
}

/// The chain as it stands behind row `seq`, by that row's own word: the next row's link covers it.
fn standing_at(sqlite: &Connection, seq: u64, start: Head) -> Result<Head, OpenHistoryError> {
    if seq == 0 {
        return Ok(start);
    }
    let link = "SELECT link FROM journal WHERE seq = ?1";
    let link = sqlite
        .query_row(link, [seq.cast_signed()], |row| row.get(0))
        .optional()?
        .ok_or(ChainBreak::Missing(seq))?;
    Ok(Head {
        entries: seq,
        link: Link(link),
    })
}

/// A number from 0 to `most`, another one each time.
fn anywhere_below(most: u64) -> u64 {
    let (random, _) = uuid::Uuid::new_v4().as_u64_pair();
    random % most.saturating_add(1)
}

fn written_head(sqlite: &Connection, keys: &HistoryKeys) -> Result<Head, OpenHistoryError> {
    let mut heads = sqlite.prepare("SELECT entries, link, seal FROM head")?;
    let mut heads = heads.query([])?;
    let Some(row) = heads.next()? else {
        return Err(ChainBreak::Head.into());
    };
    let written = Head {
        entries: u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0),
        link: Link(row.get(1)?),
    };
    if row.get::<_, [u8; 32]>(2)? != head_seal(keys, &written) {
        return Err(ChainBreak::Head.into());
    }
    Ok(written)
}
