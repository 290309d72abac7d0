//! How value and requests travel: e-cash, Lightning, payment codes, and the one guarded HTTP client.
