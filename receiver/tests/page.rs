//! The page: read by an XML parser, whose rules are stricter than those of HTML.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use base64::prelude::{Engine as _, BASE64_STANDARD};
use common::program::Program;
use common::{put, wait_until, NOON};
use core::time::Duration;
use haos_analytics_receiver::aggregate::{Addon, Aggregate, Builder, CustomIntegration, Entry, Published, Rules};
use haos_analytics_receiver::page;
use haos_analytics_receiver::sample::Population;
use haos_analytics_receiver::store::sqlite::Sqlite;
use haos_analytics_receiver::store::Store as _;
use roxmltree::{Document, Node, ParsingOptions};
use std::collections::HashSet;
use std::sync::Arc;
use tempfile::TempDir;

fn parse(page: &str) -> Document<'_> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    Document::parse_with_options(page, options).unwrap_or_else(|error| panic!("{error}: {page}"))
}

fn all<'a>(of: &Node<'a, 'a>, tag: &str) -> Vec<Node<'a, 'a>> {
    of.descendants().filter(|node| node.has_tag_name(tag)).collect()
}

fn text(node: &Node<'_, '_>) -> String {
    node.descendants().filter_map(|node| node.text().filter(|_| node.is_text())).collect()
}

/// The rows of the table with this caption, as texts.
fn table(document: &Document<'_>, caption: &str) -> Vec<Vec<String>> {
    let tables = document.descendants().filter(|node| node.has_tag_name("table"));
    let found = tables.filter(|table| all(table, "caption").iter().any(|node| text(node).starts_with(caption)));
    let rows = found.flat_map(|table| all(&table, "tr").into_iter().skip(1).collect::<Vec<_>>());
    rows.map(|row| row.children().map(|cell| text(&cell)).collect()).collect()
}

fn row(cells: [&str; 3]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}

/// What holds for every page.
fn check(page: &str) {
    let document = parse(page);
    let root = document.root_element();
    assert_eq!(root.attribute("lang"), Some("en"));
    assert!(page.starts_with("<!DOCTYPE html>\n"));
    assert!(all(&root, "meta").iter().any(|meta| meta.attribute("name") == Some("viewport")));
    assert_eq!(all(&root, "h1").len(), 1);
    let mut ids = HashSet::new();
    for node in document.descendants() {
        let tag = node.tag_name().name();
        assert!(!["script", "img", "iframe", "object", "form", "base"].contains(&tag), "{tag}");
        for attribute in node.attributes() {
            let (name, value) = (attribute.name(), attribute.value());
            assert!(!name.starts_with("on") && name != "style" && name != "src", "{name}");
            assert!(name != "href" || value.starts_with(['#', '/']) || value == "data:,", "{value}");
            assert!(name != "id" || ids.insert(value.to_owned()), "{value} is there twice");
        }
    }
    for link in all(&root, "a").iter().filter_map(|link| link.attribute("href")?.strip_prefix('#')) {
        assert!(ids.contains(link), "nothing is at #{link}");
    }
    for table in all(&root, "table") {
        assert_eq!(all(&table, "caption").len(), 1);
        assert!(all(&table, "th").iter().all(|head| head.attribute("scope").is_some()));
    }
    for drawing in all(&root, "svg") {
        let named = !all(&drawing, "title").is_empty() && !all(&drawing, "desc").is_empty();
        assert!(named || drawing.attribute("aria-hidden") == Some("true"));
    }
    let style = &page[page.find("<style>").unwrap() + 7..page.find("</style>").unwrap()];
    let digest = BASE64_STANDARD.encode(ring::digest::digest(&ring::digest::SHA256, style.as_bytes()));
    assert!(page::POLICY.contains(&format!("style-src 'sha256-{digest}';")), "the style sheet has {digest}");
}

/// The row of what the others leave of a whole.
const REST: &str = "other, rare or not known";

fn small() -> Aggregate {
    let mut all = Aggregate { last_updated: NOON, least: 10, active_installations: 12_345, ..Aggregate::default() };
    all.installation_types.os = 12_000;
    all.installation_types.unknown = 345;
    all.countries = [("DE", 6000), ("T1", 45), ("US", 40)].map(|(name, count)| (name.to_owned(), count)).into();
    all.regions = [("US CA".to_owned(), 30)].into();
    all.versions = [("2026.2.1", 12_344), ("2026.2.2", 1)].map(|(name, count)| (name.to_owned(), count)).into();
    all.operating_system.boards = [("green".to_owned(), 1000)].into();
    all.operating_system.versions = [("17.1".to_owned(), 1100)].into();
    all.operating_system.board_versions = [("green".to_owned(), [("17.1".to_owned(), 998)].into())].into();
    all.reports_integrations = 100;
    all.integrations = [("mqtt".to_owned(), 100), ("other".to_owned(), 50)].into();
    all.reports_statistics = 90;
    all.medians.avg_states = 1234.5;
    all
}

#[test]
fn every_value_has_its_place() {
    let page = page::write(&Published::new(small(), Vec::new()));
    check(&page);
    let document = parse(&page);
    assert_eq!(text(&all(&document.root(), "h1")[0]), "12,345 installations");
    assert_eq!(
        table(&document, "Ways"),
        [row(["Home Assistant OS", "12,000", "97.2%"]), row(["not known", "345", "2.8%"]),]
    );
    let countries = [
        row(["Germany DE", "6,000", "48.6%"]),
        row(["T1", "45", "0.4%"]),
        row(["United States US", "40", "0.3%"]),
        row([REST, "6,260", "50.7%"]),
    ];
    assert_eq!(table(&document, "Countries"), countries);
    assert_eq!(table(&document, "States"), [row(["CA", "30", "75.0%"]), row([REST, "10", "25.0%"])]);
    assert_eq!(table(&document, "Exact"), [row(["2026.2.1", "12,344", ">99.9%"]), row(["2026.2.2", "1", "<0.1%"])]);
    let boards = [row(["Home Assistant Green green", "1,000", "8.3%"]), row([REST, "11,000", "91.7%"])];
    assert_eq!(
        table(&document, "Boards"),
        [&boards[..], &[row(["Home Assistant Green 1,000", ">99%", "<1%"])]].concat()
    );
    // An installation has several, so there is no rest; one may have this name.
    assert_eq!(table(&document, "Integrations"), [row(["mqtt", "100", "100%"]), row(["other", "50", "50.0%"])]);
    assert!(page.contains("<dt>states</dt><dd>1,234.5</dd>") && page.contains("from 10 installations on"));
    assert!(page.contains("The history begins on 2 Feb 2026."), "{page}");
}

#[test]
fn folded_is_not_zero() {
    let mut all = small();
    all.operating_system.boards.insert("ova".to_owned(), 50);
    all.operating_system.board_versions.insert("ova".to_owned(), [("17.2".to_owned(), 50)].into());
    for (least, expected) in [(10, "–"), (1, "0%")] {
        all.least = least;
        let page = page::write(&Published::new(all.clone(), Vec::new()));
        let matrix = table(&parse(&page), "Boards and");
        assert_eq!(matrix[1], row(["Virtual machine 50", expected, "100%"]));
        assert_eq!(page.contains("shown from"), least > 1);
    }
}

#[test]
fn nobody_yet() {
    let page = page::write(&Published::default());
    check(&page);
    assert!(page.contains("<h1>No installations yet</h1>") && page.contains("DELETE /v1/") && !page.contains("<table"));
    // Without folding there is nothing to be said about it.
    assert!(!page.contains("installations on"));
    // With it, nobody knows whether there is anybody.
    let few = Aggregate { least: 10, ..Aggregate::default() };
    let page = page::write(&Published::new(few, Vec::new()));
    check(&page);
    assert!(page.contains("Numbers are shown from 10 installations on.") && !page.contains("No installations"));
}

#[test]
fn names_are_only_text() {
    let long = "W".repeat(128);
    let hostile = [
        "<script>alert(1)</script>",
        "</style><script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "&lt;script&gt;&#60;",
        "]]>-->",
        &*long,
        "مرحبا",
    ];
    let mut aggregate = small();
    for (at, name) in hostile.into_iter().enumerate() {
        let (name, count) = (name.to_owned(), 50 - at as u64);
        let system = &mut aggregate.operating_system;
        for counts in [
            &mut aggregate.countries,
            &mut aggregate.regions,
            &mut aggregate.versions,
            &mut aggregate.releases,
            &mut aggregate.integrations,
            &mut aggregate.supervisor.arch,
            &mut system.boards,
            &mut system.versions,
        ] {
            counts.insert(name.clone(), count);
        }
        system.board_versions.insert(name.clone(), [(name.clone(), count)].into());
        let versions = || [(name.clone(), count)].into();
        let addon = Addon { total: count, versions: versions(), ..Addon::default() };
        aggregate.addons.insert(Arc::from(&*name), Arc::new(addon));
        let custom = CustomIntegration { total: count, versions: versions() };
        aggregate.custom_integrations.insert(Arc::from(&*name), Arc::new(custom));
        aggregate.recorder_engines.insert(Arc::from(&*name), Arc::default());
    }
    let page = page::write(&Published::new(aggregate.clone(), Vec::new()));
    check(&page);
    let document = parse(&page);
    for caption in
        ["Countries", "States", "Exact", "Releases", "Processors", "Boards", "Versions of", "Databases", "Add-ons"]
    {
        let rows = table(&document, caption);
        for name in hostile {
            let found = rows.iter().filter(|row| row[0] == name || row[0].starts_with(&format!("{name} "))).count();
            assert!(found >= 1, "{caption}: {name} is not in {rows:?}");
        }
    }
    // Turned text would show a name as another one.
    aggregate.integrations.insert("\u{202e}qqtm\0".to_owned(), 10);
    let page = page::write(&Published::new(aggregate, Vec::new()));
    check(&page);
    assert!(page.contains("\u{fffd}qqtm\u{fffd}") && !page.contains(['\u{202e}', '\0']));
}

#[test]
fn a_line_of_two_years() {
    let hour = |hours: u64| NOON.minus(Duration::from_secs(hours * 3600));
    let entry = |hours| Entry {
        timestamp: hour(hours).to_string(),
        active_installations: 20_000 - hours,
        installation_types: small().installation_types,
        versions: [].into(),
    };
    let mut history: Vec<_> = (1..17_000).rev().map(entry).collect();
    history.insert(7, Entry { timestamp: "nonsense".to_owned(), ..entry(1) });
    let page = page::write(&Published::new(small(), history));
    check(&page);
    let document = parse(&page);
    let lines: Vec<_> =
        all(&document.root(), "path").iter().filter_map(|path| path.attribute("d")).map(str::len).collect();
    assert!(lines.iter().all(|length| *length < 8000), "{lines:?}");
    let rows = table(&document, "Installations over time");
    assert_eq!(rows[0], ["2 Feb 2026", "12,345"]);
    assert_eq!(rows[rows.len() - 1], ["24 Feb 2024", "3,001"]);
    assert!((13..=14).contains(&rows.len()));
    assert!(page.contains("That is 6,935 fewer than 30 days ago."), "{page}");
    assert!(page.contains("From 3,001 on 24 Feb 2024 to 12,345 on 2 Feb 2026, and never more than 19,999."));
}

#[test]
fn a_thousand_installations() {
    let directory = TempDir::new().unwrap();
    let mut store = Sqlite::open(&directory.path().join("store")).unwrap();
    let population = Population::new(1);
    let writes: Vec<_> = (0..1000).map(|number| put(&population, number, 0)).collect();
    store.write(&writes, NOON).unwrap();
    let (tally, db) = store.counts().unwrap();
    let aggregate = Builder::new(Rules::default()).build(tally, db, NOON).unwrap();
    let integrations = aggregate.integrations.len();
    let page = page::write(&Published::new(aggregate, Vec::new()));
    check(&page);
    // 20 are seen, 100 are folded.
    assert_eq!(table(&parse(&page), "Integrations").len(), 120);
    assert!(page.contains(&format!("{} more are in <a href=\"/current_data.json\">", integrations - 120)));
    assert!(page.len() < 150_000, "{}", page.len());
}

#[test]
fn the_browser_is_told_to_run_nothing() {
    let directory = TempDir::new().unwrap();
    let program = Program::with_file(&directory.path().join("store"), &[]);
    wait_until("published", || program.request("GET", "/", "", b"").starts_with("HTTP/1.1 200 "));
    let answer = program.request("GET", "/", "", b"");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    for line in [
        &*format!("content-security-policy: {}", page::POLICY),
        "x-content-type-options: nosniff",
        "referrer-policy: no-referrer",
    ] {
        assert!(head.lines().any(|header| header == line), "{line} is not in {head}");
    }
    assert!(page::POLICY.starts_with("default-src 'none'; style-src ") && !page::POLICY.contains("unsafe"));
    check(body);
    assert!(!program.request("GET", "/data.json", "", b"").contains("content-security-policy"));
}
