//! install: files with their permissions.

use crate::files::errno::Errno;
use crate::files::node::Node;
use crate::workstation::programs::copy::{pairs, CP};
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::modes::{change, symbolic};
use crate::workstation::programs::options::Known;
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::table::Program;

/// The program of this file.
pub const PROGRAMS: &[Program] = &[Program::new(
    "install",
    install,
    "[-d] [-m MODE] [-o OWNER] [-g GROUP] [-v] FROM... TO|Copies files and sets their permissions.",
)];

const INSTALL: Known = Known {
    program: "install",
    short: "cdDm:o:g:vbS:t:Tpsu",
    ..CP
};

fn install(arguments: &[&str], at: &mut Machine) -> Outcome {
    let options = INSTALL.read(arguments)?;
    let mut output = Output::default();
    let mode = match options.value('m') {
        None => 0o755,
        Some(text) => symbolic(text, 0, true, 0)
            .ok_or_else(|| Output::bad(format!("install: invalid mode '{text}'"), 1))?,
    };
    let mut ids = [None, None];
    for (place, (letter, file, what)) in
        [('o', "/etc/passwd", "user"), ('g', "/etc/group", "group")]
            .into_iter()
            .enumerate()
    {
        if let Some(name) = options.value(letter) {
            let found = at
                .number_of(file, name)
                .ok_or_else(|| Output::bad(format!("install: invalid {what} '{name}'"), 1))?;
            ids[place] = Some(found);
        }
    }
    let names: Vec<(String, String)> = match options.has('d') {
        true => options
            .operands
            .iter()
            .map(|n| (String::new(), n.to_string()))
            .collect(),
        false => pairs(&INSTALL, &options, at)?.0,
    };
    for (from, to) in names {
        let full = at.path(&to);
        let parent = full.rsplit_once('/').map_or("", |(p, _)| p).to_string();
        let mut folders = Vec::new();
        if options.has('d') {
            folders = full
                .match_indices('/')
                .map(|(i, _)| i)
                .skip(1)
                .chain([full.len()])
                .collect();
        } else if options.has('D') {
            folders = parent
                .match_indices('/')
                .map(|(i, _)| i)
                .skip(1)
                .chain([parent.len()])
                .collect();
        }
        let mut done = at.act(&mut |files, who| {
            for end in &folders {
                match files.make(full.get(..*end).unwrap_or("/"), who, Node::directory()) {
                    Ok(()) | Err(Errno::Exists) => {}
                    done => return done,
                }
            }
            Ok(())
        });
        if done.is_ok() && !options.has('d') {
            let text = match at.text(&from) {
                Ok(text) => text,
                Err(Errno::IsDirectory) => {
                    output.fail(1, format!("install: omitting directory '{from}'\n"));
                    continue;
                }
                Err(errno) => {
                    output.fail(1, format!("install: cannot stat '{from}': {errno}\n"));
                    continue;
                }
            };
            done = at.act(&mut |files, who| files.write(&full, who, &text, false, 0o600));
        }
        let done = done.and_then(|()| change(&to, Some(mode), ids, at));
        match done {
            Ok(()) if options.has('v') && options.has('d') => output
                .text
                .push_str(&format!("install: creating directory '{to}'\n")),
            Ok(()) if options.has('v') => output.text.push_str(&format!("'{from}' -> '{to}'\n")),
            Ok(()) => {}
            Err(errno) if options.has('d') => output.fail(
                1,
                format!("install: cannot create directory '{to}': {errno}\n"),
            ),
            Err(errno) => output.fail(
                1,
                format!("install: cannot create regular file '{to}': {errno}\n"),
            ),
        }
    }
    Ok(output)
}
