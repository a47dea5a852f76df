//! A sentence with gaps, which a front end may say in another language.

use std::fmt;

/// An English sentence, and what stands in its gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// The sentence; each gap is written `{}`.
    pub english: &'static str,
    /// What fills the gaps, in order.
    pub gaps: Vec<String>,
}

impl Sentence {
    /// A sentence and what stands in its gaps.
    pub fn of(english: &'static str, gaps: &[&str]) -> Sentence {
        let gaps = gaps.iter().map(ToString::to_string).collect();
        Sentence { english, gaps }
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gaps: Vec<&str> = self.gaps.iter().map(String::as_str).collect();
        f.write_str(&filled(self.english, &gaps))
    }
}

/// A text whose gaps `{}` are filled in order; one for which there is nothing stays empty.
///
/// ```
/// use smtp_terminal::views::filled;
/// assert_eq!(filled("Step {} of {}", &["2", "7"]), "Step 2 of 7");
/// ```
pub fn filled(text: &str, gaps: &[&str]) -> String {
    let mut parts = text.split("{}");
    let mut filled = parts.next().unwrap_or("").to_string();
    let mut gaps = gaps.iter();
    for part in parts {
        filled.push_str(gaps.next().unwrap_or(&""));
        filled.push_str(part);
    }
    filled
}
