//! See `farthing_fuzz::page_offer`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| farthing_fuzz::page_offer(data));
