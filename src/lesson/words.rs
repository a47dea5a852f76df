//! A text of a lesson, in one language or in several.

use std::fmt;

use serde::de::{Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::Deserialize;

use crate::scenario::values::Text;

/// A text in languages, each with its tag (RFC 5646); one that is written without any has an empty
/// tag.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(pub Vec<(String, String)>);

/// Where a language is missing.
const FALLBACK: &str = "en";

impl Words {
    /// The text in a language: that of the tag, that of the language without its region, English,
    /// whatever there is.
    ///
    /// ```
    /// use smtp_terminal::json::read;
    /// use smtp_terminal::lesson::Words;
    /// let words: Words = read("lesson", r#"{ "en": "Hello", "de": "Hallo" }"#).unwrap();
    /// assert_eq!(words.in_language("de-AT"), "Hallo");
    /// assert_eq!(words.in_language("hi"), "Hello");
    /// let words: Words = read("lesson", r#"["one", "two"]"#).unwrap();
    /// assert_eq!(words.in_language("de"), "one\ntwo");
    /// ```
    pub fn in_language(&self, tag: &str) -> &str {
        self.found(tag).map_or("", |(_, text)| text)
    }

    /// The tag of the language that [`in_language`](Words::in_language) gives; empty where the text
    /// is in one language alone, of which it does not say which.
    pub fn language(&self, tag: &str) -> &str {
        self.found(tag).map_or("", |(tag, _)| tag)
    }

    fn found(&self, tag: &str) -> Option<&(String, String)> {
        let primary = tag.split(['-', '_']).next().unwrap_or(tag);
        let of = |wanted: &str| self.0.iter().find(|(t, _)| t.eq_ignore_ascii_case(wanted));
        let found = of(tag).or_else(|| of(primary)).or_else(|| of(FALLBACK));
        found.or(self.0.first())
    }

    /// Whether there is no text in any language.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|(_, text)| text.trim().is_empty())
    }
}

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Words, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Words;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a text in quotes, a list of lines, or texts by language")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Words, E> {
                let Text(text) = Text::deserialize(text.into_deserializer())?;
                Ok(Words(vec![(String::new(), text)]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut lines: A) -> Result<Words, A::Error> {
                let mut all = Vec::new();
                while let Some(Text(line)) = lines.next_element()? {
                    all.push(line);
                }
                Ok(Words(vec![(String::new(), all.join("\n"))]))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Words, A::Error> {
                let mut words = Vec::new();
                while let Some((tag, Text(text))) = map.next_entry::<String, Text>()? {
                    let is_tag = |c: char| c.is_ascii_alphanumeric() || c == '-';
                    if tag.is_empty() || !tag.chars().all(is_tag) {
                        return Err(A::Error::custom("a language is written as en, de, pt-BR"));
                    }
                    words.push((tag, text));
                }
                match words.is_empty() {
                    true => Err(A::Error::custom("there is no text in any language")),
                    false => Ok(Words(words)),
                }
            }
        }
        deserializer.deserialize_any(Any)
    }
}
