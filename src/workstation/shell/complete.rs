//! The Tab key: commands and files.

use crate::files::tree::absolute;
use crate::workstation::programs::files::files;
use crate::workstation::programs::machine::has_mail;
use crate::workstation::programs::table::HIDDEN;
use crate::workstation::programs::TABLES;
use crate::workstation::shell::bash::Bash;
use crate::workstation::shell::builtins::table;
use crate::workstation::shell::parser::{bare, RESERVED};
use crate::workstation::system::kernel::Completion;
use crate::workstation::system::kernel::Kernel;

/// How many choices are listed.
const CHOICES: usize = 200;

impl Bash {
    /// What the Tab key makes of a line up to the cursor.
    pub fn completion(&self, line: &str, k: &mut Kernel) -> Completion {
        let ends = |c: char| " \t|&;()<>=:".contains(c);
        let start = line.rfind(ends).map_or(0, |at| at + 1);
        let word = bare(line.get(start..).unwrap_or(""));
        let before = line.get(..start).unwrap_or("").trim_end();
        let is_command = before.is_empty()
            || before.ends_with(['|', '&', ';', '('])
            || before.rsplit([' ', '\t']).next().is_some_and(|w| {
                matches!(
                    w,
                    "sudo"
                        | "then"
                        | "do"
                        | "else"
                        | "{"
                        | "!"
                        | "time"
                        | "exec"
                        | "which"
                        | "man"
                        | "type"
                )
            });
        let mut found: Vec<(String, char)> = Vec::new();
        if let Some(name) = word.strip_prefix('$') {
            let names = self.state.variables.iter().map(|v| v.name.to_string());
            let fitting = names.filter(|n| n.starts_with(name));
            found.extend(fitting.map(|n| (format!("${n}"), ' ')));
        } else if is_command && !word.contains('/') {
            let has_mail = has_mail(k.world, &k.os.me().host);
            let programs = TABLES.iter().flat_map(|t| t.iter());
            let programs = programs
                .filter(|p| (has_mail || !p.needs_mail) && p.folder != HIDDEN)
                .map(|p| p.name);
            let own = self.state.functions.iter().map(|(n, _)| n.to_string());
            let aliases = self.state.aliases.iter().map(|(n, _)| n.clone());
            let all = programs.chain(table::names()).chain(RESERVED);
            let all = all.map(str::to_string).chain(own).chain(aliases);
            found.extend(all.filter(|n| n.starts_with(&word)).map(|n| (n, ' ')));
        } else {
            found = self.files(&word, is_command, k);
        }
        found.sort();
        found.dedup_by(|a, b| a.0 == b.0);
        let Some((first, end)) = found.first().cloned() else {
            return Completion::default();
        };
        let mut common = first.clone();
        for (name, _) in &found {
            while !name.starts_with(&common) {
                common.pop();
            }
        }
        let mut insert = escaped(common.get(word.len()..).unwrap_or(""));
        if found.len() == 1 {
            insert.push(end);
            return Completion {
                insert,
                choices: Vec::new(),
            };
        }
        let short = |(name, end): &(String, char)| {
            let name = name.rsplit('/').next().unwrap_or(name).to_string();
            if *end == '/' {
                name + "/"
            } else {
                name
            }
        };
        Completion {
            insert,
            choices: found.iter().take(CHOICES).map(short).collect(),
        }
    }

    /// Files whose path begins like this.
    fn files(&self, word: &str, is_command: bool, k: &mut Kernel) -> Vec<(String, char)> {
        let me = k.os.me();
        let who = k.who();
        let (folder, name) = match word.rfind('/') {
            Some(at) => word.split_at(at + 1),
            None => ("", word),
        };
        let place = match folder.strip_prefix("~/") {
            Some(rest) => {
                let home = self.state.text("HOME").unwrap_or_default();
                format!("{home}/{rest}")
            }
            None => folder.to_string(),
        };
        let directory = absolute(&me.directory, &format!("{place}."));
        let Some(files) = files(k.world, &me.host) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for entry in files.list(&directory, &who).unwrap_or_default() {
            if !entry.starts_with(name) || (entry.starts_with('.') && !name.starts_with('.')) {
                continue;
            }
            let path = absolute(&directory, entry);
            let is_directory = files.is_directory(&path);
            let can_run = files
                .check(&path, &who, crate::files::who::Access::Execute)
                .is_ok();
            if is_command && !is_directory && !can_run {
                continue;
            }
            found.push((
                format!("{folder}{entry}"),
                if is_directory { '/' } else { ' ' },
            ));
        }
        found
    }
}

/// With a backslash before what the shell would take for something else.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if " \t\\'\"$`&;|()<>*?[]{}!#".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
