//! See `farthing_fuzz::issuer_talk`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| farthing_fuzz::issuer_talk(data));
