//! Signing in with a key of the wallet's (LUD-04), another one for every domain (LUD-05).

use cdk_common::bitcoin::NetworkKind;
use cdk_common::bitcoin::bip32::{ChildNumber, Xpriv};
use cdk_common::bitcoin::hashes::{Hash, HashEngine, Hmac, HmacEngine, sha256};
use cdk_common::bitcoin::secp256k1::{All, Message, PublicKey, Secp256k1, SecretKey};
use url::Url;

use super::{LnurlError, answer, fetch};
use crate::code::SignIn;
use crate::gate::Gate;
use crate::hexadecimal::hex;

/// LUD-05's place in the tree of keys.
const PURPOSE: u32 = 138;

/// The key one domain knows this wallet by. Two domains cannot tell that theirs are of one wallet.
pub struct LinkingKey {
    secret: SecretKey,
    curve: Secp256k1<All>,
}

impl std::fmt::Debug for LinkingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LinkingKey(..)")
    }
}

impl Drop for LinkingKey {
    fn drop(&mut self) {
        self.secret.non_secure_erase();
    }
}

impl LinkingKey {
    /// The key for a domain, from the seed of the recovery words: the same after a restore, and in
    /// every wallet that follows LUD-05. `None` for the seed of one wallet in 2^127.
    #[must_use]
    pub fn of(seed: &[u8; 64], domain: &str) -> Option<Self> {
        let curve = Secp256k1::new();
        let mut master = Xpriv::new_master(NetworkKind::Main, seed).ok()?;
        let purpose = ChildNumber::from_hardened_idx(PURPOSE).ok()?;
        let branch = master.derive_priv(&curve, &[purpose]).ok()?;
        let mut hashing = branch.derive_priv(&curve, &[ChildNumber::from(0)]).ok()?;
        let path = path(&hashing.private_key.secret_bytes(), domain);
        let linking = branch.derive_priv(&curve, &path).ok()?;
        master.private_key.non_secure_erase();
        hashing.private_key.non_secure_erase();
        Some(Self {
            secret: linking.private_key,
            curve,
        })
    }

    /// What the domain knows, 66 hex digits.
    #[must_use]
    pub fn public(&self) -> String {
        hex(&PublicKey::from_secret_key(&self.curve, &self.secret).serialize())
    }

    fn sign(&self, challenge: [u8; 32]) -> String {
        let signature = self
            .curve
            .sign_ecdsa(&Message::from_digest(challenge), &self.secret);
        hex(&signature.serialize_der())
    }
}

/// LUD-05: the first 16 bytes of a keyed hash of the domain, as four steps of the path.
fn path(hashing_key: &[u8; 32], domain: &str) -> Vec<ChildNumber> {
    let mut engine = HmacEngine::<sha256::Hash>::new(hashing_key);
    engine.input(domain.trim_end_matches('.').as_bytes());
    let hash = Hmac::<sha256::Hash>::from_engine(engine).to_byte_array();
    hash.as_chunks::<4>()
        .0
        .iter()
        .take(4)
        .map(|step| ChildNumber::from(u32::from_be_bytes(*step)))
        .collect()
}

/// Signs in: sends the domain its key and a signature of its challenge.
///
/// # Errors
/// [`LnurlError`].
pub async fn sign_in(gate: &Gate, key: &LinkingKey, asked: &SignIn) -> Result<(), LnurlError> {
    answer::granted(&fetch(gate, signed(key, asked)).await?)
}

fn signed(key: &LinkingKey, asked: &SignIn) -> Url {
    let mut url = asked.url.clone();
    url.query_pairs_mut()
        .append_pair("sig", &key.sign(asked.challenge))
        .append_pair("key", &key.public());
    url
}

#[cfg(test)]
mod tests {
    use cdk_common::bitcoin::secp256k1::ecdsa::Signature;

    use super::*;
    use crate::code::{PaymentCode, read};

    #[test]
    fn the_path_of_lud_05_comes_out() {
        let key = "7d417a6a5e9a6a4a879aeaba11a11838764c8fa2b959c242d43dea682b3e409b";
        let mut hashing = [0; 32];
        for (at, byte) in hashing.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&key[at * 2..at * 2 + 2], 16).unwrap();
        }
        let expected = [1_588_488_367, 2_659_270_754, 38_110_259, 4_136_336_762];
        assert_eq!(path(&hashing, "site.com"), expected.map(ChildNumber::from));
        assert_eq!(path(&hashing, "site.com."), path(&hashing, "site.com"));
    }

    #[test]
    fn every_domain_knows_another_key_and_always_the_same() {
        let seed = [7; 64];
        let key = |domain| LinkingKey::of(&seed, domain).unwrap().public();
        assert_eq!(key("site.example"), key("site.example"));
        assert_ne!(key("site.example"), key("auth.site.example"));
        assert_ne!(key("site.example"), key("site.example.evil"));
        assert_ne!(
            key("site.example"),
            LinkingKey::of(&[8; 64], "site.example").unwrap().public()
        );
    }

    #[test]
    fn the_signature_is_of_the_challenge_and_in_its_place() {
        let challenge = "e2af6254a8df433264fa23f67eb8188635d15ce883e8fc020989d5f82ae6f11e";
        let text = format!("keyauth://site.example/a?tag=login&k1={challenge}&x=1");
        let Ok(PaymentCode::SignIn(asked)) = read(&text) else {
            panic!()
        };
        let key = LinkingKey::of(&[7; 64], "site.example").unwrap();
        let url = signed(&key, &asked);
        let value = |name: &str| {
            let mut found = url.query_pairs().filter(|(key, _)| key == name);
            let (_, value) = found.next().unwrap();
            assert!(found.next().is_none());
            value.into_owned()
        };
        assert_eq!(value("k1"), challenge);
        assert_eq!(value("x"), "1");
        assert_eq!(value("key"), key.public());
        let bytes = |hex: &str| -> Vec<u8> {
            (0..hex.len())
                .step_by(2)
                .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
                .collect()
        };
        let signature = Signature::from_der(&bytes(&value("sig"))).unwrap();
        let public = PublicKey::from_slice(&bytes(&value("key"))).unwrap();
        let message = Message::from_digest(asked.challenge);
        assert!(
            Secp256k1::new()
                .verify_ecdsa(&message, &signature, &public)
                .is_ok()
        );
    }
}
