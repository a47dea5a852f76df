//! The interface's words in the reader's language. In the code they are English; a page in another
//! language brings a file of what to say instead (`www/languages`), and English stays where a word is
//! missing. Servers and programs speak English as they do everywhere.

use std::cell::RefCell;

use js_sys::{Array, Object};
use wasm_bindgen::{JsCast, JsValue};

use crate::views::filled;

/// What is said in the place of which English words, and the language.
type Spoken = (String, Vec<(String, String)>);

thread_local! {
    static SPOKEN: RefCell<Spoken> = RefCell::default();
}

/// Speaks a language from now on, in all terminals of the page. `words` is an object of English texts
/// and what to say instead; anything else is English.
pub fn speak(language: &str, words: &JsValue) {
    let mut all = Vec::new();
    if let Some(words) = words.dyn_ref::<Object>() {
        for entry in Object::entries(words).iter() {
            let entry: Array = entry.unchecked_into();
            if let (Some(english), Some(own)) = (entry.get(0).as_string(), entry.get(1).as_string())
            {
                all.push((english, own));
            }
        }
        all.sort();
    }
    SPOKEN.with_borrow_mut(|spoken| *spoken = (language.into(), all));
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
    filled(&say(english), gaps)
}
