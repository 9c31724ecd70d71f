//! The tables of PLATFORM.md.

use std::io;

/// The rows of the tables below a heading that have as many columns as are asked for, or more,
/// without the tables' own headings.
pub fn table<'a, const CELLS: usize>(platform: &'a str, heading: &str) -> io::Result<Vec<[&'a str; CELLS]>> {
    let section = platform.split("\n## ").find(|section| section.starts_with(heading));
    let lines = section.into_iter().flat_map(str::lines);
    let lines: Vec<_> = lines.filter_map(|line| line.strip_prefix('|')?.strip_suffix('|')).collect();
    let is_rule = |line: Option<&&str>| line.is_some_and(|line| line.starts_with("--"));
    let rows: Vec<_> = lines
        .iter()
        .enumerate()
        .filter(|(number, row)| !is_rule(Some(row)) && !is_rule(lines.get(number + 1)))
        .filter_map(|(_, row)| row.split('|').map(str::trim).collect::<Vec<_>>().get(..CELLS)?.try_into().ok())
        .collect();
    if rows.is_empty() {
        return Err(io::Error::other(format!("PLATFORM.md: no table of {CELLS} columns below \"{heading}\"")));
    }
    Ok(rows)
}
