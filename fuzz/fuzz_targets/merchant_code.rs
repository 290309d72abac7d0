//! See `farthing_fuzz::merchant_code`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| farthing_fuzz::merchant_code(data));
