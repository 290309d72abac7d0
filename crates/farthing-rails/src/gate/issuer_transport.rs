//! cdk's view of the gate: its HTTP transport, so that no request to an issuer goes another way.

use async_trait::async_trait;
use cdk::http_client::{HttpError, RawResponse};
use cdk_common::AuthToken;
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::{Errand, Gate, GateError, Reply};

/// Carries cdk's requests to issuers through the [`Gate`].
#[derive(Debug, Clone)]
pub(crate) struct IssuerTransport {
    gate: Gate,
}

/// What cdk is told when nothing can have reached the issuer. It keeps only texts of transport
/// errors, so the difference between "never sent" and "lost" has to travel in one.
pub(crate) const NOTHING_WAS_SENT: &str = "nothing was sent";

impl IssuerTransport {
    pub(crate) fn new(gate: Gate) -> Self {
        Self { gate }
    }

    async fn post<P: Serialize + Sync>(&self, url: Url, payload: &P) -> Result<Reply, HttpError> {
        let body = serde_json::to_vec(payload)?;
        let errand = if url.path().contains("/v1/melt/") && !url.path().contains("/quote/") {
            Errand::LightningPayment
        } else {
            Errand::Issuer
        };
        self.gate.post_json(errand, url, body).await.map_err(tell)
    }
}

fn tell(error: GateError) -> HttpError {
    match error {
        GateError::Blocked(_) | GateError::NotConnected => {
            HttpError::Other(NOTHING_WAS_SENT.to_owned())
        }
        GateError::TimedOut => HttpError::Timeout,
        GateError::Broken | GateError::ReplyTooLong | GateError::Packed => {
            HttpError::Other(error.to_string())
        }
    }
}

/// Issuers refuse with 400 and the like (NUT-00). Whatever else comes may be of something in
/// between, while the issuer goes on working: its words, however much they look like a refusal,
/// are none.
pub(crate) fn is_refusal(status: u16) -> bool {
    (400..500).contains(&status) && !matches!(status, 408 | 429)
}

fn read<R: DeserializeOwned>(reply: Reply) -> Result<R, HttpError> {
    if (200..300).contains(&reply.status) {
        return serde_json::from_slice(&reply.body).map_err(HttpError::from);
    }
    let message = if is_refusal(reply.status) {
        String::from_utf8_lossy(&reply.body)
            .chars()
            .take(2048)
            .collect()
    } else {
        String::new()
    };
    Err(HttpError::Status {
        status: reply.status,
        message,
    })
}

#[async_trait]
impl cdk::wallet::HttpTransport for IssuerTransport {
    async fn ws_connect(
        &self,
        _url: &str,
        _headers: &[(&str, &str)],
    ) -> Result<
        (
            cdk_common::ws_client::WsSender,
            cdk_common::ws_client::WsReceiver,
        ),
        cdk_common::ws_client::WsError,
    > {
        // Websockets would go round the gate; the wallet polls instead.
        Err(cdk_common::ws_client::WsError::NotSupported(
            "websockets are not used".to_owned(),
        ))
    }

    fn with_proxy(
        &mut self,
        _proxy: Url,
        _host: Option<&str>,
        _accept_invalid_certs: bool,
    ) -> Result<(), HttpError> {
        Err(HttpError::Proxy("proxies are not used".to_owned()))
    }

    async fn http_get<R: DeserializeOwned>(
        &self,
        url: Url,
        _auth: Option<AuthToken>,
    ) -> Result<R, HttpError> {
        read(self.gate.get(Errand::Issuer, url).await.map_err(tell)?)
    }

    async fn http_get_raw(
        &self,
        url: Url,
        _auth: Option<AuthToken>,
    ) -> Result<RawResponse, HttpError> {
        let reply = self.gate.get(Errand::Issuer, url).await.map_err(tell)?;
        Ok(RawResponse::new(reply.status, reply.body))
    }

    async fn http_post<P, R>(
        &self,
        url: Url,
        _auth: Option<AuthToken>,
        payload: &P,
    ) -> Result<R, HttpError>
    where
        P: Serialize + Send + Sync,
        R: DeserializeOwned,
    {
        read(self.post(url, payload).await?)
    }

    async fn http_post_form_raw<P>(
        &self,
        _url: Url,
        _auth: Option<AuthToken>,
        _payload: &P,
    ) -> Result<RawResponse, HttpError>
    where
        P: Serialize + Send + Sync,
    {
        Err(HttpError::Other(
            "issuers that ask for a login are not supported".to_owned(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message_with(status: u16) -> String {
        let body = br#"{"code":20004,"detail":"no route"}"#.to_vec();
        match read::<serde_json::Value>(Reply { status, body }) {
            Err(HttpError::Status { message, .. }) => message,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_refusal_is_one_only_where_an_issuer_says_it() {
        for status in [400, 403, 404, 422] {
            assert!(message_with(status).contains("no route"), "{status}");
        }
        for status in [302, 408, 429, 500, 502, 504] {
            assert_eq!(message_with(status), "", "{status}");
        }
    }
}
