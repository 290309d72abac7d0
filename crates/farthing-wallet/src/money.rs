//! What an error means for the money.

/// Every error says which of these holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MoneyState {
    /// Nothing has left the wallet.
    Safe,
    /// Money has moved.
    Moved,
    /// Not known yet: do not pay again, the wallet keeps asking.
    Unknown,
}
