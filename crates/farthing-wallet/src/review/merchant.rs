//! The review of a bank's or card scheme's merchant code, where a gateway to Lightning stands in it.

use farthing_rails::code::{Extra, MerchantCode, PaymentCode};

use super::lnurl::Via;
use super::{Planned, ReviewError, ReviewRequest};
use crate::wallet::Wallet;

impl Wallet {
    pub(super) async fn plan_merchant(
        &self,
        merchant: &MerchantCode,
        request: &ReviewRequest,
    ) -> Result<Planned, ReviewError> {
        match merchant.gateway.as_deref() {
            Some(PaymentCode::Lnurl(gateway)) => {
                let through = gateway
                    .address
                    .as_ref()
                    .map_or_else(|| super::host_of(gateway.url.as_str()), ToString::to_string);
                let about = format!("{}, through the gateway {through}", words(merchant));
                let via = Via {
                    gateway_of: Some(about),
                    ..Via::default()
                };
                self.plan_lnurl(gateway, via, request).await
            }
            Some(PaymentCode::Invoice(invoice)) => {
                let mut planned = self.plan_invoice(invoice, None, request).await?;
                planned.asked.about = Some(format!(
                    "{}, through {}",
                    words(merchant),
                    planned.asked.payee.name
                ));
                Ok(planned)
            }
            _ => Err(ReviewError::Unsupported {
                kind: "merchant_code".to_owned(),
                why: who_can_pay(merchant),
            }),
        }
    }
}

/// Who asks for how much, and who can pay it, as one sentence.
pub(crate) fn who_can_pay(merchant: &MerchantCode) -> String {
    let schemes: Vec<&str> = merchant.schemes.iter().map(|name| name.as_str()).collect();
    let by = if schemes.is_empty() {
        "a bank's app of its country".to_owned()
    } else {
        format!("apps for {}", schemes.join(", "))
    };
    format!(
        "this is the merchant code of {}; {by} can pay it, and this wallet cannot",
        words(merchant)
    )
}

/// `Kedai Ali, KL, MY: 12.50 MYR and 5.00 %`.
fn words(merchant: &MerchantCode) -> String {
    let name = merchant
        .name
        .as_ref()
        .map_or("a merchant", |name| name.as_str());
    let place = [
        merchant.city.as_ref().map(|city| city.as_str()),
        merchant.country.as_deref(),
    ];
    let mut words = name.to_owned();
    for part in place.into_iter().flatten() {
        words = format!("{words}, {part}");
    }
    let currency = merchant.currency.unwrap_or_default();
    if let Some(amount) = &merchant.amount {
        words = format!("{words}: {amount} {currency}");
    }
    match &merchant.extra {
        Extra::Fixed(fee) => format!("{words}, and a fee of {fee} {currency}"),
        Extra::Percent(part) => format!("{words}, and a fee of {part} %"),
        Extra::Tip => format!("{words}, and a tip if you like"),
        _ => words,
    }
}
