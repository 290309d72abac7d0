//! See `farthing_fuzz::vault_open`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| farthing_fuzz::vault_open(data));
