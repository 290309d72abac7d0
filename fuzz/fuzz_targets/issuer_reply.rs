//! See `farthing_fuzz::issuer_reply`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| farthing_fuzz::issuer_reply(data));
