//! What SEARCH looks for.

use super::fetch::places;
use super::folder::{Mail, FLAGS};
use super::header::value;

/// So deep are NOT and OR within each other.
const DEEPEST: usize = 20;

/// The messages that words are true of, with their places.
///
/// # Errors
/// What Dovecot says of a word that it does not know.
pub(super) fn find<'a>(
    mails: &'a [Mail],
    words: &[&str],
) -> Result<Vec<(usize, &'a Mail)>, String> {
    if words.is_empty() {
        return Err("Missing search parameters".into());
    }
    let mut found: Vec<(usize, &Mail)> = mails.iter().enumerate().collect();
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        let fits = one(mails, word, &mut words, 0)?;
        found.retain(|(at, _)| fits.get(*at) == Some(&true));
    }
    Ok(found)
}

fn missing(key: &str) -> String {
    format!("Missing parameter for search key (for search key: {key})")
}

/// Of which messages one criterion is true.
fn one(
    mails: &[Mail],
    word: &str,
    words: &mut dyn Iterator<Item = &str>,
    depth: usize,
) -> Result<Vec<bool>, String> {
    let word = word
        .trim_start_matches('(')
        .trim_end_matches(')')
        .to_ascii_uppercase();
    let unknown = || format!("Unknown argument {word}");
    if depth >= DEEPEST {
        return Err(unknown());
    }
    let mut next = || words.next().ok_or_else(|| missing(&word));
    let each = |is_it: &dyn Fn(&Mail) -> bool| mails.iter().map(is_it).collect();
    let lower = |text: &str| text.to_lowercase();
    // A flag, or that it is not there.
    let (is_not, name) = match word.strip_prefix("UN") {
        Some(name) => (true, name),
        None => (false, &*word),
    };
    let mut flags = FLAGS.iter();
    let flag = flags.find(|(_, flag)| flag.trim_start_matches('\\').eq_ignore_ascii_case(name));
    if let Some((letter, _)) = flag {
        return Ok(each(&|mail| mail.has(*letter) != is_not));
    }
    Ok(match &*word {
        "ALL" => each(&|_| true),
        "RECENT" => each(&|mail| mail.is_recent),
        "NEW" => each(&|mail| mail.is_recent && !mail.is_seen()),
        "OLD" => each(&|mail| !mail.is_recent),
        "FROM" | "TO" | "CC" | "BCC" | "SUBJECT" | "HEADER" => {
            let name = if word == "HEADER" { next()? } else { &word };
            let wanted = lower(next()?);
            each(&|mail| {
                let found = value(mail.parts().0, name);
                found.is_some_and(|own| lower(&own).contains(&wanted))
            })
        }
        "BODY" | "TEXT" => {
            let wanted = lower(next()?);
            let is_all = word == "TEXT";
            each(&|mail| lower(if is_all { &mail.text } else { mail.parts().1 }).contains(&wanted))
        }
        "LARGER" | "SMALLER" => {
            let limit: usize = next()?.parse().map_err(|_| unknown())?;
            let is_larger = word == "LARGER";
            each(&|mail| match is_larger {
                true => mail.size() > limit,
                false => mail.size() < limit,
            })
        }
        "NOT" => {
            let word = next()?;
            let found = one(mails, word, words, depth + 1)?;
            found.into_iter().map(|is_it| !is_it).collect()
        }
        "OR" => {
            let word = next()?;
            let first = one(mails, word, words, depth + 1)?;
            let word = words.next().ok_or_else(|| missing("OR"))?;
            let second = one(mails, word, words, depth + 1)?;
            first
                .iter()
                .zip(second)
                .map(|(one, other)| *one || other)
                .collect()
        }
        word => {
            let by_uid = word == "UID";
            let set = if by_uid { next()? } else { word };
            let is_set = set.starts_with(|c: char| c.is_ascii_digit() || c == '*');
            let found = Some(set)
                .filter(|_| is_set)
                .and_then(|set| places(set, mails, by_uid));
            let found = found.ok_or_else(unknown)?;
            (0..mails.len()).map(|at| found.contains(&at)).collect()
        }
    })
}
