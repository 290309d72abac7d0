//! What a crash may leave on the disk.

/// From now on a crash of this process writes no picture of its memory to the disk, in which the
/// keys of an open wallet would stand. To be called before a secret is read.
///
/// Where the system knows no such limit (Windows) it does nothing; where it refuses, nothing is
/// worse than before.
pub fn no_core_dumps() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};

        // The hard limit too: nothing this process starts may raise it again.
        let none = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        let _ = setrlimit(Resource::Core, none);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use rustix::process::{Resource, getrlimit};

    #[test]
    fn a_crash_may_write_nothing() {
        super::no_core_dumps();
        let limit = getrlimit(Resource::Core);
        assert_eq!((limit.current, limit.maximum), (Some(0), Some(0)));
    }
}
