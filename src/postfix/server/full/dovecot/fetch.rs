//! What FETCH shows of a message.

use super::folder::{size, Mail};
use super::header::envelope;
use super::structure::Part;
use crate::smtp::bytes::{decode, encode};

/// What is asked for.
pub(super) struct Asked {
    items: Vec<String>,
    /// Who is shown it has seen the message.
    pub(super) marks: bool,
}

/// The messages that a set means, by their places; `None` where it means none.
pub(super) fn places(set: &str, mails: &[Mail], by_uid: bool) -> Option<Vec<usize>> {
    let number_of = |at: usize, mail: &Mail| match by_uid {
        true => mail.uid,
        false => at as u64 + 1,
    };
    let last = mails.len().checked_sub(1);
    let last = last.and_then(|at| Some(number_of(at, mails.get(at)?)));
    let mut places = Vec::new();
    for range in set.split(',') {
        let (first, end) = range.split_once(':').unwrap_or((range, range));
        let number = |text: &str| match text {
            "*" => Some(last.unwrap_or(u64::from(by_uid))).filter(|n| *n > 0),
            text => text.parse().ok().filter(|n| *n > 0),
        };
        let (first, end) = (number(first)?, number(end)?);
        if first.max(end) > last.unwrap_or(0) && !by_uid {
            return None;
        }
        let meant = first.min(end)..=first.max(end);
        let found = mails.iter().enumerate();
        let found = found.filter(|(at, mail)| meant.contains(&number_of(*at, mail)));
        places.extend(found.map(|(at, _)| at));
    }
    places.sort_unstable();
    places.dedup();
    Some(places)
}

impl Asked {
    /// Reads the items.
    ///
    /// # Errors
    /// What Dovecot says of one that it does not know.
    pub(super) fn read(text: &str, by_uid: bool) -> Result<Asked, String> {
        let text = text
            .strip_prefix('(')
            .and_then(|t| t.strip_suffix(')'))
            .unwrap_or(text);
        let text = match text.to_ascii_uppercase().as_str() {
            "" => return Err("Invalid arguments".into()),
            "ALL" => "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE".into(),
            "FAST" => "FLAGS INTERNALDATE RFC822.SIZE".into(),
            "FULL" => "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY".into(),
            text => text.to_string(),
        };
        let mut items: Vec<String> = Vec::new();
        if by_uid {
            items.push("UID".into());
        }
        let mut marks = false;
        let mut is_inside = false;
        for word in text.split(' ') {
            match items.last_mut() {
                Some(last) if is_inside => *last += &format!(" {word}"),
                _ if by_uid && word == "UID" => {}
                _ => items.push(word.into()),
            }
            is_inside = (is_inside || word.contains('[')) && !word.contains(']');
        }
        for item in &mut items {
            let (name, section) = item.split_once('[').unwrap_or((item, ""));
            let section = section.split(']').next().unwrap_or("");
            let is_known = match name {
                "BODY" | "BODY.PEEK" if item.contains('[') => {
                    marks |= name == "BODY";
                    if Part::read("", 0).section(section).is_none() {
                        return Err("Invalid BODY[..] section".into());
                    }
                    true
                }
                "RFC822" | "RFC822.TEXT" => {
                    marks = true;
                    true
                }
                "UID" | "FLAGS" | "INTERNALDATE" | "RFC822.SIZE" | "RFC822.HEADER" | "ENVELOPE"
                | "BODY" | "BODYSTRUCTURE" => true,
                _ => false,
            };
            if !is_known {
                return Err(format!("Unknown parameter: {name}"));
            }
            *item = item.replace(".PEEK", "");
        }
        Ok(Asked { items, marks })
    }

    /// A message; `is_new` where it has not been seen until now.
    pub(super) fn show(
        &self,
        number: usize,
        mail: &Mail,
        is_new: bool,
        fetched: &mut [usize; 4],
    ) -> String {
        let text = &*mail.text;
        let part = Part::read(text, 0);
        let (head, body) = (part.head, part.body);
        let mut seen = mail.clone();
        if is_new {
            seen.letters.push('S');
        }
        let flags = format!("FLAGS ({})", seen.flags());
        let mut shown = Vec::new();
        if is_new && !self.items.iter().any(|item| item == "FLAGS") {
            shown.push(flags.clone());
        }
        for item in &self.items {
            let (item, cut) = match item.split_once(']') {
                Some((start, cut)) => (format!("{start}]"), cut),
                None => (item.clone(), ""),
            };
            let section = item
                .split_once('[')
                .map(|(_, section)| section.trim_end_matches(']'));
            shown.push(match (item.as_str(), section) {
                ("UID", _) => format!("UID {}", mail.uid),
                ("FLAGS", _) => flags.clone(),
                ("INTERNALDATE", _) => {
                    let date = mail.came.header_date();
                    let date = date.get(5..25).unwrap_or("").replacen(' ', "-", 3);
                    let (day, time) = date.split_at(11.min(date.len()));
                    format!(
                        "INTERNALDATE \"{} {} +0000\"",
                        day,
                        time.trim_start_matches('-')
                    )
                }
                ("RFC822.SIZE", _) => format!("RFC822.SIZE {}", size(text)),
                ("ENVELOPE", _) => format!("ENVELOPE ({})", envelope(head)),
                ("BODY" | "BODYSTRUCTURE", None) => {
                    format!("{item} {}", part.structure(item == "BODYSTRUCTURE"))
                }
                (_, section) => {
                    let (text, kind) = match (item.as_str(), section) {
                        ("RFC822.HEADER", _) => (head.to_string(), 0),
                        ("RFC822.TEXT", _) => (body.into(), 2),
                        (_, Some(section)) => {
                            let kind = if section.starts_with("HEADER") { 0 } else { 2 };
                            (part.section(section).unwrap_or_default(), kind)
                        }
                        (_, None) => (text.into(), 2),
                    };
                    let (text, from) = range(text, cut);
                    fetched[kind] += 1;
                    fetched[kind + 1] += size(&text);
                    format!("{item}{from} {{{}}}\n{text}", size(&text))
                }
            });
        }
        format!("* {number} FETCH ({})\n", shown.join(" "))
    }
}

/// The bytes of a text that `<first.count>` means, and how that is shown.
fn range(text: String, cut: &str) -> (String, String) {
    let said = cut.strip_prefix('<').and_then(|cut| cut.strip_suffix('>'));
    let Some((first, count)) = said.and_then(|said| said.split_once('.')) else {
        return (text, String::new());
    };
    let [first, count] = [first, count].map(|n| n.parse().unwrap_or(0));
    let bytes = encode(&text.replace('\n', "\r\n"));
    let bytes: Vec<u8> = bytes.iter().skip(first).take(count).copied().collect();
    let text = decode(&bytes).replace("\r\n", "\n");
    (text, format!("<{first}>"))
}
