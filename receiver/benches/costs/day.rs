//! A day of daily reports, simulated: when do they come, and how many in the worst second?
//!
//! An installation reports 15 minutes after its start and then every 24 hours. The collector's timer adds up to 10
//! minutes of chance; without, whoever starts together reports together, every day.

use haos_analytics_receiver::sample::Random;

const INSTALLATIONS: u64 = 1_000_000;
const DAY: u64 = 24 * 3600;
const FIRST: u64 = 15 * 60;
const DELAY: u64 = 10 * 60;

/// Prints the worst seconds, and what they mean at these rates.
#[allow(clippy::cast_precision_loss, reason = "small")]
pub fn simulate(unchanged: f64, changed: f64) {
    println!("{INSTALLATIONS} installations report once a day:");
    for (what, within) in [
        ("started at any time of the day", DAY),
        ("all started within an hour (an update)", 3600),
        ("all started within a minute (the power is back)", 60),
    ] {
        let [without, with] = [1, DELAY].map(|delay| peak(within, delay));
        println!("  {what}: {without} in the worst second without the delay, {with} with it");
    }
    let millions = |rate: f64, seconds: u64| rate * seconds as f64 / 1e6;
    println!(
        "  at the rates above one machine takes, in millions: {:.0} unchanged or {:.0} changed over a day; {:.1} or {:.1} of those who start in the same minute, with the delay",
        millions(unchanged, DAY), millions(changed, DAY), millions(unchanged, DELAY), millions(changed, DELAY)
    );
}

/// Reports in the worst second of the second day.
fn peak(within: u64, delay: u64) -> u64 {
    let mut seconds = vec![0_u64; usize::try_from(DAY).unwrap()];
    let mut random = Random::new(0, within, delay);
    for _ in 0..INSTALLATIONS {
        let at = (random.below(within) + FIRST + random.below(delay)) % DAY;
        seconds[usize::try_from(at).unwrap()] += 1;
    }
    seconds.into_iter().max().unwrap_or(0)
}
