//! The page at `/`: the aggregate for people.
//!
//! It is HTML and one style sheet in it, and fetches and runs nothing: [`POLICY`] has the browser enforce that. Tags are
//! closed as in XML, so that any parser can check them. `text` writes whatever comes from outside.

mod chart;
mod date;
mod list;
mod matrix;
mod names;
mod privacy;
mod sections;
mod text;

use crate::aggregate::Published;
use core::fmt::{Result, Write};
use text::Number;

const STYLE: &str = include_str!("style.css");

/// The Content-Security-Policy of the page. The digest is that of the style sheet; a test knows the right one.
pub const POLICY: &str = "default-src 'none'; style-src 'sha256-hHybLHdmozBXMVST1sBqjJqu1dsnCcqk310UbYfFl7c='; \
    img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The whole page.
pub fn write(published: &Published) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = page(&mut out, published);
    out
}

fn page(out: &mut String, published: &Published) -> Result {
    let all = &published.aggregate;
    write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\
         <meta name=\"color-scheme\" content=\"light dark\"/>\
         <meta name=\"description\" content=\"How Home Assistant is installed and used, as sums over all who report here.\"/>\
         <title>Home Assistant installations</title><link rel=\"icon\" href=\"data:,\"/><style>{STYLE}</style></head><body>"
    )?;
    if all.active_installations == 0 {
        nobody(out, all.least)?;
    } else {
        header(out, published)?;
        out.write_str("<main>")?;
        sections::write(out, all)?;
    }
    privacy::write(out, all.least)?;
    out.write_str("</main></body></html>\n")
}

fn nobody(out: &mut String, least: u64) -> Result {
    if least > 1 {
        return write!(
            out,
            "<header><h1>No numbers yet</h1><p class=\"lead\">Numbers are shown from {} installations on.</p></header><main>",
            Number(least)
        );
    }
    out.write_str(
        "<header><h1>No installations yet</h1><p class=\"lead\">Nobody has reported to this receiver within the last 60 \
         days. As soon as somebody does, this page counts.</p></header><main>",
    )
}

fn header(out: &mut String, published: &Published) -> Result {
    let all = &published.aggregate;
    let points = chart::points(published);
    let word = if all.active_installations == 1 { "installation" } else { "installations" };
    write!(
        out,
        "<header><h1><strong>{}</strong> {word}</h1><p class=\"lead\">of Home Assistant report here. Counted on {} UTC.",
        Number(all.active_installations),
        date::minute(all.last_updated)
    )?;
    if let Some((more, by)) = chart::change(&points) {
        let word = if more { "more" } else { "fewer" };
        write!(out, " That is {} {word} than 30 days ago.", Number(by))?;
    }
    out.write_str("</p>")?;
    chart::write(out, &points)?;
    out.write_str("</header><nav aria-label=\"On this page\"><ul>")?;
    for (id, title) in sections::ALL.iter().chain(&privacy::ALL) {
        write!(out, "<li><a href=\"#{id}\">{title}</a></li>")?;
    }
    out.write_str("</ul></nav>")
}
