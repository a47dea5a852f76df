//! File names that a pattern stands for.

use std::rc::Rc;

use crate::files::tree::absolute;
use crate::files::who::fields_of;
use crate::workstation::shell::fit::{Fit, STEPS};
use crate::workstation::shell::pattern::{self, letter, special, Sign, Style};
use crate::workstation::shell::place::Place;
use crate::workstation::shell::state::State;

/// How many names a pattern may stand for.
const NAMES: usize = 20_000;

/// The names, in order.
pub fn names(signs: &[Sign], place: &Place, state: &State) -> Vec<String> {
    let Some(files) = place.files else {
        return Vec::new();
    };
    let style = Style {
        extended: state.is_on("extglob"),
        ignores_case: state.is_on("nocaseglob"),
    };
    let dots = state.is_on("dotglob");
    let mut steps = STEPS;
    let mut found = vec![String::new()];
    let parts: Vec<&[Sign]> = signs.split(|s| letter(*s) == '/').collect();
    for (i, part) in parts.iter().enumerate() {
        let is_last = i + 1 == parts.len();
        let end = if is_last { "" } else { "/" };
        let mut next = Vec::new();
        for base in &found {
            if !pattern::is_pattern(part) {
                let name = format!("{base}{}", pattern::text(part));
                let path = absolute(&place.directory, &name);
                let exists = match is_last {
                    true => files
                        .place(&path, place.who())
                        .is_ok_and(|p| files.node(&p).is_some()),
                    false => files.is_directory(&path) || name.is_empty(),
                };
                if exists {
                    next.push(name + end);
                }
                continue;
            }
            let directory = absolute(&place.directory, &format!("{base}."));
            let wants_dot = dots || special(part.first()) == Some('.') || letter(part[0]) == '.';
            for name in files.list(&directory, place.who()).unwrap_or_default() {
                let chars: Vec<char> = name.chars().collect();
                let hidden = name.starts_with('.') && !wants_dot;
                let mut is_one = || Fit::new(part, &chars, style, &mut steps).is_whole(0);
                if hidden || next.len() >= NAMES || !is_one() {
                    continue;
                }
                let name = format!("{base}{name}");
                if is_last || files.is_directory(&absolute(&place.directory, &name)) {
                    next.push(name + end);
                }
            }
        }
        found = next;
    }
    found.sort();
    found
}

/// The home of a person, or of the one who runs the shell.
pub fn home(place: &Place, name: Option<&str>) -> Option<Rc<str>> {
    let passwd = place.files?.get("/etc/passwd")?;
    let fields = match name {
        Some(name) => fields_of(passwd, name),
        None => {
            let uid = place.who().uid.to_string();
            let mut lines = passwd.lines().map(|l| l.split(':').collect::<Vec<_>>());
            lines.find(|fields| fields.get(2) == Some(&uid.as_str()))
        }
    };
    fields?.get(5).map(|home| Rc::from(*home))
}
