//! The use cases: open, top up, review, pay, redeem, give, history, recovery. Knows no screen.
