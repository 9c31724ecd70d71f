//! `serve`

use super::Failure;
use crate::admission::Admission;
use crate::desk::{self, Books};
use crate::health::Health;
use crate::http::guests::Guests;
use crate::http::{self, Metrics, Service, PATIENCE};
use crate::log::{event, Level};
use crate::options::Serve;
use crate::origin::Origin;
use crate::publisher::{Current, Publisher};
use crate::store::redis::{Durability, Mirror, Redis};
use crate::store::sqlite::Sqlite;
use crate::store::Url;
use crate::time::Time;
use core::future::Future;
use core::sync::atomic::Ordering;
use core::time::Duration;
use serde_json::json;
use std::io::{self, Write as _};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::signal::unix::{signal, SignalKind};

/// Bytes of bodies that are being read, over all connections.
const BODIES: usize = 8 * 1024 * 1024;

/// Serves until it is told to stop by a signal, and then what is under way.
pub(super) fn serve(options: Serve) -> Result<(), Failure> {
    let origin = options.origin.clone().open().map_err(Failure::Configuration)?;
    let refresh = Duration::from_secs(options.refresh);
    let (books, mirror, published) = books(&options)?;
    let clock: desk::Clock = Arc::new(Time::now);
    let failed = |error: io::Error| error.to_string();
    let admission = Admission::new(options.new_per_network);
    let (desk, thread) = desk::open(books, refresh, Arc::clone(&clock), admission).map_err(failed)?;
    let is_best_effort =
        matches!(options.store.store, Url::Redis(_)) && options.promise.durability == Durability::BestEffort;
    desk.done.best_effort.store(is_best_effort, Ordering::Relaxed);
    let open = |books| desk::open(books, refresh, clock, Admission::unlimited());
    let mirror = mirror.map(open).transpose().map_err(failed)?;
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(failed)?;
    let mirrored = mirror.as_ref().map(|(place, _)| Arc::clone(&place.health));
    let result = runtime.block_on(listen(&options, origin, desk, mirrored, published));
    // Whoever has a place at a desk goes first, so that its thread comes to an end.
    drop(runtime);
    let _ = thread.join();
    if let Some((place, thread)) = mirror {
        drop(place);
        let _ = thread.join();
    }
    result?;
    event(Level::Info, "stopped", &json!({}));
    Ok(())
}

/// The books for reports, those of a mirror, and what is published.
fn books(options: &Serve) -> Result<(Books, Option<Books>, Option<Current>), Failure> {
    let rules = options.publication.rules().map_err(Failure::Configuration)?;
    let (publisher, current) = Publisher::new(rules);
    let (publisher, quarantine) = (publisher.every(options.publish), options.publication.quarantine);
    match (&options.store.store, &options.publication.mirror) {
        (Url::Sqlite(path), _) => {
            let file = Sqlite::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
            let file = file.with_quarantine(quarantine);
            Ok((Books::File(Box::new(file), publisher), None, Some(current)))
        }
        (Url::Redis(nodes), mirror) => {
            let store = Redis::open(nodes)?.with_quarantine(quarantine).promising(options.promise.promise())?;
            let store = Books::Elsewhere(Box::new(store));
            let Some(path) = mirror else { return Ok((store, None, None)) };
            let mirror = Mirror::open(nodes, path)?.with_quarantine(quarantine);
            Ok((store, Some(Books::Mirror(Box::new(mirror), publisher)), Some(current)))
        }
    }
}

async fn listen(
    options: &Serve,
    origin: Origin,
    desk: desk::Handle,
    mirror: Option<Arc<Health>>,
    published: Option<Current>,
) -> Result<(), String> {
    let failed = |error: io::Error| format!("--listen {}: {error}", options.listen);
    let stop = told_to_stop().map_err(failed)?;
    let listener = TcpListener::bind(options.listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let guests = Guests::new(usize::try_from(options.connections).unwrap_or(usize::MAX), BODIES);
    let metrics = Metrics::default();
    let service = Service { desk, mirror, published, origin, metrics, guests, patience: PATIENCE };
    event(Level::Info, "listening", &json!({"address": address.to_string()}));
    let _ = writeln!(io::stdout(), "http://{address}");
    http::serve(listener, Arc::new(service), stop).await;
    Ok(())
}

/// Signals count from now on; what is given is over when one comes.
fn told_to_stop() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => (),
            _ = interrupt.recv() => (),
        }
        event(Level::Info, "stopping", &json!({}));
    })
}
