//! The way to the servers: variables of proxies, bundles of authorities.

use base64::prelude::{Engine, BASE64_STANDARD};
use core::str;
use haos_analytics::parse::{authorities, proxy};
use std::ffi::OsString;

/// An authority that is in order.
const GOOD: &str = include_str!("network/authority.pem");
const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";
/// What an error says, and no more.
const WHY: [&str; 2] = ["not the address of a proxy", "SOCKS is not supported, only HTTP proxies are"];
const HOSTS: [&str; 4] = ["analytics.example", "192.0.2.1", "[fd00::1]", "localhost"];

/// A byte that chooses the endpoint, the value of a proxy's variable, and behind a line end that of
/// `no_proxy`: nothing of either is quoted, and what one more entry of the list means is certain.
pub fn proxy_variable(data: &[u8]) {
    let Some((choice, values)) = data.split_first() else { return };
    let Ok(values) = str::from_utf8(values) else { return };
    let (value, list) = values.split_once('\n').unwrap_or((values, ""));
    let scheme = if choice & 4 == 0 { "https" } else { "http" };
    let endpoint = format!("{scheme}://{}/v1", HOSTS[usize::from(choice & 3)]).parse().expect("an endpoint");
    let ask = |list: &str| {
        let variable = |name: &str| match name {
            "all_proxy" => Some(OsString::from(value)),
            "no_proxy" => Some(OsString::from(list)),
            _ => None,
        };
        proxy(&endpoint, &variable)
    };
    let plain = ask("");
    match &plain {
        Ok(None) => assert!(value.is_empty()),
        Ok(Some(proxy)) => {
            let shown = proxy.to_string();
            assert!(shown.ends_with(" (all_proxy)") && !shown.contains('@') && !shown.chars().any(char::is_control));
            // The host is what stands behind the credentials.
            let place = value.split_once("://").map_or(value, |(_, rest)| rest).split(['/', '?', '#']).next();
            let behind = place.unwrap_or_default().rsplit('@').next().unwrap_or_default();
            let host = shown.rsplit_once(':').map_or("", |(host, _)| host);
            assert!(!host.is_empty() && behind.contains(host), "{shown}");
        }
        Err(error) => {
            let told = error.to_string();
            assert!(told.strip_prefix("the variable all_proxy: ").is_some_and(|why| WHY.contains(&why)), "{told}");
        }
    }
    let Ok(Some(_)) = plain else {
        assert_eq!(ask(list).is_ok(), plain.is_ok(), "the list does not matter");
        return;
    };
    match ask(list) {
        Err(error) => {
            let told = error.to_string();
            let number = told.strip_prefix("the variable no_proxy: entry ").and_then(|rest| rest.split_once(' '));
            let (number, why) = number.expect("the entry is told by its number");
            assert!(number.parse().is_ok_and(|number: usize| (1..=list.len()).contains(&number)), "{told}");
            assert_eq!(why, "is no host, address, network or *");
        }
        Ok(found) => {
            let is_exempt = |list: &str| ask(list).expect("it is understood").is_none();
            assert!(is_exempt(&format!("{list},*")) && is_exempt(&format!("* {list}")));
            assert!(ask(&format!("{list},10.0.0.0/33")).is_err(), "a later entry that is wrong is told");
            let entries: Vec<&str> = list.split([',', ' ', '\t']).filter(|entry| !entry.is_empty()).collect();
            let alone = entries.iter().any(|entry| is_exempt(entry));
            assert_eq!(found.is_none(), alone, "each entry means what it means alone: {list:?}");
        }
    }
}

/// A bundle of certificates: a byte that chooses between PEM and one certificate in DER, which is
/// wrapped here.
pub fn ca_bundle(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let is_der = choice & 1 == 1;
    let text = if is_der { wrap(rest).into_bytes() } else { rest.to_vec() };
    let read = |text: &[u8]| authorities(text).expect("memory can be read");
    let (roots, broken) = read(&text);
    let begins = text.windows(10).filter(|part| *part == b"-----BEGIN").count();
    assert!(roots.len() <= begins);
    assert!(!is_der || rest.is_empty() || (roots.len() == 1) != broken, "one certificate is in order or not");
    // What follows takes nothing away, nor does what goes before, where all that begins ends.
    let (more, also_broken) = read(&[GOOD.as_bytes(), b"\n", &text].concat());
    assert_eq!((more.len(), also_broken), (roots.len() + 1, broken));
    if all_end(&text) {
        let (more, also_broken) = read(&[&text, GOOD.as_bytes()].concat());
        assert_eq!((more.len(), also_broken), (roots.len() + 1, broken));
    }
}

/// Whether there are whole lines, and certificates alone, one behind the other.
fn all_end(text: &[u8]) -> bool {
    let marks: Vec<&[u8]> =
        text.split(|byte| *byte == b'\n').filter(|line| line.windows(3).any(|part| part == b"---")).collect();
    let is_pair = |pair: &[&[u8]]| pair == [BEGIN.as_bytes(), END.as_bytes()];
    text.ends_with(b"\n") && marks.chunks(2).all(is_pair)
}

fn wrap(der: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).filter_map(|line| str::from_utf8(line).ok()).collect();
    format!("{BEGIN}\n{}\n{END}\n", lines.join("\n"))
}
