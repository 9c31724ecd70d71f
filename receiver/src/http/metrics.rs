//! `/metrics`: what this process does, for its operator. Nothing of an installation.

use crate::desk::Done;
use core::fmt::Write as _;
use core::sync::atomic::{AtomicU64, Ordering};
use hyper::StatusCode;

/// Answers by status.
#[derive(Debug, Default)]
pub struct Metrics {
    answers: [AtomicU64; STATUSES.len()],
}

const STATUSES: [u16; 10] = [200, 304, 400, 404, 405, 408, 413, 429, 500, 503];
const OUTCOMES: [&str; 7] = ["new", "changed", "refreshed", "unchanged", "deleted", "absent", "limited"];

impl Metrics {
    /// One more answer.
    pub fn count(&self, status: StatusCode) {
        if let Some(at) = STATUSES.iter().position(|each| *each == status.as_u16()) {
            self.answers[at].fetch_add(1, Ordering::Relaxed);
        }
    }

    /// All in Prometheus' text form.
    pub fn write(&self, done: &Done, (connections, turned_out): (usize, u64)) -> String {
        let mut out = String::new();
        let mut line = |name: &str, value: u64| {
            // Writing to a string cannot fail.
            let _ = writeln!(out, "haos_analytics_receiver_{name} {value}");
        };
        for (status, count) in STATUSES.iter().zip(&self.answers) {
            line(&format!("answers_total{{status=\"{status}\"}}"), count.load(Ordering::Relaxed));
        }
        for (outcome, count) in OUTCOMES.iter().zip(&done.outcomes) {
            line(&format!("writes_total{{outcome=\"{outcome}\"}}"), count.load(Ordering::Relaxed));
        }
        line("batches_total", done.batches.load(Ordering::Relaxed));
        line("store_failures_total", done.failures.load(Ordering::Relaxed));
        line("expired_total", done.expired.load(Ordering::Relaxed));
        line("expired_waiting", u64::from(done.expired_waiting.load(Ordering::Relaxed)));
        line("clock_jumps_total", done.clock_jumps.load(Ordering::Relaxed));
        line("clock_settled", u64::from(done.clock_settled.load(Ordering::Relaxed)));
        line("durability_best_effort", u64::from(done.best_effort.load(Ordering::Relaxed)));
        line("log_bytes", done.log_bytes.load(Ordering::Relaxed));
        line("refresh_microseconds", done.refresh.load(Ordering::Relaxed));
        line("connections", connections as u64);
        line("turned_out_total", turned_out);
        out
    }
}
