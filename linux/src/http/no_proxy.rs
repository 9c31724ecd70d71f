//! Which hosts are reached without the proxy: the list of `no_proxy`, as curl reads it.
//!
//! Names and addresses, with commas or blanks between them. A name stands for the hosts below it as
//! well, with or without a dot (or `*.`) in front. An address may be that of a network,
//! `10.0.0.0/8`. `*` is every host. Where curl passes over what it does not understand, this is an
//! error: what was meant to stay inside would go to the proxy.

use core::net::IpAddr;

use ipnetwork::IpNetwork;

use super::without_brackets;

/// Whether a host, as it stands in a URL, is on the list.
///
/// # Errors
///
/// The number, from 1, of the first entry that is none.
pub(super) fn is_exempt(list: &str, host: &str) -> Result<bool, usize> {
    let host = without_brackets(host);
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let address: Option<IpAddr> = host.parse().ok();
    let entries = list.split([',', ' ', '\t']).filter(|entry| !entry.is_empty());
    let mut exempt = false;
    for (index, entry) in entries.enumerate() {
        exempt |= Entry::parse(entry).ok_or(index + 1)?.has(&host, address);
    }
    Ok(exempt)
}

enum Entry {
    All,
    Network(IpNetwork),
    Name(String),
}

impl Entry {
    fn parse(entry: &str) -> Option<Self> {
        if entry == "*" {
            return Some(Entry::All);
        }
        let (address, prefix) = entry.split_once('/').unwrap_or((entry, ""));
        if let Ok(address) = without_brackets(address).parse::<IpAddr>() {
            let network = match (entry.contains('/'), prefix.parse()) {
                (false, _) => IpNetwork::from(address),
                (true, Ok(prefix)) => IpNetwork::new(address, prefix).ok()?,
                (true, Err(_)) => return None,
            };
            return Some(Entry::Network(network));
        }
        let name = entry.strip_prefix("*.").or(entry.strip_prefix('.')).unwrap_or(entry);
        let name = name.strip_suffix('.').unwrap_or(name);
        is_name(name).then(|| Entry::Name(name.to_ascii_lowercase()))
    }

    fn has(&self, host: &str, address: Option<IpAddr>) -> bool {
        match self {
            Entry::All => true,
            Entry::Network(network) => address.is_some_and(|address| network.contains(address)),
            Entry::Name(name) => {
                address.is_none()
                    && host.strip_suffix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            }
        }
    }
}

/// Letters, digits, hyphens and underscores between dots; what ends in a number would be an
/// address.
fn is_name(name: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    let is_number = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    name.split('.').all(is_label) && !name.rsplit('.').next().is_some_and(is_number)
}

#[cfg(test)]
mod tests {
    use super::is_exempt;

    #[test]
    fn as_curl_reads_it() {
        for (list, host, expected) in [
            ("", "a.example", false),
            (" , ,", "a.example", false),
            ("*", "a.example", true),
            ("b.example, *", "a.example", true),
            ("a.example", "a.example", true),
            ("A.Example", "a.EXAMPLE.", true),
            ("a.example.", "a.example", true),
            ("example", "a.example", true),
            (".example", "a.example", true),
            (".a.example", "a.example", true),
            ("*.example", "a.example", true),
            ("ample", "a.example", false),
            ("b.a.example", "a.example", false),
            ("b.example a.example", "a.example", true),
            ("b.example\t ,a.example,", "a.example", true),
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "127.0.0.10", false),
            ("10.0.0.0/8", "10.1.2.3", true),
            ("10.9.9.9/8", "10.1.2.3", true),
            ("10.0.0.0/8", "11.1.2.3", false),
            ("0.0.0.0/0", "11.1.2.3", true),
            ("0.0.0.0/0", "a.example", false),
            ("10.1.2.3/32", "10.1.2.3", true),
            ("::1", "[::1]", true),
            ("[::1]", "[::1]", true),
            ("0:0::1", "[::1]", true),
            ("::1", "[::2]", false),
            ("fd00::/8", "[fd12::1]", true),
            ("[fd00::]/8", "[fd12::1]", true),
            ("fd00::/8", "[fe80::1]", false),
            ("fd00::/8", "10.1.2.3", false),
            ("192.168.0.0/16,localhost,::1", "localhost", true),
        ] {
            assert_eq!(is_exempt(list, host), Ok(expected), "{list:?} {host}");
        }
    }

    #[test]
    fn what_is_not_understood() {
        for (list, entry) in [
            ("10.0.0.0/33", 1),
            ("a.example,10.0.0.0/", 2),
            ("10.0.0.0/-1", 1),
            ("10.0.0.0/8/8", 1),
            ("10.0.0/8", 1),
            ("10.0.0", 1),
            ("192.168.", 1),
            ("300.1.1.1", 1),
            ("fd00::/129", 1),
            ("::g", 1),
            ("fe80::1%eth0", 1),
            ("a.example/8", 1),
            ("a..example", 1),
            (".", 1),
            ("*.*", 1),
            ("*example", 1),
            ("a.example:8080", 1),
            ("http://a.example", 1),
            ("<local>", 1),
            ("a.example;b.example", 1),
            ("*, b.example, ü.example", 3),
        ] {
            assert_eq!(is_exempt(list, "a.example"), Err(entry), "{list:?}");
        }
    }
}
