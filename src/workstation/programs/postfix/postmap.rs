//! postmap: lookup tables.

use crate::postfix::lookup::table::Table;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::Output;

/// postmap -q; -s and indexing, which these hosts do by themselves.
pub(super) fn postmap(arguments: &[&str], at: &mut Machine) -> Output {
    let open = |spec: &str, at: &mut Machine| {
        let files = at
            .server()
            .map(|(server, _)| server.files.clone())
            .unwrap_or_default();
        let mut warnings = Vec::new();
        (Table::open(spec, &files, &mut warnings), warnings)
    };
    match arguments {
        ["-q", key, spec] => {
            let (table, warnings) = open(spec, at);
            if let Some(why) = warnings.iter().find_map(|w| w.strip_prefix("error: ")) {
                return at.fatal("postmap", why.into());
            }
            match table.get(key) {
                Ok(Some(value)) => Output::good(format!("{value}\n")),
                _ => Output::status(1),
            }
        }
        ["-s", spec] => {
            let (table, warnings) = open(spec, at);
            if let Some(why) = warnings.iter().find_map(|w| w.strip_prefix("error: ")) {
                return at.fatal("postmap", why.into());
            }
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
