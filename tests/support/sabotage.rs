//! One wrong byte, planted in what we say at the point where it enters a comparison: the comparison
//! has to notice. One that does not lets us say there whatever we like.
//!
//! A wrong byte is `~`, which no number, date or queue ID has, so what is hidden because it is
//! different every time is no excuse. A byte that is no letter or digit is also left out: what
//! only stands between words belongs to what is said.

use std::collections::BTreeMap;

use fastrand::Rng;

/// Plants wrong bytes and remembers which were noticed.
pub struct Sabotage {
    random: Rng,
    planted: BTreeMap<String, usize>,
    unnoticed: Vec<String>,
}

impl Default for Sabotage {
    fn default() -> Sabotage {
        Sabotage {
            // Every run plants the same.
            random: Rng::with_seed(2026),
            planted: BTreeMap::new(),
            unnoticed: Vec::new(),
        }
    }
}

impl Sabotage {
    /// Plants a byte in each of so many of our texts of a kind, and leaves out one in as many;
    /// `notices` compares with that text in the place of the one of this number.
    pub fn plant<T: AsRef<[u8]>>(
        &mut self,
        kind: &str,
        ours: &[T],
        count: usize,
        mut notices: impl FnMut(usize, Vec<u8>) -> bool,
    ) {
        let full: Vec<usize> = (0..ours.len())
            .filter(|&n| !ours[n].as_ref().is_empty())
            .collect();
        if full.is_empty() {
            return;
        }
        for round in 0..count {
            // Each text has its turn before one comes again.
            let number = match count < full.len() {
                true => full[self.random.usize(..full.len())],
                false => full[round % full.len()],
            };
            let text = ours[number].as_ref();
            let at = self.random.usize(..text.len());
            let mut wrong = text.to_vec();
            wrong[at] = if text[at] == b'~' { b'^' } else { b'~' };
            self.tell(kind, "a wrong byte", text, at, notices(number, wrong));
            let between = |at: &usize| !text[*at].is_ascii_alphanumeric();
            if let Some(at) = (at..text.len()).chain(0..at).find(between) {
                let mut shorter = text.to_vec();
                shorter.remove(at);
                self.tell(kind, "a missing byte", text, at, notices(number, shorter));
            }
        }
    }

    /// Adds what was planted elsewhere.
    pub fn join(&mut self, other: Sabotage) {
        for (kind, count) in other.planted {
            *self.planted.entry(kind).or_default() += count;
        }
        self.unnoticed.extend(other.unnoticed);
    }

    /// Notes that something else was planted, and whether it was noticed.
    pub fn note(&mut self, kind: &str, what: &str, noticed: bool) {
        *self.planted.entry(kind.into()).or_default() += 1;
        if !noticed {
            self.unnoticed.push(format!("{kind}: {what}"));
        }
    }

    fn tell(&mut self, kind: &str, what: &str, text: &[u8], at: usize, noticed: bool) {
        let [from, to] = [at.saturating_sub(60), (at + 60).min(text.len())];
        let around = format!(
            "{}⟦{}⟧{}",
            text[from..at].escape_ascii(),
            text[at..at + 1].escape_ascii(),
            text[at + 1..to.max(at + 1)].escape_ascii()
        );
        self.note(kind, &format!("{what} at {at}: {around}"), noticed);
    }

    /// Says how many were planted; whether all of them were noticed, and each of the kinds that
    /// are named had some.
    pub fn verdict(&self, kinds: &[&str]) -> bool {
        let planted: usize = self.planted.values().sum();
        let each: Vec<String> = self
            .planted
            .iter()
            .map(|(k, n)| format!("{k} {n}"))
            .collect();
        println!(
            "sabotage: {} of {planted} wrong and missing bytes in ours were noticed: {}",
            planted - self.unnoticed.len(),
            each.join(", ")
        );
        for text in self.unnoticed.iter().take(12) {
            println!("not noticed: {text}");
        }
        let without = kinds.iter().filter(|k| !self.planted.contains_key(**k));
        let without: Vec<&&str> = without.collect();
        if !without.is_empty() {
            println!("nothing was planted in {without:?}");
        }
        self.unnoticed.is_empty() && without.is_empty() && planted > 0
    }
}
