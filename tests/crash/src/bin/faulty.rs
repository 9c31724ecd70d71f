//! A program with the collector's hook that panics in the way it is told: `faulty ROOT STATE WAY`.
//!
//! The ways that are told to be `still` panic with an allocator that ends the program by a signal if anything is allocated.
#![allow(clippy::unwrap_used, reason = "panicking is what it is for")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::process::abort;
use std::sync::atomic::{AtomicBool, Ordering};
use std::{env, fs, io, thread};

use haos_analytics::Terminals;

/// The system's allocator, until it is told to be still.
struct Strict;

static STILL: AtomicBool = AtomicBool::new(false);

// SAFETY: every call is handed to the system's allocator as it is, or never returns.
unsafe impl GlobalAlloc for Strict {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if STILL.load(Ordering::SeqCst) {
            abort();
        }
        // SAFETY: the caller keeps the rules of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // Ending a program, Rust frees the buffer of stdout.
        // SAFETY: the caller keeps the rules of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Strict = Strict;

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let [_, root, state, way] = arguments.as_slice() else { panic!("faulty ROOT STATE WAY") };
    haos_analytics::report_faults();
    // What the hook notes beforehand, it notes in a run.
    let words = ["haos-analytics", "--root", root, "--state", state, "--dsn", "http://k@127.0.0.1:9/1", "detect"];
    let ended =
        haos_analytics::run(words.map(Into::into), &[], &mut io::sink(), &mut io::stderr(), Terminals::default());
    assert_eq!(ended, 0);
    let secret = fs::read_to_string(format!("{root}/secret")).unwrap();
    black_box(fail(way, black_box(&secret)));
}

/// Panics; the result is for the compiler, which must not leave anything out.
fn fail(way: &str, secret: &str) -> usize {
    let broken: Result<usize, &str> = black_box(Err(secret));
    match way {
        "still" => {
            STILL.store(true, Ordering::SeqCst);
            panic!("a message of the source");
        }
        "still in a thread" => {
            let thread = thread::spawn(|| {
                STILL.store(true, Ordering::SeqCst);
                panic!("a message of the source");
            });
            thread.join().map_or(0, |()| 1)
        }
        "two at once" => {
            let _other = thread::spawn(|| panic!("one of two"));
            panic!("one of two");
        }
        "formatted" => panic!("it says {secret}"),
        "unwrap" => broken.unwrap(),
        "expect" => broken.expect("a message of the source"),
        "character" => secret[..1].len(),
        "index" => secret.as_bytes()[black_box(1000)].into(),
        "parse" => secret.parse::<usize>().unwrap(),
        "owned" => std::panic::panic_any(secret.to_owned()),
        other => panic!("{other} is no way"),
    }
}
