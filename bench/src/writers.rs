//! `payload::write` beside `serde_json::to_vec`.

use crate::comparison::median;
use haos_analytics_bench_payload::Report;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::hint::black_box;
use std::time::Instant;

/// Batches of each writer, in turns.
const BATCHES: usize = 300;
/// About as many bytes are written in a batch.
const BATCH: usize = 1 << 20;

/// The system's allocator with a counter per thread.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: every call goes on to the system's allocator as it came.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        System.alloc(layout)
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        System.realloc(pointer, layout, size)
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        System.dealloc(pointer, layout);
    }
}

/// Prints a table, and gives the number of allocations that `payload::write` made.
pub(crate) fn compare() -> u64 {
    println!("\nWriting the payload alone\n");
    println!("| payload | bytes | payload::write ns | allocations | serde_json::to_vec ns | allocations | ratio |");
    println!("|---|--:|--:|--:|--:|--:|--:|");
    row("basic", &Report::basic()) + row("full", &Report::full())
}

fn row(name: &str, report: &Report) -> u64 {
    let mut buffer = vec![0; 64 * 1024];
    let checked = report.checked();
    let expected = with_serde(report);
    assert_eq!(checked.write(&mut buffer), expected, "both write the same bytes");

    let ours = allocations(|| checked.write(&mut buffer).len());
    let theirs = allocations(|| with_serde(report).len());
    let calls = (BATCH / expected.len()).max(1);
    let (mut our_times, mut their_times) = (Vec::new(), Vec::new());
    for _ in 0..BATCHES {
        our_times.push(batch(calls, || black_box(&checked).write(&mut buffer).len()));
        their_times.push(batch(calls, || with_serde(black_box(report)).len()));
    }
    let [our_time, their_time] = [our_times, their_times].map(|times| median(times).unwrap_or_default());
    println!(
        "| {name:5} | {:>5} | {our_time:>6.0} | {ours} | {their_time:>6.0} | {theirs:>2} | {:.2} |",
        expected.len(),
        our_time / their_time
    );
    ours
}

#[inline(never)]
fn with_serde(report: &Report) -> Vec<u8> {
    serde_json::to_vec(report).expect("a report can be written")
}

fn allocations(work: impl FnOnce() -> usize) -> u64 {
    let before = ALLOCATIONS.get();
    black_box(work());
    ALLOCATIONS.get() - before
}

/// Nanoseconds per call.
fn batch(calls: usize, mut work: impl FnMut() -> usize) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        black_box(work());
    }
    start.elapsed().as_nanos() as f64 / calls as f64
}
