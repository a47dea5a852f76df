//! What one side has to show for a set of letters, as it came, and what of it is compared.

use std::collections::BTreeMap;

use super::{lines, mask};

/// A text and what it is.
#[derive(Clone, Debug)]
pub struct Exhibit {
    /// `replies`, `log here`, `mailbox games here`, `command postcat -q ID` …
    pub kind: String,
    /// As it came.
    pub text: String,
}

/// Everything that one side has to show.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// In the order in which it came.
    pub exhibits: Vec<Exhibit>,
}

impl Evidence {
    /// Adds a text.
    pub fn add(&mut self, kind: impl Into<String>, text: impl Into<String>) {
        self.exhibits.push(Exhibit {
            kind: kind.into(),
            text: text.into(),
        });
    }
}

/// What is compared: by kind, texts without what is different every time.
pub type Findings = BTreeMap<String, Vec<String>>;

/// What is compared of an exhibit. What comes in an order of its own (lines of the log, messages
/// of a mailbox) is several findings, so that any order is as good.
pub fn findings(exhibit: &Exhibit) -> Vec<(String, String)> {
    let Exhibit { kind, text } = exhibit;
    let own = |text: String| (kind.clone(), text);
    if kind.starts_with("log ") {
        let group = |g: lines::Group| (format!("{kind}: {}", g.kind), g.text);
        return lines::groups(text).into_iter().map(group).collect();
    }
    if kind.starts_with("mailbox ") {
        let each = mask::messages(text).into_iter().map(mask::text);
        return each.map(own).collect();
    }
    match kind.as_str() {
        "mailq" | "command postqueue -p" => mask::mailq(text).into_iter().map(own).collect(),
        "command postqueue -j" => text.split('\n').map(mask::listed).map(own).collect(),
        "replies" => vec![own(mask::text(text))],
        _ => vec![own(mask::administration(text))],
    }
}

/// All findings, in an order of their own.
pub fn all(evidence: &Evidence) -> Findings {
    let mut all = Findings::new();
    for (kind, text) in evidence.exhibits.iter().flat_map(findings) {
        all.entry(kind).or_default().push(text);
    }
    all.values_mut().for_each(|texts| texts.sort());
    all
}

/// What one side has and the other has not.
pub fn alone(one: &Findings, other: &Findings) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (kind, texts) in one {
        let mut rest = other.get(kind).cloned().unwrap_or_default();
        for text in texts {
            match rest.iter().position(|own| own == text) {
                Some(at) => {
                    rest.swap_remove(at);
                }
                None => found.push((kind.clone(), text.clone())),
            }
        }
    }
    found
}
