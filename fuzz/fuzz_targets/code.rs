//! See `farthing_fuzz::code`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| farthing_fuzz::code(data));
