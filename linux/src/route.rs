//! Where the kernel would send a packet for the Supervisor.
//!
//! This is asked of the machine that the program runs on, whatever `--root` says: it decides where a token goes.

use core::net::{IpAddr, Ipv4Addr};
use std::{fs, io};

/// The running machine's, never one below a root.
const ROUTES: &str = "/proc/net/route";
/// The Supervisor's address in every installation.
pub const SUPERVISOR: Ipv4Addr = Ipv4Addr::new(172, 30, 32, 2);
const BRIDGE: &str = "hassio";

/// Refuses the Supervisor's address unless the best route to it goes straight out of the bridge that Docker made for it: the
/// token would go to the default gateway if that network is not there.
///
/// # Errors
///
/// The address must not be connected to.
pub fn guard(address: IpAddr) -> io::Result<()> {
    let routes = || fs::read_to_string(ROUTES).unwrap_or_default();
    if address.to_canonical() != SUPERVISOR || leads_to_bridge(&routes()) {
        return Ok(());
    }
    Err(io::Error::other("the interface hassio does not carry its network (is Docker running?)"))
}

struct Route<'a> {
    interface: &'a str,
    destination: u32,
    gateway: u32,
    mask: u32,
    metric: u32,
}

/// Reads the kernel's table: a title, then a line per route, addresses in hexadecimal as they lie in memory.
pub fn leads_to_bridge(routes: &str) -> bool {
    let address = u32::from_ne_bytes(SUPERVISOR.octets());
    let best = routes
        .lines()
        .skip(1)
        .filter_map(route)
        .filter(|route| address & route.mask == route.destination)
        .max_by_key(|route| (route.mask.count_ones(), core::cmp::Reverse(route.metric)));
    best.is_some_and(|route| route.interface == BRIDGE && route.gateway == 0)
}

fn route(line: &str) -> Option<Route<'_>> {
    let columns: Vec<&str> = line.split_ascii_whitespace().collect();
    let &[interface, destination, gateway, _, _, _, metric, mask, ..] = columns.as_slice() else { return None };
    let hexadecimal = |column| u32::from_str_radix(column, 16).ok();
    Some(Route {
        interface,
        destination: hexadecimal(destination)?,
        gateway: hexadecimal(gateway)?,
        mask: hexadecimal(mask)?,
        metric: metric.parse().ok()?,
    })
}

#[cfg(test)]
#[cfg(target_endian = "little")]
mod tests {
    use super::leads_to_bridge;

    const TITLE: &str = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";
    const DEFAULT: &str = "end0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n";
    const HASSIO: &str = "hassio\t00201EAC\t00000000\t0001\t0\t0\t0\t00FEFFFF\t0\t0\t0\n";

    #[test]
    fn only_the_bridge_will_do() {
        let other = HASSIO.replace("hassio", "docker0");
        let through_a_router = HASSIO.replace("\t00000000\t0001", "\t0101A8C0\t0003");
        let narrower = "wg0\t02201EAC\t00000000\t0005\t0\t0\t0\tFFFFFFFF\t0\t0\t0\n";
        let cases = [
            (vec![TITLE, DEFAULT, HASSIO], true),
            (vec![TITLE, HASSIO, DEFAULT], true),
            (vec![TITLE, DEFAULT], false),
            (vec![TITLE, DEFAULT, &other], false),
            (vec![TITLE, DEFAULT, &through_a_router], false),
            (vec![TITLE, DEFAULT, HASSIO, narrower], false),
            (vec![TITLE], false),
            (vec![], false),
            (vec![TITLE, "hassio\tx\n", "\n", HASSIO], true),
        ];
        for (lines, expected) in cases {
            assert_eq!(leads_to_bridge(&lines.concat()), expected, "{lines:?}");
        }
    }
}
