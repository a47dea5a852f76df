//! The Tab key: commands and files.

use std::rc::Rc;

use crate::files::tree::absolute;
use crate::workstation::programs::files::files;
use crate::workstation::programs::machine::has_mail;
use crate::workstation::programs::table::HIDDEN;
use crate::workstation::programs::TABLES;
use crate::workstation::shell::bash::{Bash, Outcome};
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
            let mut all = Vec::new();
            "pbk(a".chars().for_each(|kind| self.named(kind, &mut all, k));
            all.retain(|n| n.starts_with(&word));
            found.extend(all.into_iter().map(|n| (n, ' ')));
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

    /// The names of a kind, by the letters of compgen where it has one: `p` are programs, `(` functions.
    fn named(&self, kind: char, all: &mut Vec<String>, k: &Kernel) {
        let state = &self.state;
        let me = k.os.me();
        let mut add = |name: &str| all.push(name.into());
        match kind {
            'p' => {
                let has_mail = has_mail(k.world, &me.host);
                let programs = TABLES.iter().flat_map(|t| t.iter());
                let programs = programs.filter(|p| (has_mail || !p.needs_mail) && p.folder != HIDDEN);
                programs.for_each(|p| add(p.name));
            }
            'b' => table::names().for_each(add),
            'k' => RESERVED.into_iter().for_each(add),
            '(' => state.functions.iter().for_each(|(n, _)| add(n)),
            'a' => state.aliases.iter().for_each(|(n, _)| add(n)),
            'v' => state.variables.iter().for_each(|v| add(&v.name)),
            kind => {
                let path = if kind == 'u' { "/etc/passwd" } else { "/etc/group" };
                let text = files(k.world, &me.host).and_then(|f| f.get(path));
                let lines = text.unwrap_or("").lines();
                lines.for_each(|l| add(l.split(':').next().unwrap_or("")));
            }
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

/// compgen, without what programs and patterns would have to say.
pub(super) fn compgen(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    const ACTIONS: &str = "a=alias b=builtin c=command d=directory f=file g=group k=keyword u=user \
        v=variable (=function";
    let options = match b.options(words, "abcdefgjkso:uvA:G:W:F:C:X:P:S:", k) {
        Ok(options) => options,
        Err(status) => return Outcome::Done(status),
    };
    let word = options.operands.first().copied().unwrap_or("");
    let mut all = Vec::new();
    for (letter, value) in &options.given {
        let mut letter = *letter;
        if letter == 'A' {
            let mut names = ACTIONS.split(' ').filter_map(|n| n.split_once('='));
            let Some((found, _)) = names.find(|(_, n)| n == value) else {
                b.complain_as("compgen", &format!("{value}: invalid action name"), k);
                return Outcome::Done(1);
            };
            letter = found.chars().next().unwrap_or(letter);
        }
        match letter {
            'W' => all.extend(value.split_ascii_whitespace().map(String::from)),
            'c' => "ak(bp".chars().for_each(|kind| b.named(kind, &mut all, k)),
            'd' | 'f' => {
                let mut found = b.files(word, false, k);
                found.retain(|(_, end)| letter == 'f' || *end == '/');
                all.extend(found.into_iter().map(|(name, _)| name));
            }
            'a' | 'b' | 'g' | 'k' | 'u' | 'v' | '(' => b.named(letter, &mut all, k),
            _ => b.complain_as("compgen", "(such a completion is not here)", k),
        }
    }
    all.retain(|name| name.starts_with(word));
    let status = i32::from(all.is_empty());
    let text: String = all.into_iter().map(|name| name + "\n").collect();
    Outcome::Done(status.max(b.print("compgen", &text, k)))
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
