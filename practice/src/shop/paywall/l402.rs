//! L402 (bLIP-26), and LSAT as it used to be called.
//!
//! The macaroon is a signed token of our own: clients must not look inside.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cdk_common::util::{hex, unix_time};

use super::{Dialect, Problem, proves, sign};

const VERSION: u8 = 1;

/// A token that opens `path` until `until` for whoever knows the preimage of `hash`.
pub(super) fn token(secret: &[u8; 64], path: &str, epoch: u64, hash: &str, until: u64) -> String {
    let mut bytes = vec![VERSION];
    bytes.extend(hex::decode(hash).unwrap_or_default());
    bytes.extend(until.to_be_bytes());
    bytes.extend(epoch.to_be_bytes());
    let seal = sign(secret, &[b"l402", path.as_bytes(), &bytes]);
    bytes.extend(seal);
    STANDARD.encode(bytes)
}

/// The challenge: the new form with its parameters, the old one as it was.
pub(super) fn challenge(dialect: Dialect, token: &str, invoice: &str) -> String {
    match dialect {
        Dialect::Lsat => format!("LSAT macaroon=\"{token}\", invoice=\"{invoice}\""),
        _ => format!(
            "L402 version=\"0\", token=\"{token}\", macaroon=\"{token}\", invoice=\"{invoice}\""
        ),
    }
}

/// Checks `token:preimage`.
pub(super) fn verify(
    secret: &[u8; 64],
    path: &str,
    epoch: u64,
    credential: &str,
) -> Result<(), Problem> {
    let (token, preimage) = credential.rsplit_once(':').ok_or(Problem::Malformed)?;
    let bytes = STANDARD.decode(token).map_err(|_| Problem::Malformed)?;
    let (body, seal) = bytes.split_last_chunk::<32>().ok_or(Problem::Malformed)?;
    if *seal != sign(secret, &[b"l402", path.as_bytes(), body]) {
        return Err(Problem::Unknown);
    }
    // Ours from here on, so its shape is known.
    let (rest, of) = body.split_last_chunk::<8>().ok_or(Problem::Malformed)?;
    let (rest, until) = rest.split_last_chunk::<8>().ok_or(Problem::Malformed)?;
    let (_, hash) = rest.split_first().ok_or(Problem::Malformed)?;
    if u64::from_be_bytes(*of) < epoch {
        return Err(Problem::Unknown);
    }
    if u64::from_be_bytes(*until) <= unix_time() {
        return Err(Problem::Expired);
    }
    if !proves(preimage, hash) {
        return Err(Problem::Unproven);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use bitcoin::hashes::{Hash, sha256};

    use super::*;

    const SECRET: [u8; 64] = [7; 64];

    fn credential(path: &str, epoch: u64, until: u64) -> String {
        let preimage = [3_u8; 32];
        let hash = sha256::Hash::hash(&preimage).to_string();
        let token = token(&SECRET, path, epoch, &hash, until);
        format!("{token}:{}", hex::encode(preimage))
    }

    #[test]
    fn a_credential_opens_its_own_path_in_its_own_time() {
        let good = credential("/l402/short", 0, unix_time() + 60);
        assert_eq!(verify(&SECRET, "/l402/short", 0, &good), Ok(()));
        assert_eq!(
            verify(&SECRET, "/l402/long", 0, &good),
            Err(Problem::Unknown)
        );
        assert_eq!(
            verify(&SECRET, "/l402/short", 1, &good),
            Err(Problem::Unknown)
        );
        let old = credential("/l402/short", 0, unix_time() - 1);
        assert_eq!(
            verify(&SECRET, "/l402/short", 0, &old),
            Err(Problem::Expired)
        );
    }

    #[test]
    fn without_the_preimage_it_opens_nothing() {
        let good = credential("/l402/short", 0, unix_time() + 60);
        let (token, _) = good.split_once(':').unwrap();
        for wrong in [
            format!("{token}:{}", "00".repeat(32)),
            format!("{token}:"),
            token.to_owned(),
            format!(":{}", "03".repeat(32)),
        ] {
            assert!(
                verify(&SECRET, "/l402/short", 0, &wrong).is_err(),
                "{wrong}"
            );
        }
    }
}
