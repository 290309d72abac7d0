//! What a name's records say of how to pay it (BIP-353).

use super::NameError;
use crate::code::{PaymentCode, read};

/// What a record of ours begins with, in any case.
const BEGINNING: &[u8] = b"bitcoin:";

/// Of a name's texts the one that says how to pay; none where no text does.
pub(super) fn way_to_pay(texts: &[Vec<u8>]) -> Result<Option<PaymentCode>, NameError> {
    let mut ours = texts.iter().filter(|text| {
        text.get(..BEGINNING.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(BEGINNING))
    });
    let Some(text) = ours.next() else {
        return Ok(None);
    };
    let others = ours.count();
    if others > 0 {
        return Err(NameError::Several { found: others + 1 });
    }
    let text = std::str::from_utf8(text).map_err(|_| NameError::NotText)?;
    Ok(Some(read(text)?))
}
