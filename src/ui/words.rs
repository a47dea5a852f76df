//! The interface's words in the reader's language. In the code they are English; a page in another
//! language brings a file of what to say instead (`www/languages`), and English stays where a word is
//! missing. Servers and programs speak English as they do everywhere.

use std::cell::RefCell;

use crate::json::read;
use crate::scenario::values::{Map, Text};

/// What is said in the place of which English words, and the language.
type Spoken = (String, Vec<(String, String)>);

thread_local! {
    static SPOKEN: RefCell<Spoken> = RefCell::default();
}

/// Speaks a language from now on, in all terminals of the page. `words` is the language's file, an
/// object of English texts and what to say instead; empty for English.
///
/// # Errors
/// What is wrong with the file, and where.
pub fn speak(language: &str, words: &str) -> Result<(), String> {
    let mut all = Vec::new();
    if !words.is_empty() {
        let words: Map<Text> = read("language", words).map_err(|fault| fault.to_string())?;
        all.extend(
            words
                .0
                .into_iter()
                .map(|(english, Text(own))| (english, own)),
        );
        all.sort();
    }
    SPOKEN.with_borrow_mut(|spoken| *spoken = (language.into(), all));
    Ok(())
}

/// The language that is spoken: its tag (RFC 5646), empty for none in particular.
pub fn language() -> String {
    SPOKEN.with_borrow(|(language, _)| language.clone())
}

/// What to say for an English text.
pub fn say(english: &str) -> String {
    SPOKEN.with_borrow(|(_, all)| {
        let place = all.binary_search_by(|(text, _)| text.as_str().cmp(english));
        let found = place.ok().and_then(|place| all.get(place));
        found.map_or(english, |(_, own)| own).into()
    })
}

/// The same for a text with gaps `{}`, which are filled in order.
pub fn fill(english: &str, gaps: &[&str]) -> String {
    let text = say(english);
    let mut parts = text.split("{}");
    let mut filled = parts.next().unwrap_or("").to_string();
    let mut gaps = gaps.iter();
    for part in parts {
        filled.push_str(gaps.next().unwrap_or(&""));
        filled.push_str(part);
    }
    filled
}
