//! The Supervisor's network: what is for it leaves by the bridge `hassio`, or not at all.
//!
//! A socket that is bound to an interface is kept to it by the kernel, whatever the routing tables
//! and rules say (`SO_BINDTODEVICE`; an ordinary user may since Linux 5.7).

use core::net::IpAddr;
use std::ffi::OsString;
use std::io;
use std::os::fd::AsFd;

use nix::errno::Errno;
use nix::sys::socket::sockopt::BindToDevice;
use nix::sys::socket::{setsockopt, socket, AddressFamily, SockFlag, SockType};

/// The interface that Docker makes for the Supervisor's network.
const BRIDGE: &str = "hassio";

/// Whether what is for this address must leave by the bridge. A packet for a loopback address
/// leaves the machine by none.
pub(super) fn is_needed(address: IpAddr) -> bool {
    !address.to_canonical().is_loopback()
}

/// Whether a socket can be bound to the bridge.
///
/// # Errors
///
/// Why not.
pub fn check() -> io::Result<()> {
    bind(&socket(AddressFamily::Inet, SockType::Stream, SockFlag::SOCK_CLOEXEC, None)?)
}

/// Binds a socket to the bridge.
///
/// # Errors
///
/// There is no bridge, or the kernel refuses.
pub(super) fn bind(socket: &impl AsFd) -> io::Result<()> {
    setsockopt(socket, BindToDevice, &OsString::from(BRIDGE)).map_err(|errno| match errno {
        Errno::ENODEV => {
            let why = format!("there is no interface {BRIDGE} (is Docker running?)");
            io::Error::new(io::ErrorKind::NotFound, why)
        }
        errno => of_bridge(&errno.into()),
    })
}

/// An error of a connection by the bridge, which says so.
pub(super) fn of_bridge(error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("by the interface {BRIDGE}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::is_needed;

    #[test]
    fn only_loopback_needs_no_bridge() {
        for (address, expected) in [
            ("127.0.0.1", false),
            ("127.1.2.3", false),
            ("::1", false),
            ("::ffff:127.0.0.1", false),
            ("172.30.32.2", true),
            ("::ffff:172.30.32.2", true),
            ("0.0.0.0", true),
            ("::", true),
            ("fd0c:ac1e:2100::2", true),
            ("192.0.2.1", true),
        ] {
            assert_eq!(is_needed(address.parse().unwrap()), expected, "{address}");
        }
    }
}
