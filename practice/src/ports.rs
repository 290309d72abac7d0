//! Which ports the town listens on: one block, remembered in its folder.

use std::fs;
use std::io::ErrorKind;
use std::net::Ipv4Addr;
use std::path::Path;

use tokio::net::TcpListener;

/// How many neighbouring ports a town may use.
pub const BLOCK: u16 = 16;

/// Where each party stands inside the block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub enum Party {
    /// The town square: manifest and control.
    Town = 0,
    /// The issuer *Maple*.
    Maple = 1,
    /// The issuer *Harbour*.
    Harbour = 2,
    /// The shop that takes e-cash payment requests.
    CornerShop = 3,
    /// Articles behind HTTP 402.
    DailyPaper = 4,
    /// Lightning addresses.
    Busker = 5,
    /// Cash vouchers.
    Kiosk = 6,
    /// Many tiny payments.
    Arcade = 7,
    /// Price sources.
    Rates = 8,
    /// Everybody who means ill.
    Rogues = 9,
    /// Another host, which the rogues send people to.
    Stranger = 10,
    /// A site to sign in to.
    SignIn = 11,
    /// Another such site.
    OtherSignIn = 12,
    /// Where nobody may ever connect.
    Sentinel = 13,
    /// A server whose headers hold what they must not.
    Raw = 14,
    /// Two resolvers, and all name servers behind them.
    Names = 15,
}

impl Party {
    /// Everyone who listens.
    pub const ALL: [Self; 16] = [
        Self::Town,
        Self::Maple,
        Self::Harbour,
        Self::CornerShop,
        Self::DailyPaper,
        Self::Busker,
        Self::Kiosk,
        Self::Arcade,
        Self::Rates,
        Self::Rogues,
        Self::Stranger,
        Self::SignIn,
        Self::OtherSignIn,
        Self::Sentinel,
        Self::Raw,
        Self::Names,
    ];

    const fn offset(self) -> u16 {
        self as u16
    }
}

/// Why the town has no ports.
#[derive(Debug, thiserror::Error)]
pub enum PortError {
    /// A port of the wanted block is in use.
    #[error("port {0} is taken: stop what listens there, or choose another block with --port")]
    Taken(u16),
    /// The block would run past the last port.
    #[error("a block of {BLOCK} ports starting at {0} does not fit between 1024 and 65535")]
    OutOfRange(u16),
    /// No free block was found.
    #[error("no free block of {BLOCK} ports was found: choose one with --port")]
    NoneFree,
    /// The remembered block could not be read or written.
    #[error("cannot use the remembered ports in {path}: {reason}")]
    Memory {
        /// The file.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// Listening failed for another reason.
    #[error("cannot listen on port {port}: {source}")]
    Listen {
        /// The port.
        port: u16,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Open listeners, one for each party, all on 127.0.0.1.
#[derive(Debug)]
pub struct Block {
    base: u16,
    listeners: Vec<(Party, TcpListener)>,
}

impl Block {
    /// Takes `wanted`, else the block this folder used before, else a free one.
    pub async fn open(folder: &Path, wanted: Option<u16>) -> Result<Self, PortError> {
        let memory = folder.join("port");
        let block = match wanted.map_or_else(|| remembered(&memory), |p| Ok(Some(p)))? {
            Some(base) => Self::bind(base).await?,
            None => Self::search().await?,
        };
        fs::write(&memory, block.base.to_string()).map_err(|e| PortError::Memory {
            path: memory.display().to_string(),
            reason: e.to_string(),
        })?;
        Ok(block)
    }

    async fn search() -> Result<Self, PortError> {
        // Below the range from which systems hand out ports to outgoing
        // connections, so that a remembered block is still free next time.
        for _ in 0..64 {
            let mut noise = [0_u8; 2];
            getrandom::fill(&mut noise).map_err(|_| PortError::NoneFree)?;
            let base = 20_000 + (u16::from_be_bytes(noise) % 700) * BLOCK;
            match Self::bind(base).await {
                Err(PortError::Taken(_) | PortError::Listen { .. }) => {}
                done => return done,
            }
        }
        Err(PortError::NoneFree)
    }

    async fn bind(base: u16) -> Result<Self, PortError> {
        if base < 1024 || base.checked_add(BLOCK - 1).is_none() {
            return Err(PortError::OutOfRange(base));
        }
        let mut listeners = Vec::new();
        for party in Party::ALL {
            let port = base + party.offset();
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
                .await
                .map_err(|e| {
                    if e.kind() == ErrorKind::AddrInUse {
                        PortError::Taken(port)
                    } else {
                        PortError::Listen { port, source: e }
                    }
                })?;
            listeners.push((party, listener));
        }
        Ok(Self { base, listeners })
    }

    /// Where `party` answers, without a trailing slash.
    #[must_use]
    pub fn url(&self, party: Party) -> String {
        format!("http://127.0.0.1:{}", self.base + party.offset())
    }

    /// Hands over a party's listener; a second call finds none.
    pub fn take(&mut self, party: Party) -> Option<TcpListener> {
        let at = self.listeners.iter().position(|(p, _)| *p == party)?;
        Some(self.listeners.swap_remove(at).1)
    }
}

fn remembered(memory: &Path) -> Result<Option<u16>, PortError> {
    let said = |reason: String| PortError::Memory {
        path: memory.display().to_string(),
        reason,
    };
    match fs::read_to_string(memory) {
        Ok(text) => text
            .trim()
            .parse()
            .map(Some)
            .map_err(|_| said("it holds no port number".into())),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(said(e.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_restart_finds_the_same_ports() {
        let dir = tempfile::tempdir().unwrap();
        let first = Block::open(dir.path(), None)
            .await
            .unwrap()
            .url(Party::Maple);
        let again = Block::open(dir.path(), None)
            .await
            .unwrap()
            .url(Party::Maple);
        assert_eq!(first, again);
    }

    #[tokio::test]
    async fn a_taken_block_is_named_and_not_silently_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let held = Block::open(dir.path(), None).await.unwrap();
        let error = Block::open(dir.path(), None).await.unwrap_err();
        assert!(matches!(error, PortError::Taken(p) if p == held.base));
    }

    #[tokio::test]
    async fn nothing_listens_beyond_loopback() {
        let dir = tempfile::tempdir().unwrap();
        let mut block = Block::open(dir.path(), None).await.unwrap();
        for party in Party::ALL {
            let listener = block.take(party).unwrap();
            assert!(listener.local_addr().unwrap().ip().is_loopback());
        }
    }

    #[tokio::test]
    async fn a_block_that_runs_past_the_last_port_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let error = Block::open(dir.path(), Some(65_530)).await.unwrap_err();
        assert!(matches!(error, PortError::OutOfRange(65_530)));
    }
}
