//! Files that are read as they are, and `texthash:` tables of them.

use crate::files::dictionary::Dictionary;
use crate::postfix::lookup::map::Map;
use crate::postfix::lookup::source::records;
use crate::postfix::lookup::table::{Host, Name, Opened, Second};

/// A file of `key value` lines that is read as it is.
pub(in crate::postfix::lookup) fn open_text(name: &Name, host: &mut dyn Host) -> Opened {
    let (path, manner) = (name.name, host.manner());
    let text = host.file(path).unwrap_or("").to_string();
    let mut map = Dictionary::default();
    let mut unavailable = None;
    let ignored = " -- ignoring this line";
    records(path, &text, false, ignored, &mut |number, record| {
        let (key, value) = match record {
            Ok(pair) => pair,
            Err(warning) => return host.warn(warning),
        };
        let value = match host.content(value) {
            Ok(value) => value,
            Err(why) => {
                return host.warn(format!("{path}, line {number}: {why}: skipping this entry"))
            }
        };
        let folded = manner.folded(key);
        if map.contains(&folded) {
            let text = || format!("{path}, line {number}: duplicate entry: \"{key}\"");
            match manner.second {
                Second::Ignore => return,
                Second::Replace => {}
                Second::Warn => return host.warn(text()),
                Second::Fatal => {
                    unavailable.get_or_insert_with(text);
                }
            }
        }
        map.insert(folded, value);
    });
    match unavailable {
        Some(why) => Err(why),
        None => Ok(Box::new(Map(map, manner))),
    }
}
