//! postmap: lookup tables.

use std::sync::Arc;

use crate::files::Files;
use crate::postfix::config::main_cf::Config;
use crate::postfix::lookup::table::Table;
use crate::postfix::lookup::tables::Tables;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::Output;

/// postmap -q; -s and indexing, which these hosts do by themselves.
pub(super) fn postmap(arguments: &[&str], at: &mut Machine) -> Output {
    match arguments {
        ["-q", key, spec] => {
            let table = match open(spec, at) {
                Ok(table) => table,
                Err(complaint) => return complaint,
            };
            match table.get(key) {
                Ok(Some(value)) => Output::good(format!("{value}\n")),
                _ => Output::status(1),
            }
        }
        ["-s", spec] => {
            let table = match open(spec, at) {
                Ok(table) => table,
                Err(complaint) => return complaint,
            };
            let lines = table.entries().map(|entries| {
                let lines = entries.iter().map(|(k, v)| format!("{k}\t{v}\n"));
                lines.collect::<String>()
            });
            match lines {
                Some(lines) => Output::good(lines),
                None => at.fatal(
                    "postmap",
                    format!("table {spec}: sequence operation is not supported"),
                ),
            }
        }
        [spec] if !spec.starts_with('-') => {
            let path = spec.split_once(':').map_or(*spec, |(_, path)| path);
            match at.read(path) {
                Some(_) => Output::default(),
                None => at.fatal("postmap", format!("open {path}: No such file or directory")),
            }
        }
        _ => at.fatal(
            "postmap",
            "usage: postmap [-NfinoprsuUvw] [-c config_dir] [-d key] [-q key] [map_type:]file..."
                .into(),
        ),
    }
}

/// Opens a table of this host; a complaint where that cannot be.
fn open(spec: &str, at: &mut Machine) -> Result<Arc<Table>, Output> {
    let (table, outcome) = {
        let nothing = (Config::default(), Files::default());
        let server = at.server();
        let (config, files) = match &server {
            Some((server, _)) => (&server.config, &server.files),
            None => (&nothing.0, &nothing.1),
        };
        let mut tables = Tables::new(config, files);
        (tables.open(spec), tables.finish())
    };
    let notes = outcome.map_err(|fatal| at.refuse("postmap", fatal))?;
    match notes.iter().find_map(|n| n.text.strip_prefix("error: ")) {
        Some(why) => Err(at.fatal("postmap", why.into())),
        None => Ok(table),
    }
}
