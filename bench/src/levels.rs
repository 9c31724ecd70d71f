//! What all levels cost in a normal installation beside the basic report, and in homes that are far larger.

use crate::comparison::{counts, median};
use crate::installation::{Installation, ADDONS};
use crate::instructions;
use crate::process::{self, Counts};
use crate::programs::Program;
use crate::style::Style;
use crate::world::{Scheme, World};
use haos_analytics_tests::fixture::Fixture;
use serde_json::Value;
use std::ffi::OsString;
use std::fs;

/// The most that all levels may cost beside the basic report, in CPU. Printed, not guarded: it is made of times.
const RATIO: f64 = 6.0;
/// Runs with a large registry; each takes long enough.
const LARGE_ROUNDS: usize = 5;

/// The largest home whose memory is guarded.
pub(crate) const LARGE: u64 = 100_000;

/// What was counted.
pub(crate) struct Costs {
    /// `send` and `show` in a normal installation.
    pub(crate) normal: Vec<(&'static str, Counts)>,
    /// Instructions of `show` in a normal installation, all levels; `None` without valgrind.
    pub(crate) instructions: Option<u64>,
    /// `show` by the number of entities and the layout of their registry.
    pub(crate) large: Vec<(u64, Style, Counts)>,
}

/// Measures, and prints two tables. `more` is a size beyond the usual ones.
pub(crate) fn run(program: &Program, rounds: usize, more: Option<u64>) -> Result<Costs, String> {
    let (normal, instructions) = normal(program, rounds)?;
    println!("\n`show` with a large entity registry\n");
    println!("| entities | layout | registry MB | CPU ms | ms per MB | peak RSS KiB | system calls |");
    println!("|--:|---|--:|--:|--:|--:|--:|");
    let sizes = [3 * LARGE].into_iter().chain(more).map(|entities| (entities, Style::Fragment));
    let mut large_ones = Vec::new();
    for (entities, style) in Style::ALL.map(|style| (LARGE, style)).into_iter().chain(sizes) {
        large_ones.push((entities, style, large(program, entities, style)?));
    }
    Ok(Costs { normal, instructions, large: large_ones })
}

type Normal = (Vec<(&'static str, Counts)>, Option<u64>);

fn normal(program: &Program, rounds: usize) -> Result<Normal, String> {
    let Installation { fixture, entities } = Installation::normal()?;
    let basic = Fixture::copy_of(fixture.root());
    basic.preferences(true, false, false, false);
    let all = World::around(Scheme::Http, fixture);
    let basic = World::around(Scheme::Http, basic);

    println!("\nA normal installation over HTTP: all levels beside the basic report\n");
    println!("| command | basic CPU ms | all levels CPU ms | ratio, at most {RATIO} | basic RSS KiB | all levels RSS KiB | payload bytes |");
    println!("|---|--:|--:|--:|--:|--:|--:|");
    let mut found = Vec::new();
    for command in ["send", "show"] {
        let [basic, all] = [&basic, &all].map(|world| words(world, program, command));
        process::time(&basic)?;
        let (_, printed) = process::time(&all)?;
        is_complete(&printed, entities.enabled)?;
        let (mut with_basic, mut with_all) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            with_basic.push(process::time(&basic)?.0);
            with_all.push(process::time(&all)?.0);
        }
        let ratio = median(with_all.iter().zip(&with_basic).map(|(all, basic)| all / basic).collect());
        let [basic_counts, counts] = [&basic, &all].map(|words| counts(words).unwrap_or_default());
        println!(
            "| {command} | {:.2} | {:.2} | {:.2} | {} | {} | {} |",
            median(with_basic).unwrap_or_default(),
            median(with_all).unwrap_or_default(),
            ratio.unwrap_or_default(),
            basic_counts.resident,
            counts.resident,
            printed.len(),
        );
        found.push((command, counts));
    }
    let refused = all.receiver.refusals().len() + basic.receiver.refusals().len();
    if refused > 0 {
        return Err(format!("the receiver refused {refused} reports"));
    }
    let [with_basic, with_all] = [&basic, &all].map(|world| instructions::of(&words(world, program, "show")));
    if let (Some(basic), Some(all)) = (with_basic, with_all) {
        println!("\nInstructions of `show`: basic {basic}, all levels {all}");
    }
    Ok((found, with_all))
}

fn large(program: &Program, entities: u64, style: Style) -> Result<Counts, String> {
    let Installation { fixture, entities: holds } = Installation::of(entities, style)?;
    let registry = fixture.path(fixture.data_path("homeassistant/.storage/core.entity_registry"));
    let megabytes = fs::metadata(registry).map_err(|error| error.to_string())?.len() as f64 / 1e6;
    let world = World::around(Scheme::Http, fixture);
    let words = words(&world, program, "show");
    let (_, printed) = process::time(&words)?;
    is_complete(&printed, holds.enabled)?;
    let mut cpu = Vec::new();
    for _ in 0..LARGE_ROUNDS {
        cpu.push(process::time(&words)?.0);
    }
    let cpu = median(cpu).unwrap_or_default();
    let (counts, _) = process::count(&words)?;
    println!(
        "| {entities} | {:8} | {megabytes:.1} | {cpu:.1} | {:.2} | {} | {} |",
        style.name(),
        cpu / megabytes,
        counts.resident,
        counts.calls
    );
    Ok(counts)
}

/// The program's words with another command.
fn words(world: &World, program: &Program, command: &str) -> Vec<OsString> {
    let mut words = world.words(program).unwrap_or_default();
    words.iter_mut().filter(|word| *word == "send").for_each(|word| *word = command.into());
    words
}

/// A file that could not be read would make the report cheaper.
fn is_complete(printed: &[u8], enabled: u64) -> Result<(), String> {
    let report: Value = serde_json::from_slice(printed).map_err(|error| format!("no report: {error}"))?;
    let long = |list: &str| report[list].as_array().map_or(0, Vec::len);
    let complete = report["state_count"].as_u64().is_some_and(|count| count > enabled)
        && report["addon_count"] == ADDONS
        && long("addons") == ADDONS
        && long("integrations") >= 60
        && long("custom_integrations") == 8
        && report["user_count"] == 4
        && report["energy"]["configured"] == true
        && report["recorder"]["version"] == "3.50.4";
    if complete {
        Ok(())
    } else {
        Err(format!("the report is not complete: {report}"))
    }
}
