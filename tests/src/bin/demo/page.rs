//! What the demo prints.

use haos_analytics_tests::collector::Run;
use haos_analytics_tests::receiver::Receiver;
use serde_json::{json, Value};
use std::collections::BTreeMap;
use std::path::Path;

const WIDTH: usize = 100;

/// The page, with short names for the paths of this machine.
pub(crate) struct Page {
    names: Vec<(String, String)>,
}

impl Page {
    pub(crate) fn new(names: &[(&Path, &str)]) -> Self {
        let names = names.iter().map(|(path, name)| (path.display().to_string(), (*name).to_owned()));
        Self { names: names.collect() }
    }

    pub(crate) fn introduce(&self, receiver: &str, supervisor: &str) {
        println!("haos-analytics, from a board's files to a receiver, without leaving this machine.\n");
        println!("  receiver    {receiver}  our own, in receiver/, behind TLS: it checks, keeps and counts");
        println!("  Supervisor  {supervisor}      says: healthy, supported, aarch64");
        println!("\nThe receiver names whatever one installation has; without `--least 1`, what at least ten have.");
        println!("Below, `out` is what a command wrote to stdout, `log` what it wrote to stderr.");
    }

    pub(crate) fn heading(&self, text: &str) {
        println!("\n{text}\n{}", "-".repeat(text.chars().count()));
    }

    pub(crate) fn command(&self, words: &[String]) {
        let text = words.iter().fold(String::new(), |text, word| text + word + " ");
        let text = self.names.iter().fold(text, |text, (path, name)| text.replace(path, name));
        // An option and its value stay together.
        let options = text.match_indices("--").map(|(at, _)| at).chain([text.len()]);
        let mut from = 0;
        let pieces: Vec<_> = options.map(|to| &text[core::mem::replace(&mut from, to)..to]).collect();
        println!("\n{}", fold("$ haos-analytics ", " \\", pieces.into_iter()));
    }

    pub(crate) fn outcome(&self, run: &Run) {
        for line in String::from_utf8_lossy(&run.stdout).lines() {
            println!("{}", self.fold("  out  ", line));
        }
        for line in run.stderr.lines() {
            println!("{}", self.fold("  log  ", line));
        }
        if let Some(delivered) = &run.delivered {
            println!("{}", self.fold("  log  ", &format!("haos-analytics: {delivered}")));
        }
        match run.code {
            Some(code) => println!("  exit {code}, {}", meaning(code)),
            None => println!("  ended by signal {}", run.signal.unwrap_or_default()),
        }
    }

    /// What the receiver has to say about the one payload that must have come; the proof, or what is wrong.
    pub(crate) fn arrival(&self, receiver: &Receiver, sent: &Run) -> Result<String, String> {
        let requests = receiver.requests();
        let [request] = requests.as_slice() else {
            return Err(format!("the receiver got {} requests, not one", requests.len()));
        };
        let status = request.answer.unwrap_or_default();
        let tls = receiver.server().tls_versions().join(", ");
        let (kind, bytes) = (request.header("content-type").unwrap_or("no type"), request.body.len());
        println!("\nThe receiver got   {} {} over {tls}: {bytes} bytes, {kind}", request.method, request.path);
        println!("             said  {status}{}", if status == 200 { ", with an empty body" } else { "" });
        for refusal in receiver.refusals() {
            println!("          because  {refusal}");
        }
        let stored = receiver.stored();
        self.kept(&stored);
        let published = receiver.published();
        println!("{}", self.fold("        publishes  ", &excerpt(&published)));
        let printed = sent.stdout.strip_suffix(b"\n").unwrap_or_default();
        if sent.code != Some(0) {
            return Err("`send` over the fixture did not end with 0".to_owned());
        }
        if printed != request.body || !stored.values().map(String::as_bytes).eq([printed]) {
            return Err("what `send` printed is not what the receiver got and keeps".to_owned());
        }
        Ok(format!(
            "Proved: the {bytes} bytes that `send` printed are the {bytes} bytes that arrived, and are what is kept."
        ))
    }

    /// What became of the request to forget: how it was answered, and what is left.
    pub(crate) fn farewell(&self, receiver: &Receiver) -> Result<(), String> {
        let requests = receiver.requests();
        let last = requests.last().ok_or("the receiver was never asked")?;
        println!("\nThe receiver got   {} {}", last.method, last.path);
        println!("             said  {}", last.answer.unwrap_or_default());
        let stored = receiver.stored();
        self.kept(&stored);
        println!("{}", self.fold("        publishes  ", &excerpt(&receiver.published())));
        if last.method == "DELETE" && stored.is_empty() {
            Ok(())
        } else {
            Err("the installation is not forgotten".to_owned())
        }
    }

    fn kept(&self, stored: &BTreeMap<String, String>) {
        if stored.is_empty() {
            println!("            keeps  nothing");
        }
        for (key, value) in stored {
            println!("            keeps  {key}");
            println!("{}", self.fold("                   ", value));
        }
    }

    pub(crate) fn own_machine(&self, connections: usize) {
        match connections {
            0 => println!("\nThe receiver got   nothing: no connection was made"),
            1 => println!("\nThe receiver got   1 connection from this machine's own report"),
            more => println!("\nThe receiver got   {more} connections from this machine's own report"),
        }
    }

    pub(crate) fn line(&self, text: &str) {
        println!("\n{text}");
    }

    /// The text in lines that fit, after `lead`. JSON is broken after a comma, other text at a space.
    fn fold(&self, lead: &str, text: &str) -> String {
        let text = self.names.iter().fold(text.to_owned(), |text, (path, name)| text.replace(path, name));
        let at = if text.starts_with('{') { ',' } else { ' ' };
        fold(lead, "", text.split_inclusive(at))
    }
}

/// A few of the sums.
fn excerpt(published: &Value) -> String {
    let sums = json!({
        "active_installations": published["active_installations"],
        "versions": published["versions"],
        "operating_system": {"boards": published["operating_system"]["boards"]},
    });
    sums.to_string()
}

/// Pieces in lines that fit; a line that goes on ends with `more`.
fn fold<'a>(lead: &str, more: &str, pieces: impl Iterator<Item = &'a str>) -> String {
    let (mut lines, mut line) = (String::new(), lead.to_owned());
    for piece in pieces {
        if line.chars().count() + piece.trim_end().chars().count() > WIDTH && line.len() > lead.len() {
            lines += line.trim_end();
            lines += more;
            lines.push('\n');
            line = " ".repeat(lead.len());
        }
        line += piece;
    }
    lines + line.trim_end()
}

fn meaning(code: i32) -> &'static str {
    match code {
        0 => "done",
        64 => "usage: the command line is wrong",
        65 => "an input is broken, so nothing may be sent",
        66 => "what the owner decided cannot be read, so nothing may be sent",
        75 => "not delivered, try again later",
        77 => "not opted in: nothing is sent",
        78 => "configuration: a variable or the CA file is wrong",
        _ => "which has no meaning",
    }
}
