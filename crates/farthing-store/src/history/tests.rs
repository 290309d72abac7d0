//! Promises of `history.db`, on real files with real keys.

mod documents;
mod erasure;
mod journal;
mod merchants;
mod readable;
mod salvage;
mod tampering;
mod world;
