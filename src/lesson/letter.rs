//! A message as conditions look at it.

use crate::scenario::values::{Map, Text};

/// Headers and body of a message.
#[derive(Debug)]
pub struct Letter<'a> {
    /// Each with its continuation lines.
    headers: Vec<(&'a str, String)>,
    /// What follows the first empty line.
    pub body: &'a str,
}

impl<'a> Letter<'a> {
    /// Takes a message apart. The line that an mbox puts in front is no header.
    pub fn parse(source: &'a str) -> Letter<'a> {
        let mut headers: Vec<(&str, String)> = Vec::new();
        let mut rest = source;
        if let Some((first, more)) = source.split_once('\n') {
            if first.starts_with("From ") {
                rest = more;
            }
        }
        while let Some((line, more)) = rest.split_once('\n').or(Some((rest, ""))) {
            if line.trim_end().is_empty() {
                rest = more;
                break;
            }
            let is_continued = line.starts_with([' ', '\t']);
            match (
                headers.last_mut().filter(|_| is_continued),
                line.split_once(':'),
            ) {
                (Some((_, value)), _) => {
                    value.push(' ');
                    value.push_str(line.trim());
                }
                (None, Some((name, value))) if is_name(name) => {
                    headers.push((name.trim_end(), value.trim().into()));
                }
                // What is no header begins the body, as cleanup has it.
                _ => break,
            }
            rest = more;
            if rest.is_empty() {
                break;
            }
        }
        Letter {
            headers,
            body: rest,
        }
    }

    fn values<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s str> {
        let named = self
            .headers
            .iter()
            .filter(|(n, _)| n.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str())
    }
}

fn is_name(name: &str) -> bool {
    let name = name.trim_end();
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic())
}

/// Whether a text has words, in whatever letters.
pub fn has_words(text: &str, words: &str) -> bool {
    text.to_lowercase().contains(&words.to_lowercase())
}

/// Whether a message has some headers, and not others.
pub fn has_headers(
    letter: &Letter,
    wanted: &Option<Map<Text>>,
    without: &Option<Vec<Text>>,
) -> bool {
    let mut wanted = wanted.iter().flat_map(|wanted| &wanted.0);
    let mut without = without.iter().flatten();
    wanted.all(|(name, words)| letter.values(name).any(|value| has_words(value, &words.0)))
        && without.all(|name| letter.values(&name.0).next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_and_body() {
        let letter = Letter::parse("From x Tue\nSubject: a\n b\nTo: x\n\none: two\n");
        assert_eq!(letter.values("subject").collect::<Vec<_>>(), ["a b"]);
        assert_eq!(letter.body, "one: two\n");
        let letter = Letter::parse("Subject: a\nHappy New Year\n");
        assert_eq!(letter.body, "Happy New Year\n");
        assert_eq!(Letter::parse("").body, "");
        assert_eq!(Letter::parse("Subject: a").body, "");
    }
}
