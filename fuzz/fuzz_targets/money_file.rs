//! See `farthing_fuzz::money_file`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| farthing_fuzz::money_file(data));
