//! The surroundings that the library which checks proofs wants to be given. It may look at the
//! clock; there is no network in them, so whatever it asks, it asks through us.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::marker::PhantomData;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use futures_io::{AsyncRead, AsyncWrite};
use hickory_net::runtime::{DnsTcpStream, DnsUdpSocket, RuntimeProvider, Spawn, Time};

/// Nowhere to go, and a time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Nowhere<T>(PhantomData<T>);

/// The time of this device.
#[derive(Clone, Copy, Debug)]
pub(super) struct Now;

type Going<T> = Pin<Box<dyn Send + Future<Output = io::Result<T>>>>;

impl<T: Time + Copy + Send + Sync + Unpin + 'static> RuntimeProvider for Nowhere<T> {
    type Handle = Self;
    type Timer = T;
    type Udp = NoSocket;
    type Tcp = NoSocket;

    fn create_handle(&self) -> Self {
        *self
    }

    fn connect_tcp(
        &self,
        _: SocketAddr,
        _: Option<SocketAddr>,
        _: Option<Duration>,
    ) -> Going<NoSocket> {
        Box::pin(async { Err(io::ErrorKind::Unsupported.into()) })
    }

    fn bind_udp(&self, _: SocketAddr, _: SocketAddr) -> Going<NoSocket> {
        Box::pin(async { Err(io::ErrorKind::Unsupported.into()) })
    }
}

impl<T> Spawn for Nowhere<T> {
    fn spawn_bg(&mut self, _: impl Future<Output = ()> + Send + 'static) {}
}

#[async_trait]
impl Time for Now {
    async fn delay_for(duration: Duration) {
        tokio::time::sleep(duration).await;
    }

    async fn timeout<F: 'static + Future + Send>(
        duration: Duration,
        future: F,
    ) -> Result<F::Output, io::Error> {
        let ended = tokio::time::timeout(duration, future).await;
        ended.map_err(|_| io::ErrorKind::TimedOut.into())
    }
}

/// A socket of which there is none.
pub(super) struct NoSocket(Infallible);

impl DnsUdpSocket for NoSocket {
    type Time = Now;

    fn poll_recv_from(
        &self,
        _: &mut Context<'_>,
        _: &mut [u8],
    ) -> Poll<io::Result<(usize, SocketAddr)>> {
        match self.0 {}
    }

    fn poll_send_to(
        &self,
        _: &mut Context<'_>,
        _: &[u8],
        _: SocketAddr,
    ) -> Poll<io::Result<usize>> {
        match self.0 {}
    }
}

impl DnsTcpStream for NoSocket {
    type Time = Now;
}

impl AsyncRead for NoSocket {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        match self.0 {}
    }
}

impl AsyncWrite for NoSocket {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
        match self.0 {}
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.0 {}
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.0 {}
    }
}
