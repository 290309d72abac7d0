//! Questions of our own about the coins in `money.db`.
//!
//! cdk reads and decodes every coin there is to answer any question about some of them, two curve
//! points each. With a thousand gifts nobody has redeemed that is most of what a payment costs.
//! These ask the database for names only; what a name stands for is asked of cdk.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use cdk_common::database::Error as CdkError;
use cdk_common::mint_url::MintUrl;
use cdk_common::nuts::{CurrencyUnit, Id, PublicKey, State};
use rusqlite::{Connection, ToSql};
use uuid::Uuid;

use super::connection::{Queue, WAIT, ask, refused};

/// How long is waited before asking again when somebody's transaction is half done.
const BREATH: Duration = Duration::from_millis(1);

/// The way to whichever connection the pool has open.
#[derive(Clone, Default)]
pub(super) struct Line(Arc<Mutex<Weak<Queue>>>);

impl Line {
    /// From now on it leads to this connection, for as long as that is open.
    pub(super) fn lead_to(&self, queue: &Arc<Queue>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Arc::downgrade(queue);
    }

    fn queue(&self) -> Option<Arc<Queue>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .upgrade()
    }
}

/// The coins in an open `money.db`.
#[derive(Clone)]
pub struct CoinTable {
    line: Line,
}

impl fmt::Debug for CoinTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CoinTable").finish_non_exhaustive()
    }
}

impl CoinTable {
    pub(super) fn over(line: Line) -> Self {
        Self { line }
    }

    /// The names of an issuer's coins of one unit that are in one of these states.
    ///
    /// # Errors
    /// What the database says.
    pub async fn names(
        &self,
        issuer: &MintUrl,
        unit: &CurrencyUnit,
        states: &[State],
    ) -> Result<Vec<PublicKey>, CdkError> {
        let mut names = Vec::new();
        for state in states {
            // The plus signs keep the database from looking up by what nearly all coins share.
            let sql = "SELECT y FROM proof WHERE state = ? AND +unit = ? AND +mint_url = ?";
            let values = [state.to_string(), unit.to_string(), issuer.to_string()];
            let rows = self
                .ask(sql, values, |row| row.get::<_, Vec<u8>>(0))
                .await?;
            for y in rows {
                names.push(PublicKey::from_slice(&y).map_err(|_| unreadable())?);
            }
        }
        Ok(names)
    }

    /// Who has set coins of an issuer aside.
    ///
    /// # Errors
    /// What the database says.
    pub async fn owners(
        &self,
        issuer: &MintUrl,
        unit: &CurrencyUnit,
    ) -> Result<BTreeSet<Uuid>, CdkError> {
        let sql = "SELECT DISTINCT used_by_operation FROM proof \
                   WHERE state = ? AND +unit = ? AND +mint_url = ? \
                   AND used_by_operation IS NOT NULL";
        let values = [
            State::Reserved.to_string(),
            unit.to_string(),
            issuer.to_string(),
        ];
        let rows = self.ask(sql, values, |row| row.get::<_, String>(0)).await?;
        rows.iter()
            .map(|owner| Uuid::parse_str(owner).map_err(|_| unreadable()))
            .collect()
    }

    /// The key sets of coins that came with a proof that they are genuine, and their issuers.
    ///
    /// # Errors
    /// What the database says.
    pub async fn proven_keysets(&self) -> Result<BTreeSet<(Id, MintUrl)>, CdkError> {
        let sql = "SELECT DISTINCT keyset_id, mint_url FROM proof WHERE dleq_e IS NOT NULL \
                   AND dleq_s IS NOT NULL AND dleq_r IS NOT NULL";
        let pair =
            |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
        let rows = self.ask(sql, [], pair).await?;
        rows.iter()
            .map(|(keyset, issuer)| {
                let keyset = Id::from_str(keyset).map_err(|_| unreadable())?;
                let issuer = MintUrl::from_str(issuer).map_err(|_| unreadable())?;
                Ok((keyset, issuer))
            })
            .collect()
    }

    /// All rows of a question, of what is committed.
    async fn ask<T: Send + 'static, const N: usize>(
        &self,
        sql: &'static str,
        values: [String; N],
        read: fn(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, CdkError> {
        let since = Instant::now();
        loop {
            let values = values.clone();
            let work = move |sqlite: &Connection| {
                if !sqlite.is_autocommit() {
                    return Ok(None);
                }
                let values: Vec<&dyn ToSql> =
                    values.iter().map(|value| value as &dyn ToSql).collect();
                let mut statement = sqlite.prepare_cached(sql).map_err(refused)?;
                let rows = statement
                    .query_map(values.as_slice(), read)
                    .map_err(refused)?;
                rows.collect::<rusqlite::Result<Vec<T>>>()
                    .map(Some)
                    .map_err(refused)
            };
            // The queue is let go before the answer is waited for: a connection that is being
            // closed waits for everybody who holds it.
            let asked = self.line.queue().and_then(|queue| ask(&queue, work));
            let answer = match asked {
                Some(answered) => answered.await.ok(),
                None => None,
            };
            match answer {
                Some(Ok(Some(rows))) => return Ok(rows),
                Some(Ok(None)) if since.elapsed() < WAIT => tokio::time::sleep(BREATH).await,
                Some(Ok(None)) => {
                    return Err(CdkError::Internal("the database is busy".to_owned()));
                }
                Some(Err(error)) => return Err(error),
                None => {
                    return Err(CdkError::Internal(
                        "the database thread has stopped".to_owned(),
                    ));
                }
            }
        }
    }
}

fn unreadable() -> CdkError {
    CdkError::Internal("a coin cannot be read".to_owned())
}

#[cfg(test)]
mod tests {
    use cdk_common::database::WalletDatabase as _;
    use cdk_common::nuts::{Proof, ProofDleq, SecretKey};
    use cdk_common::secret::Secret;
    use cdk_common::wallet::ProofInfo;

    use super::super::{Create, Money, RawKey, open};
    use super::*;

    fn issuer(name: &str) -> MintUrl {
        MintUrl::from_str(&format!("https://{name}.example")).unwrap()
    }

    fn keyset() -> Id {
        Id::from_str("009a1f293253e41e").unwrap()
    }

    fn coin(at: &str, unit: CurrencyUnit, state: State, proven: bool) -> ProofInfo {
        let key = SecretKey::generate();
        let mut proof = Proof::new(1.into(), keyset(), Secret::generate(), key.public_key());
        proof.dleq = proven.then(|| ProofDleq::new(key.clone(), key.clone(), key));
        ProofInfo::new(proof, issuer(at), state, unit).unwrap()
    }

    async fn filled(dir: &std::path::Path) -> (Money, Vec<ProofInfo>) {
        let path = dir.join("money.db");
        let money = open(&path, &RawKey::of_bytes(7), Create::IfAbsent).await;
        let money = money.unwrap();
        let coins = vec![
            coin("maple", CurrencyUnit::Sat, State::Unspent, true),
            coin("maple", CurrencyUnit::Sat, State::Unspent, true),
            coin("maple", CurrencyUnit::Sat, State::Reserved, false),
            coin("maple", CurrencyUnit::Usd, State::Unspent, false),
            coin("harbour", CurrencyUnit::Sat, State::Spent, false),
        ];
        let added = money.tables.update_proofs(coins.clone(), Vec::new());
        added.await.unwrap();
        (money, coins)
    }

    #[tokio::test]
    async fn the_same_coins_are_named_as_cdk_finds() {
        let dir = tempfile::tempdir().unwrap();
        let (money, _) = filled(dir.path()).await;
        let every = [State::Unspent, State::Reserved, State::Spent];
        for at in ["maple", "harbour"] {
            for unit in [CurrencyUnit::Sat, CurrencyUnit::Usd] {
                for states in [&every[..1], &every[1..], &every[..]] {
                    let named = money.coins.names(&issuer(at), &unit, states).await;
                    let found = money.tables.get_proofs(
                        Some(issuer(at)),
                        Some(unit.clone()),
                        Some(states.to_vec()),
                        None,
                    );
                    let found = found.await.unwrap();
                    assert_eq!(
                        named.unwrap().into_iter().collect::<BTreeSet<_>>(),
                        found.iter().map(|info| info.y).collect(),
                        "{at} {unit} {states:?}"
                    );
                }
            }
        }
    }

    #[tokio::test]
    async fn whoever_sets_coins_aside_is_known_until_they_are_free_again() {
        let dir = tempfile::tempdir().unwrap();
        let (money, coins) = filled(dir.path()).await;
        let (maple, sat, owner) = (issuer("maple"), CurrencyUnit::Sat, Uuid::new_v4());
        let owners = || money.coins.owners(&maple, &sat);
        assert!(owners().await.unwrap().is_empty());
        let name = coins.first().unwrap().y;
        money
            .tables
            .reserve_proofs(vec![name], &owner)
            .await
            .unwrap();
        assert_eq!(owners().await.unwrap(), BTreeSet::from([owner]));
        money.tables.release_proofs(&owner).await.unwrap();
        assert!(owners().await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_key_set_is_proven_by_a_coin_with_a_proof() {
        let dir = tempfile::tempdir().unwrap();
        let (money, _) = filled(dir.path()).await;
        assert_eq!(
            money.coins.proven_keysets().await.unwrap(),
            BTreeSet::from([(keyset(), issuer("maple"))])
        );
    }

    #[tokio::test]
    async fn a_closed_file_is_closed_and_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let (Money { tables, coins }, _) = filled(dir.path()).await;
        drop(tables);
        assert!(coins.proven_keysets().await.is_err());
    }
}
