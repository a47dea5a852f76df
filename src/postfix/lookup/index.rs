//! What postmap and postalias make of the source of a table: the file beside it that daemons read.

use crate::files::dictionary::Dictionary;
use crate::files::Files;
use crate::postfix::config::main_cf::Config;
use crate::postfix::config::parameter;
use crate::postfix::lookup::source::records;
use crate::postfix::lookup::table::{Manner, Second};
use crate::time::Time;

/// The least that a file of each type has, in bytes, and how much more it has at a time.
const LEAST: usize = 12_288;
const PAGE: usize = 4_096;

/// The text of a file of such a type.
pub fn write(kind: &str, map: &Dictionary) -> String {
    let mut text = format!("\0{kind}\0");
    for (key, value) in map.iter() {
        text.push_str(key);
        text.push('\0');
        text.push_str(value);
        text.push('\0');
    }
    let least = LEAST - if kind == "btree" { PAGE } else { 0 };
    let size = (text.len() + least - PAGE).next_multiple_of(PAGE);
    text.extend(std::iter::repeat_n('\0', size.max(least) - text.len()));
    text
}

/// What such a file holds; `None` where it is of another type, or of none.
pub fn read(kind: &str, text: &str) -> Option<Dictionary> {
    let mut parts = text.strip_prefix('\0')?.split('\0');
    if parts.next() != Some(kind) {
        return None;
    }
    let mut map = Dictionary::default();
    while let (Some(key), Some(value)) = (parts.next(), parts.next()) {
        if !value.is_empty() {
            map.insert(key, value);
        }
    }
    Some(map)
}

/// Entries in the order in which a file of such a type has them: those of a hash lie on two pages.
pub fn in_order<'m>(kind: &str, map: &'m Dictionary) -> Vec<(&'m str, &'m str)> {
    let mut entries: Vec<_> = map.iter().collect();
    if kind == "hash" {
        entries.sort_by_key(|(key, _)| key.bytes().fold(0, |sum, byte| sum ^ byte) & 1);
    }
    entries
}

/// Adds to a table of aliases what tells other programs that it is complete, when, and by whom.
pub fn sign(map: &mut Dictionary, now: Time, host: &str) {
    map.insert("@", "@");
    // Of a host that is there from the start nobody knows when.
    if now > Time::default() {
        map.insert("YP_LAST_MODIFIED", format!("{:010}", now.seconds()));
    }
    map.insert("YP_MASTER_NAME", host);
}

/// The keys of entries in order, each with its place: what is put into a table in order need not be
/// moved again. Of the same key the first comes first.
pub fn sorted<T>(entries: &[(String, T)]) -> Vec<(String, usize)> {
    let keys = entries.iter().map(|(key, _)| key.clone());
    let mut keys: Vec<(String, usize)> = keys.zip(0..).collect();
    keys.sort();
    keys
}

/// Makes the files of all tables that main.cf names, as whoever has set the host up has done.
pub fn make_all(config: &Config, files: &mut Files) {
    let aliases = ["alias_maps", "alias_database"].map(|name| config.get(name));
    // What has no colon names no table; others may, where they stand in what does.
    let names = |name: &str, raw: &str| raw.contains(':') || parameter::find(name).is_some();
    let all = config.explicit().filter(|(name, raw)| names(name, raw));
    let mut texts: Vec<String> = all.filter_map(|(_, raw)| config.expand(raw).ok()).collect();
    texts.extend(aliases.clone());
    let manner = Manner {
        is_utf8: config.flag("smtputf8_enable"),
        second: Second::Warn,
        ..Manner::default()
    };
    for text in &texts {
        for word in text.split([' ', '\t', ',', '{', '}']) {
            let Some((kind, path)) = word.strip_prefix("proxy:").unwrap_or(word).split_once(':')
            else {
                continue;
            };
            let index = format!("{path}.db");
            let Some(source) = files.get(path).filter(|_| matches!(kind, "hash" | "btree")) else {
                continue;
            };
            if files.contains(&index) {
                continue;
            }
            let is_aliases = aliases.iter().any(|list| list.contains(word));
            let mut entries = Vec::new();
            records(path, source, is_aliases, "", &mut |_, record| {
                if let Ok((key, value)) = record {
                    entries.push((manner.folded(key), value.to_string()));
                }
            });
            let mut map = Dictionary::default();
            for (key, place) in sorted(&entries) {
                if let Some((_, value)) = entries.get(place) {
                    map.insert_new(key, value.as_str());
                }
            }
            if is_aliases {
                sign(&mut map, files.now, &config.get("myhostname"));
            }
            files.insert(index, write(kind, &map));
        }
    }
}
