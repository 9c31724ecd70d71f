use super::*;
use std::path::Path;

fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(*name, value.parse().unwrap());
    }
    headers
}

fn origin(trusted: &[&str], geoip: Option<Geoip>) -> Origin {
    let mut networks = Networks::default();
    trusted.iter().for_each(|network| networks.add(network).unwrap());
    let name = |name| Some(HeaderName::from_static(name));
    let (country, region, address) = (name("country"), name("region"), name("x-forwarded-for"));
    Origin { trusted: networks, country, region, address, geoip }
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn codes() {
    let place = |country, region| Place::of(country, region).map(|place| place.as_str().to_owned());
    for (country, region, expected) in [
        ("DE", None, Some("DE")),
        ("DE", Some("BE"), Some("DE")),
        ("US", Some("CA"), Some("US CA")),
        ("US", None, Some("US")),
        ("US", Some("California"), Some("US")),
        ("US", Some("ca"), Some("US")),
        ("T1", None, Some("T1")),
        ("XX", None, None),
        ("1T", None, None),
        ("de", None, None),
        ("", None, None),
        ("DEU", None, None),
        ("\u{e9}", None, None),
        ("D ", None, None),
    ] {
        assert_eq!(place(country, region).as_deref(), expected, "{country:?} {region:?}");
    }
}

#[test]
fn networks() {
    let origin =
        origin(&["10.0.0.0/8", "192.0.2.7", "2001:db8::/32", "::ffff:198.51.100.0/120", "::ffff:203.0.113.1"], None);
    for (address, inside) in [
        ("10.1.2.3", true),
        ("11.1.2.3", false),
        ("192.0.2.7", true),
        ("192.0.2.8", false),
        ("::ffff:10.1.2.3", true),
        ("2001:db8:1::1", true),
        ("2001:db9::1", false),
        ("::1", false),
        ("198.51.100.7", true),
        ("::ffff:198.51.100.7", true),
        ("198.51.101.7", false),
        ("203.0.113.1", true),
        ("203.0.113.2", false),
    ] {
        assert_eq!(origin.trusted.contain(ip(address)), inside, "{address}");
    }
    for wrong in ["", "10.0.0.0/33", "example", "10.0.0"] {
        assert!(Networks::default().add(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn headers_of_a_trusted_proxy_only() {
    let origin = origin(&["10.0.0.0/8"], None);
    let headers = headers(&[("country", "US"), ("region", "CA")]);
    assert_eq!(origin.place(ip("10.0.0.1"), &headers), Place::of("US", Some("CA")));
    assert_eq!(origin.place(ip("192.0.2.1"), &headers), None);
}

#[test]
fn the_last_address_that_is_not_a_proxys() {
    let origin = origin(&["10.0.0.0/8"], None);
    for (lines, client) in [
        (&["192.0.2.1"][..], Some("192.0.2.1")),
        (&["1.1.1.1, 192.0.2.1"], Some("192.0.2.1")),
        (&["1.1.1.1, 192.0.2.1, 10.0.0.9"], Some("192.0.2.1")),
        (&["1.1.1.1", "192.0.2.1,10.0.0.9"], Some("192.0.2.1")),
        (&["1.1.1.1, nonsense"], None),
        (&["1.1.1.1, nonsense, 10.0.0.9"], None),
        (&["10.0.0.9"], None),
        (&[""], None),
        (&[], None),
    ] {
        let lines: Vec<_> = lines.iter().map(|line| ("x-forwarded-for", *line)).collect();
        assert_eq!(origin.client(&headers(&lines)), client.map(ip), "{lines:?}");
    }
}

/// Networks that have been where they are for decades: universities.
const UNIVERSITIES: [(&str, &str, Option<&str>); 7] = [
    ("128.32.0.1", "US", Some("CA")), // Berkeley
    ("18.9.22.69", "US", Some("MA")), // MIT
    ("129.132.1.1", "CH", None),      // ETH Zürich
    ("130.149.7.1", "DE", None),      // TU Berlin
    ("129.240.1.1", "NO", None),      // Oslo
    ("2001:630::1", "GB", None),      // Janet
    ("::ffff:129.132.1.1", "CH", None),
];

fn finds_universities(geoip: &Geoip, states: bool) {
    for (address, country, state) in UNIVERSITIES {
        assert_eq!(geoip.place(ip(address)), Place::of(country, state.filter(|_| states)), "{address}");
    }
    for address in ["127.0.0.1", "10.0.0.1", "::1"] {
        assert_eq!(geoip.place(ip(address)), None, "{address}");
    }
}

fn named_by(variable: &str) -> Geoip {
    Geoip::open(Path::new(&std::env::var_os(variable).unwrap())).unwrap()
}

#[test]
#[ignore = "needs a database, HAOS_ANALYTICS_GEOIP: .ci/receiver fetches one"]
fn a_real_database() {
    let geoip = named_by("HAOS_ANALYTICS_GEOIP");
    finds_universities(&geoip, true);
    let origin = origin(&["10.0.0.0/8"], Some(geoip));
    let forwarded = headers(&[("x-forwarded-for", "1.1.1.1, 129.132.1.1")]);
    let swiss = Place::of("CH", None);
    assert_eq!(origin.place(ip("129.132.1.1"), &HeaderMap::new()), swiss);
    assert_eq!(origin.place(ip("10.0.0.1"), &forwarded), swiss);
    assert_eq!(origin.place(ip("10.0.0.1"), &HeaderMap::new()), None);
    // Who is not trusted is where he is, whatever he says.
    assert_eq!(origin.place(ip("130.149.7.1"), &forwarded), Place::of("DE", None));
}

#[test]
#[ignore = "needs a database, HAOS_ANALYTICS_GEOIP_FLAT: .ci/receiver fetches one"]
fn a_real_database_of_the_flat_layout() {
    finds_universities(&named_by("HAOS_ANALYTICS_GEOIP_FLAT"), false);
}

#[test]
fn the_flat_layout() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("flat.mmdb");
    std::fs::write(&file, flat::database()).unwrap();
    let geoip = Geoip::open(&file).unwrap();
    for (address, expected) in [
        ("192.0.2.1", Some("NZ")),
        ("64.1.2.3", Some("FR")),
        ("::ffff:64.1.2.3", Some("FR")),
        ("10.0.0.1", None),
        ("2001:db8::1", None),
    ] {
        assert_eq!(geoip.place(ip(address)), expected.and_then(|code| Place::of(code, None)), "{address}");
    }
}

#[test]
fn a_file_that_is_no_database() {
    let error = Geoip::open(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))).err().unwrap();
    assert!(error.contains("Cargo.toml: "), "{error}");
    assert!(Geoip::open(Path::new("/nowhere")).is_err());
}
