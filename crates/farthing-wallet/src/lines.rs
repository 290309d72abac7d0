//! The lines of a payment's cost: as they stand in the review, and as they were in the end.

use farthing_money::{
    Amount, AmountError, Breakdown, BreakdownError, FeeKind, FeeLine, FeeLineError, PaidFee,
    Settled, SettledError, Unit,
};
use farthing_rails::ecash::{HandCost, MeltCost, Melted, Purse};

use crate::review::issuer_name;

/// Who gets what the way to the payee costs.
const LIGHTNING: &str = "Lightning";
/// Who gets what is paid above the price, in the journal's words.
pub const THE_PAYEE: &str = "the payee";

/// Why the figures of a payment cannot be put together.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LinesError {
    #[error(transparent)]
    Line(#[from] FeeLineError),
    #[error(transparent)]
    Cost(#[from] BreakdownError),
    #[error(transparent)]
    Settled(#[from] SettledError),
    #[error(transparent)]
    Amount(#[from] AmountError),
}

/// The cost of a Lightning payment. `charges` are what others add to the price inside the amount
/// of the invoice: a gateway's service, or a fee of the payee's own. `markup` is how much of it is
/// above what the invoice is worth at the going rate, where that is known.
pub(crate) fn of_melt(
    purse: &Purse,
    cost: &MeltCost,
    charges: &[FeeLine],
    asked_msat: Option<u64>,
    markup: Option<Amount>,
) -> Result<Breakdown, LinesError> {
    let issuer = issuer_name(purse);
    let charged = Amount::try_sum(purse.unit, charges.iter().map(FeeLine::at_most))?;
    let price = cost.amount.checked_sub(charged)?;
    let mut fees = vec![
        FeeLine::exactly(FeeKind::IssuerInput, &issuer, cost.input_fee)?,
        FeeLine::exactly(FeeKind::Swap, &issuer, cost.swap_fee)?,
        FeeLine::up_to(FeeKind::Network, LIGHTNING, cost.network_at_most)?,
    ];
    fees.extend_from_slice(charges);
    let lost = asked_msat.and_then(|asked| started_satoshi(cost.amount, asked));
    let lost = lost.map(|lost| PaidFee::new(FeeKind::Rounding, &issuer, lost));
    // The price is without the charges, and so has no room for a mark-up on them.
    let markup = markup.map(|markup| markup.try_min(price)).transpose()?;
    let markup = markup.map(|markup| PaidFee::new(FeeKind::Conversion, &issuer, markup));
    let includes = markup.into_iter().chain(lost).collect::<Result<_, _>>()?;
    Ok(Breakdown::of(price, fees)?.including(includes)?)
}

/// What paying whole satoshis loses on an invoice that asks for thousandths of one.
fn started_satoshi(quoted: Amount, asked_msat: u64) -> Option<Amount> {
    let lost = match quoted.unit() {
        Unit::Sat => quoted.to_msat().ok()?.value().checked_sub(asked_msat)?,
        _ => 0,
    };
    let lost = Amount::new(lost, Unit::Msat).ok()?;
    (!lost.is_zero()).then_some(lost)
}

/// A Lightning payment as it was, by the lines it was reviewed with.
pub(crate) fn melted(
    purse: &Purse,
    reviewed: &Breakdown,
    melted: &Melted,
) -> Result<Settled, LinesError> {
    let issuer = issuer_name(purse);
    let mut fees = vec![
        PaidFee::new(FeeKind::IssuerInput, &issuer, melted.input_fee)?,
        PaidFee::new(FeeKind::Swap, &issuer, melted.swap_fee)?,
        PaidFee::new(FeeKind::Network, LIGHTNING, melted.network_fee)?,
    ];
    let mut paid = melted.amount;
    for charge in reviewed.fees().iter().filter(|line| is_charge(line)) {
        paid = paid.checked_sub(charge.at_most())?;
        fees.push(PaidFee::new(charge.kind(), charge.to(), charge.at_most())?);
    }
    Ok(Settled::of(paid, fees, melted.returned)?)
}

/// Whether a line is part of what the invoice asked for.
fn is_charge(line: &FeeLine) -> bool {
    matches!(line.kind(), FeeKind::Service | FeeKind::Payee)
}

/// The fee lines of e-cash handed over, which crosses no network.
pub(crate) fn of_hand(purse: &Purse, cost: &HandCost) -> Result<Vec<FeeLine>, LinesError> {
    let fees = handed(purse, cost)?;
    fees.into_iter()
        .map(|fee| Ok(FeeLine::exactly(fee.kind(), fee.to(), fee.amount())?))
        .collect()
}

/// What handing e-cash over cost: known from the coins themselves, before as after.
pub(crate) fn handed(purse: &Purse, cost: &HandCost) -> Result<Vec<PaidFee>, LinesError> {
    let issuer = issuer_name(purse);
    let mut fees = vec![
        PaidFee::new(FeeKind::IssuerInput, &issuer, cost.redeem_fee)?,
        PaidFee::new(FeeKind::Swap, &issuer, cost.swap_fee)?,
        PaidFee::new(FeeKind::Network, LIGHTNING, Amount::zero(purse.unit))?,
    ];
    if !cost.overpaid.is_zero() {
        fees.push(PaidFee::new(FeeKind::Rounding, THE_PAYEE, cost.overpaid)?);
    }
    Ok(fees)
}

/// The fees as they were, in the lines and the order of the review: one that was not taken is
/// none, and one that nobody foresaw stands at the end.
pub(crate) fn as_reviewed(reviewed: &[FeeLine], true_fees: &[PaidFee]) -> Vec<PaidFee> {
    let mut rest = true_fees.to_vec();
    let mut fees = Vec::with_capacity(rest.len().max(reviewed.len()));
    for line in reviewed {
        let same = |fee: &PaidFee| fee.kind() == line.kind() && fee.to() == line.to();
        let none = || {
            let nothing = Amount::zero(line.amount().unit());
            PaidFee::new(line.kind(), line.to(), nothing).ok()
        };
        fees.extend(match rest.iter().position(same) {
            Some(at) => Some(rest.remove(at)),
            None => none(),
        });
    }
    fees.append(&mut rest);
    fees
}

#[cfg(test)]
mod tests;
