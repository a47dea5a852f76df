//! Tables made, added to and taken from.

use crate::files::dictionary::Dictionary;
use crate::files::errno::Errno;
use crate::postfix::lookup::index;
use crate::postfix::lookup::source::records;
use crate::postfix::lookup::table::{Host, Second};
use crate::postfix::lookup::tables::{is_type, Tables};
use crate::workstation::programs::files::files_mut;
use crate::workstation::programs::machine::Machine;

use super::{Early, Job, POSTALIAS};

impl Job<'_> {
    /// What a table holds that is to be changed.
    pub(super) fn held_by(
        &mut self,
        kind: &str,
        path: &str,
        at: &Machine,
    ) -> Result<Dictionary, Early> {
        let spec = format!("{kind}:{path}");
        match kind {
            "hash" | "btree" => {
                let path = format!("{path}.db");
                let fail = |why: &str| Some(format!("open database {path}: {why}"));
                let text = at.text(&path).map_err(|errno| fail(errno.text()))?;
                index::read(kind, &text).ok_or_else(|| {
                    let why = format!("open database {path}: Invalid argument");
                    self.tell_of_format(&why, at);
                    Some(why)
                })
            }
            "fail" => Ok(Dictionary::default()),
            "static" | "environ" | "internal" => Err(Some(format!(
                "table {spec}: delete operation is not supported"
            ))),
            kind if is_type(kind) => Err(Some(format!("{spec} map requires O_RDONLY access mode"))),
            kind => Err(Some(format!("unsupported dictionary type: {kind}"))),
        }
    }

    pub(super) fn delete(
        &self,
        kind: &str,
        path: &str,
        map: &mut Dictionary,
        key: &str,
    ) -> Result<bool, Early> {
        match kind {
            "fail" => Err(Some(format!(
                "table fail:{path}: delete error: Application error"
            ))),
            _ => Ok(map.remove(&self.manner.folded(key))),
        }
    }

    pub(super) fn write(
        &self,
        kind: &str,
        path: &str,
        map: &Dictionary,
        is_new: bool,
        at: &mut Machine,
    ) -> Result<(), Early> {
        if kind == "fail" {
            return Ok(());
        }
        let name = format!("{path}.db");
        let (source, full) = (at.path(path), at.path(&name));
        let done = at.write(&name, &index::write(kind, map), false);
        done.map_err(|why| Some(format!("open database {why}")))?;
        let (host, who) = (at.host, at.who());
        if let Some(files) = files_mut(at.world, host).filter(|_| is_new) {
            let from = files.node(&source).cloned();
            if let (Some(from), Some(node)) = (from, files.node_mut(&full)) {
                node.mode &= from.mode | 0o700;
                if who.is_root() {
                    (node.uid, node.gid) = (from.uid, from.gid);
                }
            }
        }
        // Whoever has it open sees that it has changed.
        if let Some((server, now)) = at.server() {
            let own = |(_, value): (&str, &str)| value.contains(path);
            let aliases = server.config.list("alias_maps");
            if server.config.explicit().any(own) || aliases.iter().any(|a| a.contains(path)) {
                server.rebuilt(&source, now);
            }
        }
        Ok(())
    }

    /// Makes a table of its source, or adds to it what is typed.
    pub(super) fn make(
        &mut self,
        kind: &str,
        path: &str,
        input: Option<&str>,
        at: &mut Machine,
    ) -> Result<(), Early> {
        if kind == "proxy" && input.is_none() {
            return Err(Some("can't create maps via the proxy service".into()));
        }
        let text = match input {
            Some(input) => input.into(),
            None => match at.text(path) {
                Ok(text) => text,
                Err(Errno::IsDirectory) => String::new(),
                Err(errno) => return Err(Some(format!("open {path}: {errno}"))),
            },
        };
        let name = if input.is_some() { "stdin" } else { path };
        let db = format!("{path}.db");
        let mut map = match kind {
            "hash" | "btree" | "fail" => Dictionary::default(),
            kind => {
                let what = format!("unsupported dictionary type: {kind}");
                return Err(Some(match is_type(kind) {
                    true => format!("{what} does not support bulk-mode creation."),
                    false => format!("{what}. Is the postfix-{kind} package installed?"),
                }));
            }
        };
        if let (Some(_), Ok(before), true) = (input, at.text(&db), kind != "fail") {
            map = index::read(kind, &before).ok_or_else(|| {
                let why = format!("open database {db}: Invalid argument");
                self.tell_of_format(&why, at);
                Some(why)
            })?;
        }
        let full = at.path(&db);
        let was_there = at.files().is_some_and(|files| files.contains(&full));
        if kind != "fail" {
            // It is opened before the source is looked into.
            let done = at.write(&db, "", true);
            done.map_err(|why| Some(format!("open database {why}")))?;
        }
        // By the number of a line, as a text, so that they can be put in order.
        let mut said: Vec<(String, String)> = Vec::new();
        let place_of = |number: usize| format!("{number:09}");
        let mut entries: Vec<(String, (usize, String))> = Vec::new();
        let mut fatal = None;
        {
            let files = at.files().cloned().unwrap_or_default();
            let host = Tables::new(&self.config, &files);
            let host = host.in_manner(self.manner, at.directory);
            let is_aliases = self.program == POSTALIAS;
            records(name, &text, is_aliases, "", &mut |number, record| {
                if fatal.is_some() {
                    return;
                }
                let (key, value) = match record {
                    Ok(pair) => pair,
                    Err(what) => return said.push((place_of(number), what)),
                };
                let value = match host.content(value) {
                    Ok(value) => value,
                    Err(why) => {
                        let what = "skipping this entry";
                        let what = format!("{name}, line {number}: {why}: {what}");
                        return said.push((place_of(number), what));
                    }
                };
                if kind == "fail" {
                    let what = format!("table fail:{path}: write error: Application error");
                    fatal = Some(what);
                    return;
                }
                entries.push((self.manner.folded(key), (number, value)));
            });
        }
        for (key, place) in index::sorted(&entries) {
            let Some((_, (number, value))) = entries.get_mut(place) else {
                continue;
            };
            if map.contains(&key) {
                match self.manner.second {
                    Second::Warn | Second::Fatal => {
                        said.push((
                            place_of(*number),
                            format!("{db}: duplicate entry: \"{key}\""),
                        ));
                        continue;
                    }
                    Second::Ignore => continue,
                    Second::Replace => {}
                }
            }
            map.insert(key, std::mem::take(value));
        }
        for (_, place) in index::sorted(&said) {
            if let Some((_, what)) = said.get_mut(place) {
                self.warn(at, std::mem::take(what));
            }
        }
        if fatal.is_some() {
            return Err(fatal);
        }
        if self.program == POSTALIAS {
            let now = at.world.now();
            index::sign(&mut map, now, &self.config.get("myhostname"));
        }
        self.write(kind, path, &map, input.is_none() && !was_there, at)
    }
}
