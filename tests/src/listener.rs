//! A listening socket on loopback: its connections, their exact number, and their end.

use core::net::{IpAddr, Ipv6Addr, SocketAddr};
use core::time::Duration;
use std::collections::HashMap;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Instant;

/// Far more than loopback ever needs: only a broken machine reaches it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Accepts connections, each served by a thread of its own, until it is dropped.
pub struct Listener {
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

/// One accepted connection, as its thread gets it.
pub struct Accepted {
    /// The socket.
    pub stream: TcpStream,
    /// Tells when the listener is going away.
    pub stop: Arc<Stop>,
}

/// Tells the threads of a listener that it is going away.
#[derive(Default)]
pub struct Stop {
    stopped: Mutex<bool>,
    changed: Condvar,
}

#[derive(Default)]
struct Shared {
    stop: Arc<Stop>,
    gate: Mutex<Gate>,
    gate_changed: Condvar,
    open: Mutex<HashMap<usize, TcpStream>>,
    closed: Condvar,
}

/// What the accepting thread and [`Listener::connections`] agree on.
#[derive(Default)]
struct Gate {
    accepted: usize,
    /// Addresses of our own connections, which are only there to be accepted after all others.
    probes: Vec<SocketAddr>,
}

impl Listener {
    /// Listens on a free port of `host` and hands each connection to `serve`, in a thread of its own.
    pub fn start(host: IpAddr, serve: impl Fn(Accepted) + Send + Sync + 'static) -> Self {
        assert!(host.is_loopback(), "a double listens on loopback only");
        let socket = TcpListener::bind((host, 0)).expect("loopback has a free port");
        let address = socket.local_addr().expect("a bound socket has an address");
        let shared = Arc::new(Shared::default());
        let acceptor = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || accept(&socket, &shared, &Arc::new(serve)))
        };
        Self { address, shared, acceptor: Some(acceptor) }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many connections were made up to now, accepted or still in the system's queue.
    ///
    /// The queue is first in, first out. So a connection of our own, which is not counted, is made and waited for:
    /// when it comes out, everything before it has been counted. A test for "no connection" needs no pause.
    pub fn connections(&self) -> usize {
        let mut gate = self.shared.gate.lock().unwrap();
        let probe = TcpStream::connect_timeout(&self.address, PATIENCE).expect("the listener takes connections");
        let own = probe.local_addr().expect("a connected socket has an address");
        gate.probes.push(own);
        let waited = self.shared.gate_changed.wait_timeout_while(gate, PATIENCE, |gate| gate.probes.contains(&own));
        let (gate, timeout) = waited.unwrap();
        assert!(!timeout.timed_out(), "the listener no longer accepts");
        gate.accepted
    }

    /// Waits until every connection made is over, for at most five seconds. Tells whether it came to that.
    pub fn wait_idle(&self) -> bool {
        self.connections();
        let open = self.shared.open.lock().unwrap();
        let waited = self.shared.closed.wait_timeout_while(open, PATIENCE, |open| !open.is_empty());
        !waited.unwrap().1.timed_out()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.shared.stop.set();
        for stream in self.shared.open.lock().unwrap().values() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        // The accepting thread looks at `stop` once per connection, so it gets one.
        let woken = TcpStream::connect_timeout(&self.address, PATIENCE).is_ok();
        if let (true, Some(acceptor)) = (woken, self.acceptor.take()) {
            let _ = acceptor.join();
        }
    }
}

impl Stop {
    /// Sleeps for `time`, or less if the listener goes away. Tells whether to go on.
    pub fn sleep(&self, time: Duration) -> bool {
        let deadline = Instant::now() + time;
        let mut stopped = self.stopped.lock().unwrap();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if *stopped || left.is_zero() {
                return !*stopped;
            }
            stopped = self.changed.wait_timeout(stopped, left).unwrap().0;
        }
    }

    fn set(&self) {
        *self.stopped.lock().unwrap() = true;
        self.changed.notify_all();
    }

    fn is_set(&self) -> bool {
        *self.stopped.lock().unwrap()
    }
}

/// Whether this machine has the IPv6 loopback address; containers often do not.
pub fn has_ipv6() -> bool {
    TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok()
}

fn accept<F: Fn(Accepted) + Send + Sync + 'static>(socket: &TcpListener, shared: &Arc<Shared>, serve: &Arc<F>) {
    let mut workers = Vec::new();
    while let Ok((stream, peer)) = socket.accept() {
        let Some(number) = shared.admit(peer, &stream) else { continue };
        if shared.stop.is_set() {
            let _ = stream.shutdown(Shutdown::Both);
            break;
        }
        let (shared, serve) = (Arc::clone(shared), Arc::clone(serve));
        workers.push(thread::spawn(move || {
            let _leave = Leave { shared: &shared, number };
            serve(Accepted { stream, stop: Arc::clone(&shared.stop) });
        }));
    }
    for worker in workers {
        let _ = worker.join();
    }
}

impl Shared {
    /// Counts a connection and remembers it as open; `None` for a probe.
    fn admit(&self, peer: SocketAddr, stream: &TcpStream) -> Option<usize> {
        let mut gate = self.gate.lock().unwrap();
        if let Some(probe) = gate.probes.iter().position(|probe| *probe == peer) {
            gate.probes.swap_remove(probe);
            self.gate_changed.notify_all();
            return None;
        }
        let stream = stream.try_clone().expect("a socket can be shared");
        self.open.lock().unwrap().insert(gate.accepted, stream);
        gate.accepted += 1;
        Some(gate.accepted - 1)
    }
}

/// Ends a connection, also when its thread panics.
struct Leave<'a> {
    shared: &'a Shared,
    number: usize,
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        self.shared.open.lock().unwrap().remove(&self.number);
        self.shared.closed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::net::Ipv4Addr;
    use std::io::Read;

    fn silent() -> Listener {
        Listener::start(Ipv4Addr::LOCALHOST.into(), |mut accepted| {
            let _ = accepted.stream.read(&mut [0; 8]);
        })
    }

    #[test]
    fn counts_connections_and_not_its_own_probes() {
        let listener = silent();
        assert_eq!(listener.connections(), 0);
        let first = TcpStream::connect(listener.address()).unwrap();
        assert_eq!(listener.connections(), 1);
        let second = TcpStream::connect(listener.address()).unwrap();
        assert_eq!(listener.connections(), 2);
        drop((first, second));
        assert!(listener.wait_idle());
        assert_eq!(listener.connections(), 2);
    }

    #[test]
    fn dropping_it_ends_a_connection_that_waits() {
        let listener = silent();
        let mut client = TcpStream::connect(listener.address()).unwrap();
        listener.connections();
        drop(listener);
        assert!(matches!(client.read(&mut [0; 8]), Ok(0) | Err(_)));
    }

    #[test]
    fn a_sleeping_thread_does_not_delay_the_end() {
        let listener = Listener::start(Ipv4Addr::LOCALHOST.into(), |accepted| {
            assert!(!accepted.stop.sleep(Duration::from_secs(3600)));
        });
        let _client = TcpStream::connect(listener.address()).unwrap();
        listener.connections();
        let start = Instant::now();
        drop(listener);
        assert!(start.elapsed() < Duration::from_secs(60));
    }
}
