//! How it is counted, what is kept, and where the data is.

use super::text::Number;
use crate::store::KEPT;
use core::fmt::{Result, Write};

/// The parts: id and title.
pub(super) const ALL: [(&str, &str); 3] =
    [("counting", "How this is counted"), ("privacy", "What is kept"), ("data", "The data")];

/// The public forms.
const FORMS: [(&str, &str); 9] = [
    ("/data.json", "all of this page, with its history"),
    ("/current_data.json", "the same without the history"),
    ("/addons.json", "every add-on with its versions"),
    ("/custom_integrations.json", "every custom integration with its versions"),
    ("/schema.json", "what a report may say"),
    ("/prometheus/base", "for Prometheus"),
    ("/prometheus/integrations", "for Prometheus: integrations"),
    ("/prometheus/addons", "for Prometheus: add-ons"),
    ("/prometheus/custom_integrations", "for Prometheus: custom integrations"),
];

/// Writes these parts; `least` is that of [`crate::aggregate::Rules`].
pub(super) fn write(out: &mut String, least: u64) -> Result {
    let [counting, privacy, data] = ALL;
    let days = KEPT.as_secs() / 86_400;
    open(out, counting)?;
    out.write_str(
        "<p>An installation counts if its owner has agreed to that. It reports once a day, and what it said last is \
         counted. A bar is as long as its number is beside the largest of its table; the percentage says the real share.</p>",
    )?;
    if least > 1 {
        write!(
            out,
            "<p>Numbers are shown from {0} installations on, and only if they leave none or at least {0} of every larger \
             number, so that nobody can be told by something rare, or by lacking something frequent. What is not shown of a \
             table is in its last row, <b>other</b>, where an installation can be in one row only.</p>",
            Number(least)
        )?;
    }
    out.write_str("</section>")?;
    open(out, privacy)?;
    write!(
        out,
        "<ul><li>Of each installation its last report, under an id that was drawn at random. {days} days after that report \
         all of it is removed.</li><li>Of the address it came from only the country, and for the United States the state. The \
         address itself is neither stored nor logged.</li><li>Published are only sums, which all change at the same time. Those of earlier days \
         stay.</li><li>To be forgotten at once: <code>haos-analytics forget</code> on the device, with this address, which \
         makes the request <code>DELETE /v1/</code> followed by the installation&#39;s id. Without it, to stop reporting is \
         enough.</li></ul></section>"
    )?;
    open(out, data)?;
    out.write_str("<dl class=\"forms\">")?;
    for (path, what) in FORMS {
        write!(out, "<div><dt><a href=\"{path}\">{path}</a></dt><dd>{what}</dd></div>")?;
    }
    out.write_str("</dl></section>")
}

fn open(out: &mut String, (id, title): (&str, &str)) -> Result {
    write!(out, "<section id=\"{id}\"><h2>{title}</h2>")
}
