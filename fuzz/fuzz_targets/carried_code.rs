//! See `farthing_fuzz::carried_code`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| farthing_fuzz::carried_code(data));
