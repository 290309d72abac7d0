//! See `farthing_fuzz::address`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| farthing_fuzz::address(data));
