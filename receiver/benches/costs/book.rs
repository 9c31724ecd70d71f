//! Figures with limits.

/// What was too much.
#[derive(Default)]
pub struct Book {
    beyond: Vec<String>,
}

impl Book {
    /// At most so much.
    pub fn at_most(&mut self, what: &str, figure: f64, limit: f64) {
        self.note(what, figure, &format!("at most {limit}"), figure <= limit);
    }

    /// At least so much.
    pub fn at_least(&mut self, what: &str, figure: f64, limit: f64) {
        self.note(what, figure, &format!("at least {limit}"), figure >= limit);
    }

    fn note(&mut self, what: &str, figure: f64, limit: &str, within: bool) {
        println!("  {what}: {figure:.3} ({limit}{})", if within { "" } else { ": BEYOND" });
        if !within {
            self.beyond.push(what.to_owned());
        }
    }

    /// Fails if it is asked to, and something was too much.
    pub fn close(self, guard: bool) {
        assert!(!guard || self.beyond.is_empty(), "beyond the limit: {}", self.beyond.join(", "));
    }
}
