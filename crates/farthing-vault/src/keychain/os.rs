//! The keychain of the system this was built for, through `keyring-core`.

use std::collections::HashMap;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use keyring_core::api::CredentialStore;
use keyring_core::{Entry, Error};
use zeroize::Zeroizing;

use super::{Keychain, KeychainError};

/// As it appears in the system's own list of secrets.
const SERVICE: &str = "Farthing";

/// Long enough for a person to find and type the keychain's password.
const PATIENCE: Duration = Duration::from_secs(90);

/// The connection of this process; made when first used. It also keeps calls one
/// after the other, which Windows needs. It is only ever dropped on a thread of
/// [`OsKeychain::with_entry`]: Secret Service's own must not be dropped inside
/// an event loop.
static STORE: Mutex<Option<Arc<CredentialStore>>> = Mutex::new(None);

/// Secret Service on Linux, Keychain on macOS and iOS, Credential Manager on
/// Windows, Keystore on Android. Anything else has none.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsKeychain;

impl OsKeychain {
    /// Runs on its own thread: Secret Service drives its own event loop, which
    /// must not be inside another one, and a keychain that never answers must
    /// not hang the wallet.
    fn with_entry<T: Send + 'static>(
        wallet: &str,
        name: &str,
        act: impl FnOnce(&Entry) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, KeychainError> {
        let user = format!("{wallet}/{name}");
        let (send, receive) = mpsc::sync_channel(1);
        let run = move || {
            let mut store = STORE.lock().unwrap_or_else(PoisonError::into_inner);
            let done = connected(&mut store).and_then(|store| {
                let entry = store
                    .build(SERVICE, &user, Some(&HashMap::from(platform::MODIFIERS)))
                    .map_err(reason)?;
                act(&entry).map_err(reason)
            });
            if matches!(done, Err(KeychainError::Failed { .. })) {
                // The connection may be what failed; the next call makes a new one.
                *store = None;
            }
            // Nobody listens any more when the patience has run out.
            let _ = send.send(done);
        };
        thread::Builder::new()
            .name("keychain".to_owned())
            .spawn(run)
            .map_err(|error| failed(&error))?;
        match receive.recv_timeout(PATIENCE) {
            Ok(done) => done,
            Err(RecvTimeoutError::Timeout) => Err(KeychainError::Silent),
            Err(RecvTimeoutError::Disconnected) => Err(failed(&"its library stopped")),
        }
    }
}

impl Keychain for OsKeychain {
    fn backend(&self) -> &str {
        platform::BACKEND
    }

    fn read(&self, wallet: &str, name: &str) -> Result<Zeroizing<Vec<u8>>, KeychainError> {
        let text = Self::with_entry(wallet, name, |entry| entry.get_secret().map(Zeroizing::new))?;
        STANDARD
            .decode(text.as_slice())
            .map(Zeroizing::new)
            .map_err(|_| KeychainError::Damaged)
    }

    fn write(&self, wallet: &str, name: &str, secret: &[u8]) -> Result<(), KeychainError> {
        // Base64, because KWallet behind Secret Service keeps only UTF-8.
        let text = Zeroizing::new(STANDARD.encode(secret));
        Self::with_entry(wallet, name, move |entry| entry.set_secret(text.as_bytes()))
    }

    fn delete(&self, wallet: &str, name: &str) -> Result<(), KeychainError> {
        match Self::with_entry(wallet, name, Entry::delete_credential) {
            Err(KeychainError::NoEntry) => Ok(()),
            done => done,
        }
    }
}

fn connected(
    store: &mut Option<Arc<CredentialStore>>,
) -> Result<Arc<CredentialStore>, KeychainError> {
    if let Some(store) = store {
        return Ok(Arc::clone(store));
    }
    // A store that cannot be made at all is a keychain that is not there.
    let made = platform::connect().map_err(|error| match reason(error) {
        KeychainError::Locked => KeychainError::Locked,
        _ => KeychainError::Absent,
    })?;
    *store = Some(Arc::clone(&made));
    Ok(made)
}

/// Some errors carry the raw secret, so none is passed on as it is.
fn reason(error: Error) -> KeychainError {
    match error {
        Error::NoEntry => KeychainError::NoEntry,
        Error::NoStorageAccess(_) => KeychainError::Locked,
        Error::NoDefaultStore => KeychainError::Absent,
        Error::BadEncoding(bytes) | Error::BadDataFormat(bytes, _) => {
            drop(Zeroizing::new(bytes));
            KeychainError::Damaged
        }
        Error::PlatformFailure(error) => failed(&error),
        Error::Ambiguous(_) => KeychainError::Twice,
        Error::TooLong(what, at_most) => failed(&format!("{what} is longer than {at_most}")),
        Error::BadStoreFormat(_) => failed(&"it is damaged"),
        Error::NotSupportedByStore(_) | Error::Invalid(..) => failed(&"it does not support this"),
        _ => failed(&"for a reason unknown"),
    }
}

fn failed(reason: &dyn std::fmt::Display) -> KeychainError {
    let reason: String = reason.to_string().chars().take(200).collect();
    KeychainError::Failed { reason }
}

#[cfg(target_os = "linux")]
mod platform {
    use super::*;

    pub(super) const BACKEND: &str = "secret-service";
    pub(super) const MODIFIERS: [(&str, &str); 1] = [("label", "Farthing wallet")];

    pub(super) fn connect() -> Result<Arc<CredentialStore>, Error> {
        Ok(zbus_secret_service_keyring_store::Store::new()?)
    }
}

#[cfg(target_os = "macos")]
mod platform {
    use super::*;

    pub(super) const BACKEND: &str = "macos-keychain";
    pub(super) const MODIFIERS: [(&str, &str); 0] = [];

    pub(super) fn connect() -> Result<Arc<CredentialStore>, Error> {
        Ok(apple_native_keyring_store::keychain::Store::new()?)
    }
}

#[cfg(target_os = "ios")]
mod platform {
    use super::*;

    pub(super) const BACKEND: &str = "ios-protected";
    pub(super) const MODIFIERS: [(&str, &str); 0] = [];

    pub(super) fn connect() -> Result<Arc<CredentialStore>, Error> {
        Ok(apple_native_keyring_store::protected::Store::new()?)
    }
}

#[cfg(windows)]
mod platform {
    use super::*;

    pub(super) const BACKEND: &str = "windows-credential-manager";
    /// The default roams to other machines of the same domain.
    pub(super) const MODIFIERS: [(&str, &str); 1] = [("persistence", "Local")];

    pub(super) fn connect() -> Result<Arc<CredentialStore>, Error> {
        Ok(windows_native_keyring_store::Store::new()?)
    }
}

#[cfg(target_os = "android")]
mod platform {
    use super::*;

    pub(super) const BACKEND: &str = "android-keystore";
    pub(super) const MODIFIERS: [(&str, &str); 0] = [];

    pub(super) fn connect() -> Result<Arc<CredentialStore>, Error> {
        Ok(android_native_keyring_store::Store::new()?)
    }
}

#[cfg(not(any(
    target_os = "linux",
    target_os = "macos",
    target_os = "ios",
    target_os = "android",
    windows
)))]
mod platform {
    use super::*;

    pub(super) const BACKEND: &str = "none";
    pub(super) const MODIFIERS: [(&str, &str); 0] = [];

    pub(super) fn connect() -> Result<Arc<CredentialStore>, Error> {
        Err(Error::NoDefaultStore)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locked_missing_and_failing_are_told_apart_and_no_error_shows_a_secret() {
        let source = || Box::new(std::io::Error::other("from the system"));
        assert_eq!(
            reason(Error::NoStorageAccess(source())),
            KeychainError::Locked
        );
        assert_eq!(reason(Error::NoEntry), KeychainError::NoEntry);
        assert_eq!(reason(Error::NoDefaultStore), KeychainError::Absent);
        for leaky in [
            Error::BadEncoding(b"marker".to_vec()),
            Error::BadDataFormat(b"marker".to_vec(), source()),
        ] {
            assert_eq!(reason(leaky), KeychainError::Damaged);
        }
        let long = std::io::Error::other("x".repeat(1000));
        let KeychainError::Failed { reason } = reason(Error::PlatformFailure(Box::new(long)))
        else {
            panic!("a platform failure is a failure");
        };
        assert_eq!(reason.len(), 200);
    }
}
