//! See `farthing_fuzz::words`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| farthing_fuzz::words(data));
