//! Variables, options and aliases: declare, unset, set, shift, let, shopt, alias, getopts.

use std::rc::Rc;

use super::declare::contents;
use crate::workstation::shell::bash::{Bash, Outcome};
use crate::workstation::shell::expand::{Expanded, Stop};
use crate::workstation::shell::quote;
use crate::workstation::shell::scan;
use crate::workstation::shell::state::{State, OPTIONS, SHOPTS};
use crate::workstation::shell::variable::Value;
use crate::workstation::system::kernel::Kernel;

pub fn unset(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    let (letters, names): (String, Vec<Rc<str>>) = match b.options(words, "fvn", k) {
        Ok(options) => (
            options.given.iter().map(|(l, _)| *l).collect(),
            options.operands.iter().map(|w| Rc::from(*w)).collect(),
        ),
        Err(status) => return Outcome::Done(status),
    };
    let mut status = 0;
    for name in names {
        let (target, subscript) = match name.split_once('[') {
            Some((target, key)) => (target, Some(key.trim_end_matches(']').to_string())),
            None => (&*name, None),
        };
        let only_functions = letters.contains('f');
        if letters.contains('v') && !scan::is_identifier(target) {
            b.complain_as("unset", &format!("`{name}': not a valid identifier"), k);
            status = 1;
            continue;
        }
        let is_variable = b.state.variables.find(target).is_some();
        if only_functions || (!is_variable && !letters.contains('v')) {
            let mut functions = b.state.functions.to_vec();
            functions.retain(|(n, _)| **n != *target);
            b.state.functions = Rc::new(functions);
            continue;
        }
        if b.state.is_readonly(target) {
            let text = format!("{target}: cannot unset: readonly variable");
            b.complain_as("unset", &text, k);
            status = 1;
            continue;
        }
        let target: Rc<str> = match letters.contains('n') {
            true => target.into(),
            false => b.state.target(target),
        };
        match subscript {
            None => {
                b.state.variables.remove(&target);
            }
            Some(key) if matches!(&*key, "@" | "*") => {
                b.state.variables.remove(&target);
            }
            Some(key) => {
                let held = b.state.variables.find(&target).map(|v| v.value.clone());
                match held {
                    Some(Value::Map(mut map)) => {
                        let Ok(key) = b.expand(k, |e| e.single(&key)) else {
                            return Outcome::Done(1);
                        };
                        map.retain(|(n, _)| **n != *key);
                        b.state.variables.entry(&target).value = Value::Map(map);
                    }
                    Some(value) => {
                        let Ok(index) = b.expand(k, |e| e.arithmetic(&key)) else {
                            return Outcome::Done(1);
                        };
                        let index = value.place(index);
                        let list = b.state.variables.entry(&target).value.list();
                        list.retain(|(i, _)| Some(*i) != index);
                    }
                    None => {}
                }
            }
        }
    }
    Outcome::Done(status)
}

pub fn set(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    if words.len() == 1 {
        let mut text = String::new();
        for variable in b.state.variables.iter() {
            match &variable.value {
                Value::Unset => {}
                Value::Text(value) => {
                    let line = format!("{}={}\n", variable.name, quote::where_needed(value));
                    text.push_str(&line.replace("=''\n", "=\n"));
                }
                value => text.push_str(&format!("{}={}\n", variable.name, contents(value))),
            }
        }
        return Outcome::Done(b.print("set", &text, k));
    }
    let mut at = 1;
    while let Some(word) = words.get(at) {
        let on = match word.chars().next() {
            Some('-') => true,
            Some('+') => false,
            _ => break,
        };
        let letters = &word[1..];
        at += 1;
        match letters {
            "-" => {
                b.state.arguments = Rc::new(words.get(at..).unwrap_or(&[]).to_vec());
                return Outcome::Done(0);
            }
            "" if on => {
                for name in ["xtrace", "verbose"] {
                    b.state.turn(State::bit(name).unwrap_or(0), false);
                }
                break;
            }
            "" => {
                at -= 1;
                break;
            }
            _ => {}
        }
        for letter in letters.chars() {
            if letter == 'o' {
                let Some(name) = words.get(at) else {
                    let text = options(&b.state, on);
                    return Outcome::Done(b.print("set", &text, k));
                };
                at += 1;
                let known = OPTIONS.iter().position(|(_, n)| **n == **name);
                match known {
                    Some(place) => b.state.turn(1 << place, on),
                    None => {
                        b.complain_as("set", &format!("{name}: invalid option name"), k);
                        return Outcome::Done(2);
                    }
                }
                continue;
            }
            match OPTIONS.iter().position(|(l, _)| *l == letter) {
                Some(place) => b.state.turn(1 << place, on),
                None => {
                    let sign = if on { '-' } else { '+' };
                    let status = b.misuse("set", &format!("{sign}{letter}: invalid option"), k);
                    return Outcome::Done(status);
                }
            }
        }
    }
    if let Some(rest) = words.get(at..).filter(|rest| !rest.is_empty()) {
        b.state.arguments = Rc::new(rest.to_vec());
    }
    Outcome::Done(0)
}

/// `set -o` and `set +o`
fn options(state: &State, long: bool) -> String {
    let mut names: Vec<&str> = OPTIONS.iter().map(|(_, name)| *name).collect();
    names.sort_unstable();
    let line = |name: &&str| {
        let is_on = state.is_on(name);
        match long {
            true => format!("{name:<15}\t{}\n", if is_on { "on" } else { "off" }),
            false => format!("set {}o {name}\n", if is_on { '-' } else { '+' }),
        }
    };
    names.iter().map(line).collect()
}

pub fn shift(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    let count = match words.get(1).map(|w| w.parse::<i64>()) {
        None => 1,
        Some(Ok(count)) if count >= 0 => count,
        Some(Ok(count)) => {
            b.complain_as("shift", &format!("{count}: shift count out of range"), k);
            return Outcome::Done(1);
        }
        Some(Err(_)) => {
            let text = format!("{}: numeric argument required", words[1]);
            b.complain_as("shift", &text, k);
            return Outcome::Done(1);
        }
    };
    match b.state.arguments.get(count as usize..) {
        Some(rest) => {
            b.state.arguments = Rc::new(rest.to_vec());
            Outcome::Done(0)
        }
        None => Outcome::Done(1),
    }
}

/// let
pub fn arithmetic(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    if words.len() == 1 {
        b.complain_as("let", "expression expected", k);
        return Outcome::Done(1);
    }
    let mut last = 0;
    for word in &words[1..] {
        let found = b.expand(k, |e| -> Expanded<Result<i64, String>> {
            match e.arithmetic(word) {
                Ok(value) => Ok(Ok(value)),
                Err(Stop::Fault(why)) => Ok(Err(why)),
                Err(stop) => Err(stop),
            }
        });
        match found {
            Ok(Ok(value)) => last = value,
            Ok(Err(why)) => {
                b.complain_as("let", &why, k);
                return Outcome::Done(1);
            }
            Err(_) => return Outcome::Done(1),
        }
    }
    Outcome::Done(i32::from(last == 0))
}

pub fn shopt(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    let (letters, names): (String, Vec<Rc<str>>) = match b.options(words, "pqsuo", k) {
        Ok(options) => (
            options.given.iter().map(|(l, _)| *l).collect(),
            options.operands.iter().map(|w| Rc::from(*w)).collect(),
        ),
        Err(status) => return Outcome::Done(status),
    };
    let has = |letter| letters.contains(letter);
    let mut status = 0;
    let mut text = String::new();
    let all: Vec<Rc<str>> = match names.is_empty() {
        true => SHOPTS.iter().map(|n| Rc::from(*n)).collect(),
        false => names,
    };
    for name in all {
        let known = SHOPTS.contains(&&*name) || (has('o') && State::bit(&name).is_some());
        let Some(bit) = State::bit(&name).filter(|_| known) else {
            // Others that bash knows change nothing that is to be seen here.
            let others = "autocd cdspell checkhash checkwinsize cmdhist compat31 direxpand dirspell execfail extdebug extquote force_fignore globasciiranges histappend histreedit histverify hostcomplete huponexit inherit_errexit interactive_comments lithist localvar_inherit mailwarn login_shell progcomp promptvars restricted_shell shift_verbose sourcepath varredir_close patsub_replacement";
            if others.split(' ').any(|n| n == &*name) {
                status |= i32::from(&*name == "login_shell" && !b.state.is_login);
                continue;
            }
            b.complain_as("shopt", &format!("{name}: invalid shell option name"), k);
            status = 1;
            continue;
        };
        if has('s') || has('u') {
            b.state.turn(bit, has('s'));
            continue;
        }
        let is_on = b.state.is_on(&name);
        status |= i32::from(!is_on);
        text.push_str(&match has('p') {
            true => format!("shopt {} {name}\n", if is_on { "-s" } else { "-u" }),
            false => format!("{name:<15}\t{}\n", if is_on { "on" } else { "off" }),
        });
    }
    if !has('q') {
        b.print("shopt", &text, k);
    }
    Outcome::Done(status)
}

/// alias and unalias.
pub fn alias(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    let name = words[0].clone();
    let takes = &*name == "unalias";
    let (letters, operands): (String, Vec<Rc<str>>) =
        match b.options(words, if takes { "a" } else { "p" }, k) {
            Ok(options) => (
                options.given.iter().map(|(l, _)| *l).collect(),
                options.operands.iter().map(|w| Rc::from(*w)).collect(),
            ),
            Err(status) => return Outcome::Done(status),
        };
    let mut all = b.state.aliases.to_vec();
    let mut status = 0;
    let mut text = String::new();
    let line = |name: &str, value: &str| format!("alias {name}={}\n", quote::single(value));
    if takes && letters.contains('a') {
        all.clear();
    } else if takes && operands.is_empty() {
        let _ = k.write(2, "unalias: usage: unalias [-a] name [name ...]\n");
        return Outcome::Done(2);
    }
    if !takes && (operands.is_empty() || letters.contains('p')) {
        all.iter()
            .for_each(|(name, value)| text.push_str(&line(name, value)));
    }
    for word in operands {
        let found = all.iter().position(|(n, _)| *n == *word);
        match (word.split_once('='), found) {
            (None, Some(at)) if takes => {
                all.remove(at);
            }
            (None, Some(at)) => text.push_str(&line(&all[at].0, &all[at].1)),
            (Some((new, value)), _) if !takes => {
                all.retain(|(n, _)| n != new);
                all.push((new.into(), value.into()));
                all.sort();
            }
            _ => {
                b.complain_as(&name, &format!("{word}: not found"), k);
                status = 1;
            }
        }
    }
    b.state.aliases = Rc::new(all);
    let printed = b.print(&name, &text, k);
    Outcome::Done(status.max(printed))
}

pub fn getopts(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    let [_, known, name, rest @ ..] = words else {
        let _ = k.write(2, "getopts: usage: getopts optstring name [arg ...]\n");
        return Outcome::Done(2);
    };
    let arguments = match rest {
        [] => b.state.arguments.to_vec(),
        rest => rest.to_vec(),
    };
    let index = b.state.text("OPTIND").and_then(|t| t.parse::<usize>().ok());
    let mut index = index.unwrap_or(1).max(1);
    let mut place = b.state.option_place;
    let silent = known.starts_with(':');
    let word = arguments.get(index - 1);
    let letters: Vec<char> = match word.and_then(|w| w.strip_prefix('-')) {
        Some(letters) if !letters.is_empty() && letters != "-" => letters.chars().collect(),
        other => {
            if other == Some("-") {
                index += 1;
            }
            b.state.option_place = 0;
            b.state.set("OPTIND", index.to_string());
            b.state.set(name, "?");
            b.state.variables.remove("OPTARG");
            return Outcome::Done(1);
        }
    };
    let letter = letters.get(place).copied().unwrap_or('?');
    place += 1;
    let at_end = place >= letters.len();
    let found = known.find(letter).filter(|_| letter != ':');
    let wants = found.is_some_and(|at| known[at + letter.len_utf8()..].starts_with(':'));
    let mut result = letter.to_string();
    let mut value: Option<Rc<str>> = None;
    if at_end || wants {
        index += 1;
    }
    if found.is_none() {
        result = "?".into();
        match silent {
            true => value = Some(letter.to_string().into()),
            false => {
                let text = format!("{}: illegal option -- {letter}\n", b.state.name);
                let _ = k.write(2, &text);
            }
        }
    } else if wants && !at_end {
        value = Some(letters.iter().skip(place).collect::<String>().into());
    } else if wants {
        match arguments.get(index - 1) {
            Some(word) => {
                value = Some(word.clone());
                index += 1;
            }
            None if silent => {
                result = ":".into();
                value = Some(letter.to_string().into());
            }
            None => {
                result = "?".into();
                let text = format!(
                    "{}: option requires an argument -- {letter}\n",
                    b.state.name
                );
                let _ = k.write(2, &text);
            }
        }
    }
    b.state.option_place = if at_end || wants { 0 } else { place };
    b.state.set("OPTIND", index.to_string());
    b.state.set(name, result);
    match value {
        Some(value) => b.state.set("OPTARG", value),
        None => {
            b.state.variables.remove("OPTARG");
        }
    }
    Outcome::Done(0)
}
