//! A database of addresses in the flat layout of the freely licensed ones, made here byte by byte.

/// Two networks: 64.0.0.0/2 is in France, 128.0.0.0/1 in New Zealand.
pub(super) fn database() -> Vec<u8> {
    // Two nodes. Records: the number of a node; 2, nothing; more, 2 and 16 and the place in the data.
    let (new_zealand, france) = (country("NZ"), country("FR"));
    let nodes = [[1, 2 + 16], [2, 2 + 16 + u8::try_from(new_zealand.len()).unwrap()]];
    let tree = nodes.into_iter().flatten().flat_map(|record| [0, 0, record]);
    let about = map(&[
        ("binary_format_major_version", vec![5 << 5 | 1, 2]),
        ("binary_format_minor_version", vec![5 << 5]),
        ("build_epoch", vec![1, 2, 1]),
        ("database_type", text("flat")),
        ("description", map(&[])),
        ("ip_version", vec![5 << 5 | 1, 4]),
        ("languages", vec![0, 4]),
        ("node_count", vec![6 << 5 | 1, 2]),
        ("record_size", vec![5 << 5 | 1, 24]),
    ]);
    tree.chain([0; 16]).chain(new_zealand).chain(france).chain(*b"\xab\xcd\xefMaxMind.com").chain(about).collect()
}

fn country(code: &str) -> Vec<u8> {
    map(&[("country_code", text(code))])
}

fn map(pairs: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = vec![7 << 5 | u8::try_from(pairs.len()).unwrap()];
    pairs.iter().for_each(|(key, value)| bytes.extend([text(key), value.clone()].concat()));
    bytes
}

fn text(text: &str) -> Vec<u8> {
    [&[2 << 5 | u8::try_from(text.len()).unwrap()], text.as_bytes()].concat()
}
