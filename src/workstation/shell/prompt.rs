//! What stands before the line that is typed: `PS1`, `PS2`.

use crate::workstation::shell::bash::Bash;
use crate::workstation::shell::capture::reading;
use crate::workstation::shell::expand::{Done, Expander, Stop};
use crate::workstation::shell::place::Place;
use crate::workstation::shell::state::State;
use crate::workstation::shell::syntax::Tree;
use crate::workstation::system::aside;
use crate::workstation::system::kernel::Kernel;

impl Bash {
    /// The text of a prompt.
    pub fn prompt_text(&mut self, name: &str, k: &mut Kernel) -> String {
        let raw = self.state.text(name).unwrap_or_default();
        let me = k.os.me();
        let (host, user, directory) = (me.host.clone(), me.user.clone(), me.directory.clone());
        let short_host = host.split('.').next().unwrap_or("").to_string();
        let home = self.state.text("HOME").unwrap_or_default();
        let short = match directory.strip_prefix(&*home) {
            Some(rest) if !home.is_empty() && (rest.is_empty() || rest.starts_with('/')) => {
                format!("~{rest}")
            }
            _ => directory.to_string(),
        };
        let now = k.world.now();
        let clock = now.calendar();
        let mut text = String::new();
        let mut chars = raw.chars();
        while let Some(c) = chars.next() {
            if c != '\\' {
                text.push(c);
                continue;
            }
            match chars.next() {
                Some('u') => text.push_str(&user),
                Some('h') => text.push_str(&short_host),
                Some('H') => text.push_str(&host),
                Some('w') => text.push_str(&short),
                Some('W') => text.push_str(match &*short {
                    "~" | "/" => &short,
                    short => short.rsplit('/').next().unwrap_or(short),
                }),
                Some('$') => text.push_str(if k.who().uid == 0 { "#" } else { "\\$" }),
                Some('s') => text.push_str(self.state.name.trim_start_matches('-')),
                Some('n') => text.push('\n'),
                Some('t') => {
                    let (h, m, s) = (clock.hour, clock.minute, clock.second);
                    text.push_str(&format!("{h:02}:{m:02}:{s:02}"));
                }
                Some('A') => text.push_str(&format!("{:02}:{:02}", clock.hour, clock.minute)),
                Some('j') => text.push_str(&self.jobs.len().to_string()),
                Some('!' | '#') => {
                    text.push_str(&(k.os.history.of(false).len() + 1).to_string());
                }
                Some('v') => text.push_str("5.2"),
                Some('V') => text.push_str("5.2.15"),
                Some('d') => {
                    // `Tue Nov 24`
                    let date = now.shell_date();
                    text.push_str(date.get(..10).unwrap_or(""));
                }
                Some('\\') => text.push_str("\\\\"),
                // Colours and what encloses them are not shown here.
                Some('[' | ']' | 'a') => {}
                Some('e') => skip_colour(&mut chars),
                Some('0') if chars.as_str().starts_with("33") => {
                    chars.next();
                    chars.next();
                    skip_colour(&mut chars);
                }
                Some(c) => text.extend(['\\', c]),
                None => text.push('\\'),
            }
        }
        let mut done: Vec<Done> = Vec::new();
        loop {
            let mut expander = Expander::new(&mut self.state, Place::of(k), &done);
            match expander.document(&text) {
                Ok(shown) => return shown,
                Err(Stop::Command(tree)) if done.len() < COMMANDS => {
                    let seen = expander.take_back();
                    done.push(match tree {
                        Some(tree) => answer(seen, tree, k),
                        None => Done::default(),
                    });
                }
                Err(_) => return text,
            }
        }
    }
}

/// Commands that a prompt may have.
const COMMANDS: usize = 20;

/// What a command in a prompt prints, for which the prompt waits.
fn answer(seen: State, tree: Tree, k: &mut Kernel) -> Done {
    let me = k.os.me();
    let place = (me.host.clone(), me.user.clone(), me.directory.clone());
    let (launch, depth) = (k.os.system.launch, k.os.system.depth + 1);
    if depth > aside::DEEPEST {
        return Done::default();
    }
    let found = aside::run(k.world, (launch, depth), place, &[], b"", &mut |_| {
        Ok(Box::new(Bash::subshell(
            seen.clone(),
            &reading(tree.clone()),
        )))
    });
    (
        found.output.trim_end_matches('\n').into(),
        found.status.unwrap_or(0),
    )
}

/// `[01;32m`
fn skip_colour(chars: &mut std::str::Chars) {
    if !chars.as_str().starts_with('[') {
        return;
    }
    for c in chars.by_ref() {
        if c.is_ascii_alphabetic() {
            return;
        }
    }
}
