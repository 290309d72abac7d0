//! What the network tells whoever listens.

/// Something that has become true and is already in the ledger.
#[derive(Debug, Clone)]
pub enum NetworkEvent {
    /// An invoice has been paid.
    Received {
        /// Node that was paid.
        node: String,
        /// Which till of that node the invoice belongs to.
        till: String,
        /// Payment hash, hexadecimal.
        hash: String,
    },
    /// A payment whose payer was left without an answer now has one.
    Decided {
        /// Node that pays.
        payer: String,
        /// Payment hash, hexadecimal.
        hash: String,
        /// The payer's own name for the payment.
        reference: Option<String>,
    },
}
