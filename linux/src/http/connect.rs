//! A TCP connection to the first address that answers.
//!
//! A host with an IPv6 address that leads nowhere is common. Addresses are tried in turns of the two families, a quarter
//! of a second apart and without giving up on the earlier ones (RFC 8305, "happy eyeballs").

use core::net::SocketAddr;
use core::time::Duration;
use std::io;
use std::net::TcpStream;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::sync::Arc;
use std::time::Instant;

use nix::errno::Errno;
use nix::poll::{poll, PollFd, PollFlags, PollTimeout};
use nix::sys::socket::sockopt::SocketError;
use nix::sys::socket::{connect, getsockopt, socket, AddressFamily, SockFlag, SockType, SockaddrStorage};
use ureq::unversioned::resolver::Resolver as _;
use ureq::unversioned::transport::{ConnectionDetails, Connector};
use ureq::{Error, Timeout};

use super::answer::AnswerBuffers;
use super::bridge;
use super::proxy::Proxy;
use super::resolve::Resolver;
use super::stream::TcpTransport;
use super::tunnel::{time_left, ProxyFailed};

/// RFC 8305 §5 recommends 250 ms.
const STAGGER: Duration = Duration::from_millis(250);

/// Connects to the endpoint, or to the proxy that leads to it.
#[derive(Debug)]
pub(super) struct TcpConnector {
    /// A socket for any address but a loopback one is bound to the Supervisor's bridge.
    pub(super) by_bridge: bool,
    pub(super) proxy: Option<Arc<Proxy>>,
}

impl Connector<()> for TcpConnector {
    type Out = TcpTransport;

    fn connect(&self, details: &ConnectionDetails<'_>, _: Option<()>) -> Result<Option<TcpTransport>, Error> {
        let stream = match &self.proxy {
            None => self.open(&details.addrs, details)?,
            Some(proxy) => Resolver::default()
                .resolve(&proxy.uri, details.config, time_left(details))
                .and_then(|addresses| self.open(&addresses, details))
                .map_err(|error| ProxyFailed::of(proxy, error))?,
        };
        let has_tls = self.proxy.as_ref().map_or(details.needs_tls(), |proxy| proxy.is_secure);
        Ok(Some(TcpTransport::new(stream, AnswerBuffers::new(details, !has_tls))))
    }
}

impl TcpConnector {
    fn open(&self, addresses: &[SocketAddr], details: &ConnectionDetails<'_>) -> Result<TcpStream, Error> {
        let timeout = *time_left(details).after;
        let connected = match addresses {
            [only] => alone(*only, timeout, self.by_bridge),
            several => first_to_answer(several, timeout, self.by_bridge),
        };
        connected.map_err(|error| match error.kind() {
            io::ErrorKind::TimedOut => Error::Timeout(Timeout::Connect),
            _ => Error::Io(error),
        })
    }
}

/// A socket for an address; with `by_bridge` one that only the Supervisor's bridge lets out of the
/// machine.
fn socket_for(address: SocketAddr, flags: SockFlag, by_bridge: bool) -> io::Result<OwnedFd> {
    let family = if address.is_ipv6() { AddressFamily::Inet6 } else { AddressFamily::Inet };
    let socket = socket(family, SockType::Stream, flags | SockFlag::SOCK_CLOEXEC, None)?;
    if by_bridge && bridge::is_needed(address.ip()) {
        bridge::bind(&socket)?;
    }
    Ok(socket)
}

/// Why there is no connection, and by the bridge where it had to be that way.
fn failed(errno: Errno, address: SocketAddr, by_bridge: bool) -> io::Error {
    let error = io::Error::from(errno);
    if by_bridge && bridge::is_needed(address.ip()) {
        bridge::of_bridge(&error)
    } else {
        error
    }
}

/// Where there is nothing to choose the kernel waits, which takes half the calls.
fn alone(address: SocketAddr, timeout: Duration, by_bridge: bool) -> io::Result<TcpStream> {
    if timeout.is_zero() {
        return Err(io::ErrorKind::TimedOut.into());
    }
    let stream = TcpStream::from(socket_for(address, SockFlag::empty(), by_bridge)?);
    // Linux keeps this limit for connecting as well; it ends as if the socket did not wait.
    stream.set_write_timeout(Some(timeout))?;
    match connect(stream.as_raw_fd(), &SockaddrStorage::from(address)) {
        Ok(()) => Ok(stream),
        Err(Errno::EINPROGRESS) => Err(io::ErrorKind::TimedOut.into()),
        Err(errno) => Err(failed(errno, address, by_bridge)),
    }
}

fn first_to_answer(addresses: &[SocketAddr], timeout: Duration, by_bridge: bool) -> io::Result<TcpStream> {
    let deadline = Instant::now().checked_add(timeout);
    let mut waiting = in_turns(addresses).into_iter();
    let mut pending: Vec<(OwnedFd, SocketAddr)> = Vec::new();
    let mut failure = io::Error::from(io::ErrorKind::AddrNotAvailable);
    loop {
        let next = waiting.next();
        let exhausted = next.is_none();
        if let Some(address) = next {
            match start(address, by_bridge) {
                Ok(attempt) => pending.push((attempt, address)),
                Err(error) => {
                    failure = error;
                    continue;
                }
            }
        }
        if pending.is_empty() && exhausted {
            return Err(failure);
        }
        let left = deadline.map_or(Duration::MAX, |deadline| deadline.saturating_duration_since(Instant::now()));
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let pause = if waiting.len() == 0 { left } else { left.min(STAGGER) };
        for index in ready(&pending, pause)?.into_iter().rev() {
            let (attempt, address) = pending.swap_remove(index);
            match getsockopt(&attempt, SocketError)? {
                0 => {
                    let stream = TcpStream::from(attempt);
                    stream.set_nonblocking(false)?;
                    return Ok(stream);
                }
                errno => failure = failed(Errno::from_raw(errno), address, by_bridge),
            }
        }
    }
}

/// The order of the resolver, with the families in turns.
fn in_turns(addresses: &[SocketAddr]) -> Vec<SocketAddr> {
    let first_is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for address in addresses {
        if address.is_ipv6() == first_is_v6 { &mut first } else { &mut second }.push(*address);
    }
    let mut second = second.into_iter();
    let mut turns = Vec::with_capacity(addresses.len());
    for address in first {
        turns.push(address);
        turns.extend(second.next());
    }
    turns.extend(second);
    turns
}

/// Begins to connect, without waiting.
fn start(address: SocketAddr, by_bridge: bool) -> io::Result<OwnedFd> {
    let attempt = socket_for(address, SockFlag::SOCK_NONBLOCK, by_bridge)?;
    match connect(attempt.as_raw_fd(), &SockaddrStorage::from(address)) {
        Ok(()) | Err(Errno::EINPROGRESS) => Ok(attempt),
        Err(errno) => Err(failed(errno, address, by_bridge)),
    }
}

/// Which attempts have come to an end, in ascending order.
fn ready(pending: &[(OwnedFd, SocketAddr)], pause: Duration) -> io::Result<Vec<usize>> {
    let mut polled: Vec<PollFd<'_>> =
        pending.iter().map(|(attempt, _)| PollFd::new(attempt.as_fd(), PollFlags::POLLOUT)).collect();
    // Rounded up: a rest of less than a millisecond must not become a busy loop.
    let pause = pause.saturating_add(Duration::from_millis(1));
    match poll(&mut polled, PollTimeout::try_from(pause).unwrap_or(PollTimeout::MAX)) {
        Ok(_) | Err(Errno::EINTR) => {}
        Err(errno) => return Err(errno.into()),
    }
    let over = |polled: &PollFd<'_>| polled.revents().is_some_and(|events| !events.is_empty());
    Ok(polled.iter().enumerate().filter(|(_, polled)| over(polled)).map(|(index, _)| index).collect())
}

#[cfg(test)]
mod tests {
    use super::{in_turns, AddressFamily, Duration, SockFlag, SockType, SockaddrStorage, SocketAddr, TcpStream};
    use nix::sys::socket::socket;
    use std::io;
    use std::net::TcpListener;
    use std::os::fd::AsRawFd as _;

    fn first_to_answer(addresses: &[SocketAddr], timeout: Duration) -> io::Result<TcpStream> {
        super::first_to_answer(addresses, timeout, false)
    }

    fn alone(address: SocketAddr, timeout: Duration) -> io::Result<TcpStream> {
        super::alone(address, timeout, false)
    }

    /// Of TEST-NET-1 (RFC 5737) and the discard prefix (RFC 6666): ordering only, nothing is sent to them.
    #[test]
    fn the_families_take_turns() {
        let addresses = ["[100::1]:1", "[100::2]:1", "[100::3]:1", "192.0.2.1:1"].map(|text| text.parse().unwrap());
        let turns = in_turns(&addresses).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(turns, ["[100::1]:1", "192.0.2.1:1", "[100::2]:1", "[100::3]:1"]);
        assert!(in_turns(&[]).is_empty());
    }

    #[test]
    fn a_refusal_passes_on_to_the_next_address() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let open = listener.local_addr().unwrap();
        let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let stream = first_to_answer(&[closed, open], Duration::from_secs(5)).unwrap();
        assert_eq!(stream.peer_addr().unwrap(), open);
        for refused in [first_to_answer(&[closed], Duration::from_secs(5)), alone(closed, Duration::from_secs(5))] {
            assert_eq!(refused.unwrap_err().kind(), io::ErrorKind::ConnectionRefused);
        }
        assert_eq!(alone(open, Duration::from_secs(5)).unwrap().peer_addr().unwrap(), open);
        assert_eq!(alone(open, Duration::ZERO).unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert!(first_to_answer(&[], Duration::from_secs(5)).is_err());
    }

    /// A listener whose queue is full answers nobody: the address is dead without leaving the machine.
    #[test]
    fn a_dead_address_does_not_eat_the_time() {
        let dead = socket(AddressFamily::Inet, SockType::Stream, SockFlag::SOCK_CLOEXEC, None).unwrap();
        let any = SockaddrStorage::from("127.0.0.1:0".parse::<SocketAddr>().unwrap());
        nix::sys::socket::bind(dead.as_raw_fd(), &any).unwrap();
        nix::sys::socket::listen(&dead, nix::sys::socket::Backlog::new(0).unwrap()).unwrap();
        let bound: SockaddrStorage = nix::sys::socket::getsockname(dead.as_raw_fd()).unwrap();
        let dead_address = SocketAddr::V4((*bound.as_sockaddr_in().unwrap()).into());
        let fill = || first_to_answer(&[dead_address], Duration::from_millis(300));
        let _queue: Vec<_> = core::iter::from_fn(|| fill().ok()).collect();

        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let open = listener.local_addr().unwrap();
        let stream = first_to_answer(&[dead_address, open], Duration::from_secs(60)).unwrap();
        assert_eq!(stream.peer_addr().unwrap(), open);
        let limit = Duration::from_millis(300);
        for late in [first_to_answer(&[dead_address], limit), alone(dead_address, limit)] {
            assert_eq!(late.unwrap_err().kind(), io::ErrorKind::TimedOut);
        }
    }
}
