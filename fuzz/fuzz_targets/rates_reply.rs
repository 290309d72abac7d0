//! See `farthing_fuzz::rates_reply`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| farthing_fuzz::rates_reply(data));
