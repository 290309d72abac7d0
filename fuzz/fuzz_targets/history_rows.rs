//! See `farthing_fuzz::history_rows`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| farthing_fuzz::history_rows(data));
