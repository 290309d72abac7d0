//! See `farthing_fuzz::lnurl_reply`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| farthing_fuzz::lnurl_reply(data));
