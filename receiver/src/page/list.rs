//! A list of names with their counts: a table with a bar in each row.

use super::text::{Name, Number, Share, Text};
use crate::aggregate::Counts;
use core::fmt::{Result, Write};

/// So many rows are on the page; who wants all takes the JSON.
const MOST: usize = 100;

/// A table.
pub(super) struct List<'a> {
    /// What it shows.
    pub(super) caption: &'a str,
    /// What a row is.
    pub(super) row: &'a str,
    /// All who could be in it: the shares are of these.
    pub(super) whole: u64,
    /// Each of these is in one row at most, so what the rows leave of the whole is a row too.
    pub(super) once: bool,
    /// So many rows are seen at first.
    pub(super) seen: usize,
    /// Where all of it is.
    pub(super) source: &'a str,
}

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row<'a> {
    /// For people.
    pub(super) name: &'a str,
    /// As it is reported, if that is something else.
    pub(super) id: Option<&'a str>,
    /// How many installations.
    pub(super) count: u64,
}

/// The rows of counts, by number.
pub(super) fn rows<'a>(counts: &'a Counts, name: impl Fn(&'a str) -> Option<&'a str>) -> Vec<Row<'a>> {
    let row = |(id, count): (&'a String, &u64)| match name(id) {
        Some(name) => Row { name, id: Some(id), count: *count },
        None => Row { name: id, id: None, count: *count },
    };
    sorted(counts.iter().map(row).collect())
}

/// The largest first.
pub(super) fn sorted(mut rows: Vec<Row<'_>>) -> Vec<Row<'_>> {
    rows.sort_by_key(|row| core::cmp::Reverse(row.count));
    rows
}

impl List<'_> {
    /// Writes it, or nothing if there is nothing in it.
    pub(super) fn write(&self, out: &mut String, rows: &[Row<'_>]) -> Result {
        if rows.is_empty() {
            return Ok(());
        }
        let sum = rows.iter().map(|row| row.count).sum();
        let other = if self.once { self.whole.saturating_sub(sum) } else { 0 };
        let longest = rows.iter().map(|row| row.count).max().unwrap_or(0);
        // One row more is shorter than the line that would hide it.
        let seen = if rows.len() <= self.seen + 1 { rows.len() } else { self.seen };
        let (seen, hidden) = rows.split_at(seen);
        out.write_str("<div class=\"list\">")?;
        self.table(out, self.caption, seen, if hidden.is_empty() { other } else { 0 }, longest)?;
        if !hidden.is_empty() {
            let shown = &hidden[..hidden.len().min(MOST)];
            write!(out, "<details><summary>{} more</summary>", Number(hidden.len() as u64))?;
            self.table(out, &format!("{}, continued", self.caption), shown, other, longest)?;
            if hidden.len() > shown.len() {
                let left = Number((hidden.len() - shown.len()) as u64);
                write!(out, "<p class=\"note\">{left} more are in <a href=\"{0}\">{0}</a>.</p>", self.source)?;
            }
            out.write_str("</details>")?;
        }
        out.write_str("</div>")
    }

    fn table(&self, out: &mut String, caption: &str, rows: &[Row<'_>], other: u64, longest: u64) -> Result {
        write!(
            out,
            "<table><caption>{caption}</caption><thead><tr><th scope=\"col\">{}</th><th scope=\"col\">Count</th>\
             <th scope=\"col\">Share</th></tr></thead><tbody>",
            self.row
        )?;
        for row in rows {
            write!(out, "<tr><th scope=\"row\">{}", Name(row.name))?;
            if let Some(id) = row.id {
                write!(out, " <small>{}</small>", Text(id))?;
            }
            bar(out, row.count, longest)?;
            write!(out, "</th><td>{}</td><td>{}</td></tr>", Number(row.count), Share(row.count, self.whole))?;
        }
        if other > 0 {
            let (count, share) = (Number(other), Share(other, self.whole));
            write!(
                out,
                "<tr class=\"other\"><th scope=\"row\">other, rare or not known</th><td>{count}</td><td>{share}</td></tr>"
            )?;
        }
        out.write_str("</tbody></table>")
    }
}

/// Bar length is proportional to the count; the largest count fills the width.
#[allow(clippy::cast_precision_loss, reason = "for the eye")]
fn bar(out: &mut String, count: u64, longest: u64) -> Result {
    let width = count as f64 / longest.max(1) as f64 * 100.0;
    write!(out, "<svg class=\"bar\" aria-hidden=\"true\"><rect width=\"{width:.1}%\" height=\"100%\" rx=\"2\"/></svg>")
}
