//! HTTP, within limits that no sender can move.
//!
//! HTTP/1 in clear text, for a proxy that speaks TLS stands in front. Whoever is slow, silent or malformed holds one of a
//! fixed number of places, and loses it to the next one who comes: see [`guests`].

mod answer;
mod body;
pub mod guests;
mod metrics;
mod route;

pub use metrics::Metrics;

use crate::desk::Handle;
use crate::health::Health;
use crate::log::{event, Level};
use crate::origin::Origin;
use crate::publisher::Current;
use core::future::Future;
use core::net::IpAddr;
use core::pin::pin;
use core::time::Duration;
use guests::{Guest, Guests};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::json;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

/// Head of a request: this many bytes, this many lines.
const HEAD_BYTES: usize = 16 * 1024;
const HEAD_LINES: usize = 64;
/// See [`Service::patience`].
pub const PATIENCE: Duration = Duration::from_secs(30);
/// At the end, requests under way have this long.
const LAST_ORDERS: Duration = Duration::from_secs(10);

/// What all connections share.
pub struct Service {
    /// Takes reports.
    pub desk: Handle,
    /// Whether the thread that keeps the mirror is well, if there is one.
    pub mirror: Option<Arc<Health>>,
    /// What is published, if this machine publishes anything.
    pub published: Option<Current>,
    /// Finds countries.
    pub origin: Origin,
    /// Counts requests.
    pub metrics: Metrics,
    /// The connections.
    pub guests: Arc<Guests>,
    /// A head has this long, and a body too. A connection on which nothing comes is closed after the same time.
    pub patience: Duration,
}

/// Serves until `stop` is over, and then what is under way.
pub async fn serve(listener: TcpListener, service: Arc<Service>, stop: impl Future<Output = ()>) {
    let (closing, closed) = watch::channel(false);
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => admit(&service, stream, peer.ip(), closed.clone()),
            Err(error) => {
                // Out of file descriptors, most likely: others have to go first.
                event(Level::Warning, "accept failed", &json!({"error": error.to_string()}));
                service.guests.turn_out();
                sleep(Duration::from_millis(20)).await;
            }
        }
    }
    drop(listener);
    closing.send_replace(true);
    let _ = timeout(LAST_ORDERS, service.guests.gone()).await;
}

fn admit(service: &Arc<Service>, stream: TcpStream, peer: IpAddr, closed: watch::Receiver<bool>) {
    let guest = service.guests.admit();
    let at = guest.number();
    let service = Arc::clone(service);
    let guests = Arc::clone(&service.guests);
    let task = tokio::spawn(async move {
        let guest = Arc::new(guest);
        connection(&service, &guest, stream, peer, closed).await;
    });
    guests.can_be_turned_out(at, task.abort_handle());
}

async fn connection(
    service: &Arc<Service>,
    guest: &Arc<Guest>,
    stream: TcpStream,
    peer: IpAddr,
    mut closed: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let answering = service_fn(|request| route::answer(service, guest, peer, request));
    let mut connection = pin!(http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(service.patience)
        .max_buf_size(HEAD_BYTES)
        .max_headers(HEAD_LINES)
        .half_close(true)
        .serve_connection(TokioIo::new(stream), answering));
    // Whatever ends a connection is the sender's affair.
    tokio::select! {
        _ = &mut connection => return,
        _ = closed.wait_for(|closed| *closed) => (),
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}
