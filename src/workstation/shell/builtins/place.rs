//! Where the shell is: cd, pwd, pushd, popd, dirs, umask.

use std::rc::Rc;

use crate::files::tree::absolute;
use crate::files::who::Access;
use crate::workstation::programs::files::files;
use crate::workstation::programs::io::Io;
use crate::workstation::shell::bash::{Bash, Outcome};
use crate::workstation::shell::variable::{flag, Value};
use crate::workstation::system::kernel::Kernel;

/// Goes to a directory.
fn go(b: &mut Bash, path: &str, k: &mut Kernel) -> Result<(), &'static str> {
    let me = k.os.me();
    let (host, before) = (me.host.clone(), me.directory.clone());
    let full = absolute(&before, path);
    let who = k.who();
    let files = files(k.world, &host).ok_or("No such file or directory")?;
    // What `..` leaves has to be there.
    let mut at = 0;
    while let Some(next) = path.get(at..).and_then(|rest| rest.find("/..")) {
        at += next;
        if !files.is_directory(&absolute(&before, path.get(..at).unwrap_or(""))) && at > 0 {
            return Err("No such file or directory");
        }
        at += 3;
    }
    let node = files.stat(&full, &who).map_err(|errno| errno.text())?;
    if !node.is_directory() {
        return Err("Not a directory");
    }
    if !who.may(Access::Execute, node) {
        return Err("Permission denied");
    }
    k.os.me_mut().directory = full.as_str().into();
    b.state.set("OLDPWD", before);
    b.state.set("PWD", full);
    for name in ["OLDPWD", "PWD"] {
        b.state.variables.entry(name).flags |= flag::EXPORT;
    }
    Ok(())
}

pub fn cd(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    let operands: Vec<Rc<str>> = match b.options(words, "LPe@", k) {
        Ok(options) => options.operands.iter().map(|w| Rc::from(*w)).collect(),
        Err(status) => return Outcome::Done(status),
    };
    let mut says = false;
    let target: Rc<str> = match operands.as_slice() {
        [] => match b.state.text("HOME") {
            Some(home) => home,
            None => {
                b.complain_as("cd", "HOME not set", k);
                return Outcome::Done(1);
            }
        },
        [dash] if &**dash == "-" => match b.state.text("OLDPWD") {
            Some(before) => {
                says = true;
                before
            }
            None => {
                b.complain_as("cd", "OLDPWD not set", k);
                return Outcome::Done(1);
            }
        },
        [path] => path.clone(),
        _ => {
            b.complain_as("cd", "too many arguments", k);
            return Outcome::Done(1);
        }
    };
    let mut place = target.to_string();
    if target.is_empty() {
        return Outcome::Done(0);
    }
    if !target.starts_with(['/', '.']) {
        if let Some(folders) = b.state.text("CDPATH").filter(|t| !t.is_empty()) {
            let me = k.os.me();
            let files = files(k.world, &me.host);
            let found = folders
                .split(':')
                .map(|f| absolute(&absolute(&me.directory, f), &target))
                .find(|p| files.is_some_and(|f| f.is_directory(p)));
            if let Some(found) = found {
                says = true;
                place = found;
            }
        }
    }
    match go(b, &place, k) {
        Ok(()) => {
            if says {
                let now = format!("{}\n", k.os.me().directory);
                b.print("cd", &now, k);
            }
            Outcome::Done(0)
        }
        Err(why) => {
            b.complain_as("cd", &format!("{target}: {why}"), k);
            Outcome::Done(1)
        }
    }
}

pub fn pwd(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    if let Err(status) = b.options(words, "LP", k).map(|_| ()) {
        return Outcome::Done(status);
    }
    let text = format!("{}\n", k.os.me().directory);
    Outcome::Done(b.print("pwd", &text, k))
}

fn stack(b: &Bash) -> Vec<Rc<str>> {
    let found = b.state.variables.find("DIRSTACK");
    found.map_or(Vec::new(), |v| v.value.texts())
}

fn set_stack(b: &mut Bash, stack: Vec<Rc<str>>) {
    let list = stack.into_iter().zip(0..).map(|(text, i)| (i, text));
    b.state.variables.entry("DIRSTACK").value = Value::List(list.collect());
}

fn shown(b: &Bash, k: &Kernel) -> String {
    let home = b.state.text("HOME").unwrap_or_default();
    let mut all = vec![k.os.me().directory.clone()];
    all.extend(stack(b));
    let short = |path: &Rc<str>| match path.strip_prefix(&*home) {
        Some(rest) if !home.is_empty() && (rest.is_empty() || rest.starts_with('/')) => {
            format!("~{rest}")
        }
        _ => path.to_string(),
    };
    let all: Vec<String> = all.iter().map(short).collect();
    all.join(" ") + "\n"
}

pub fn dirs(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    if words.get(1).is_some_and(|w| &**w == "-c") {
        set_stack(b, Vec::new());
        return Outcome::Done(0);
    }
    let text = shown(b, k);
    Outcome::Done(b.print("dirs", &text, k))
}

/// pushd and popd.
pub fn pushd(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    let name = words[0].clone();
    let mut stack = stack(b);
    let here = k.os.me().directory.clone();
    let target = match (&*name, words.get(1)) {
        ("pushd", Some(path)) => {
            stack.insert(0, here);
            path.clone()
        }
        (_, _) if stack.is_empty() => {
            let what = match &*name {
                "pushd" => "no other directory",
                _ => "directory stack empty",
            };
            b.complain_as(&name, what, k);
            return Outcome::Done(1);
        }
        ("pushd", None) => std::mem::replace(&mut stack[0], here),
        _ => stack.remove(0),
    };
    if let Err(why) = go(b, &target, k) {
        b.complain_as(&name, &format!("{target}: {why}"), k);
        return Outcome::Done(1);
    }
    set_stack(b, stack);
    let text = shown(b, k);
    Outcome::Done(b.print(&name, &text, k))
}

pub fn umask(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    let (symbolic, operand): (bool, Option<Rc<str>>) = match b.options(words, "pS", k) {
        Ok(options) => (
            options.has('S'),
            options.operands.first().map(|w| Rc::from(*w)),
        ),
        Err(status) => return Outcome::Done(status),
    };
    match operand {
        None => {
            let mask = k.os.umask(None);
            let text = match symbolic {
                false => format!("{mask:04o}\n"),
                true => {
                    let part = |shift: u16| {
                        let bits = !mask >> shift;
                        let letters = [(4, 'r'), (2, 'w'), (1, 'x')];
                        letters
                            .iter()
                            .filter(|(b, _)| bits & b != 0)
                            .map(|(_, c)| *c)
                            .collect()
                    };
                    let (u, g, o): (String, String, String) = (part(6), part(3), part(0));
                    format!("u={u},g={g},o={o}\n")
                }
            };
            Outcome::Done(b.print("umask", &text, k))
        }
        Some(word) => match u16::from_str_radix(&word, 8) {
            Ok(mask) if mask <= 0o777 => {
                k.os.umask(Some(mask));
                Outcome::Done(0)
            }
            _ => {
                b.complain_as("umask", &format!("{word}: octal number out of range"), k);
                Outcome::Done(1)
            }
        },
    }
}
