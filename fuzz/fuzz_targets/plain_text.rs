//! See `farthing_fuzz::plain_text`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| farthing_fuzz::plain_text(data));
