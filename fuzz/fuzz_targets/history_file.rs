//! See `farthing_fuzz::history_file`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| farthing_fuzz::history_file(data));
