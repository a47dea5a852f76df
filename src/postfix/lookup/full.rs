//! The types of tables that only the full build has, and indexed tables as they are on a disk.

use std::time::Duration;

use crate::files::dictionary::Dictionary;
use crate::files::errno::Errno;
use crate::files::node::Node;
use crate::files::tree::absolute;
use crate::files::who::Who;
use crate::files::Files;
use crate::postfix::config::main_cf::{Config, Fatal};
use crate::postfix::config::syntax::split_list;
use crate::postfix::lookup::table::{Host, Name, Open, Opened, Opener, Type};
use crate::postfix::lookup::{combined, index, rules, texthash};
use crate::smtp::bytes::encode;
use crate::smtp::sasl::to_base64;

pub(super) use crate::postfix::lookup::database::open as elsewhere;
pub use crate::postfix::lookup::index::make_all as make_tables;

pub(super) const TYPES: &[Type] = &[
    ("texthash", texthash::open_text),
    ("cidr", rules::open_networks),
    ("regexp", rules::open_patterns),
    ("pcre", rules::open_patterns),
    ("unionmap", combined::open_union),
    ("pipemap", combined::open_pipe),
    ("randmap", combined::open_random),
    ("environ", |_, _| Ok(Box::new(combined::Nothing))),
    ("internal", |_, _| Ok(Box::new(combined::Nothing))),
];

/// What a program does not start with.
pub(super) fn fatal(program: &'static str, reason: String) -> Fatal {
    Fatal {
        program,
        ..Fatal::new(reason)
    }
}

/// What proxymap may open: all that `proxy_read_maps` leads to.
pub(super) type Approved = Vec<String>;

pub(super) fn approved(config: &Config) -> Approved {
    let listed = split_list(&config.get("proxy_read_maps"));
    let proxied = listed.iter().filter(|spec| spec.starts_with(PROXY));
    proxied
        .map(|spec| spec.trim_start_matches(PROXY).into())
        .collect()
}

const PROXY: &str = "proxy:";

/// Whether it does not open a table.
pub(super) fn is_denied(approved: &Approved, name: &str) -> bool {
    let name = name.trim_start_matches(PROXY);
    !approved.iter().any(|own| own == name)
}

/// Opens a table, where its file can be read. What is a folder is noticed late, or not at all.
pub(super) fn opened(open: Open, name: &Name, host: &mut dyn Opener) -> Opened {
    let Name { kind, name: path } = name;
    let (what, end) = match *kind {
        "hash" | "btree" => ("database ", ".db"),
        "texthash" => ("database ", ""),
        "cidr" | "regexp" | "pcre" if !path.starts_with('{') => ("", ""),
        _ => return open(name, host),
    };
    let path = format!("{path}{end}");
    let below = format!("{}/{path}", host.directory());
    let whole = if path.starts_with('/') { &path } else { &below };
    match host.files().read(whole, &Who::ROOT) {
        Ok(_) => open(name, host),
        Err(Errno::IsDirectory) if end.is_empty() => {
            let what = match *kind {
                "cidr" => format!("cidr map {path}: read error"),
                "texthash" => format!("read {path}"),
                _ => return open(&Name { kind, name: "{}" }, host),
            };
            host.fail(format!("{what}: Is a directory"));
            Ok(Box::new(combined::Nothing))
        }
        Err(why) => Err(format!("open {what}{path}: {why}")),
    }
}

/// What an indexed table holds: what postmap has made of its source.
pub(super) fn indexed(name: &Name, host: &mut dyn Host) -> Result<Dictionary, String> {
    let path = format!("{}.db", name.name);
    let map = index::read(name.kind, host.file(&path).unwrap_or(""));
    let map = map.ok_or_else(|| format!("open database {path}: Invalid argument"))?;
    if host.is_older(&path, name.name) {
        host.warn(format!(
            "database {path} is older than source file {}",
            name.name
        ));
    }
    Ok(map)
}

/// What a value that names files stands for (`postmap -F`).
pub(super) fn content(host: &dyn Host, value: &str) -> Result<String, String> {
    let mut all: Option<String> = None;
    for path in value.split([',', ' ', '\t']).filter(|p| !p.is_empty()) {
        let text = host.file(path);
        let text = text.ok_or_else(|| format!("open {path}: No such file or directory"))?;
        match &mut all {
            Some(all) => {
                all.push('\n');
                all.push_str(text);
            }
            None => all = Some(text.into()),
        }
    }
    let all = all.ok_or_else(|| format!("empty pathname list: >>{value}<<'"))?;
    Ok(to_base64(&encode(&all)))
}

/// The text of a file, whose path may have slashes and dots too many.
pub(super) fn text<'f>(files: &'f Files, path: &str) -> Option<&'f str> {
    if path.ends_with('/') {
        return None;
    }
    let plain = || files.get(&absolute("", path));
    let found = files.get(path);
    found.or_else(|| path.starts_with('/').then(plain)?)
}

/// Why there is no file.
pub(super) fn absence(files: &Files, path: &str) -> &'static str {
    let why = files.read(path, &Who::ROOT).err();
    why.unwrap_or(Errno::NotDirectory).text()
}

/// Whether a path is that of a directory.
pub(super) fn is_directory(files: &Files, path: &str) -> bool {
    let node = files.node(&absolute("", path));
    node.is_some_and(Node::is_directory)
}

/// Whether a file is older than another, and has been for a while.
pub(super) fn is_older(files: &Files, path: &str, than: &str) -> bool {
    let written = |path| files.node(path).map(|node| node.written);
    match (written(path), written(than)) {
        (Some(own), Some(other)) => own < other && other + Duration::from_secs(100) < files.now,
        _ => false,
    }
}
