//! What goes on where: exit, return, break, eval, source, exec, command.

use std::rc::Rc;

use crate::files::tree::absolute;
use crate::workstation::programs::files::{files, text};
use crate::workstation::programs::output::Become;
use crate::workstation::shell::bash::{Bash, Builtin, Call, Frame, Kind, Outcome, Unwind, CALLS};
use crate::workstation::shell::builtins::print;
use crate::workstation::shell::source::{Origin, Source};
use crate::workstation::shell::syntax::What;
use crate::workstation::system::kernel::Kernel;

/// How deep `eval` may stand in `eval`, and `command` in `builtin`: each has the words of the next in it.
const DEPTH: usize = 100;

pub fn succeed(_: &mut Bash, _: &[Rc<str>], _: &mut Kernel) -> Outcome {
    Outcome::Done(0)
}

pub fn fail(_: &mut Bash, _: &[Rc<str>], _: &mut Kernel) -> Outcome {
    Outcome::Done(1)
}

/// A status in a word.
fn status(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Result<i32, i32> {
    let name = &words[0];
    let rest = match words.get(1) {
        Some(word) if &**word == "--" => &words[2..],
        _ => &words[1..],
    };
    let Some(word) = rest.first() else {
        return Ok(b.state.status);
    };
    match word.trim().parse::<i64>() {
        Err(_) => {
            b.complain_as(name, &format!("{word}: numeric argument required"), k);
            Err(2)
        }
        Ok(_) if rest.len() > 1 => {
            b.complain_as(name, "too many arguments", k);
            Err(1)
        }
        Ok(number) => Ok((number & 255) as i32),
    }
}

pub fn exit(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    if &*words[0] == "logout" && !b.state.is_login {
        b.complain_as("logout", "not login shell: use `exit'", k);
        return Outcome::Done(1);
    }
    let talks = b.state.is_interactive && !b.is_subshell;
    if talks {
        let word = if b.state.is_login {
            "logout\n"
        } else {
            "exit\n"
        };
        let _ = k.write(2, word);
        if b.warns_of_jobs(k) {
            return Outcome::Done(1);
        }
    }
    match status(b, words, k) {
        Err(1) => Outcome::Done(1),
        Ok(status) | Err(status) => {
            b.cut(Unwind::Exit, status);
            Outcome::Done(status)
        }
    }
}

pub fn leave_function(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    let is_called = b.frames.iter().any(|f| matches!(f.kind, Kind::Call(_)));
    if !is_called {
        let text = "can only `return' from a function or sourced script";
        b.complain_as("return", text, k);
        return Outcome::Done(2);
    }
    let status = match status(b, words, k) {
        Ok(status) | Err(status) => status,
    };
    b.cut(Unwind::Return, status);
    Outcome::Done(status)
}

/// `break` and `continue`.
pub fn leave_loop(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    let name = words[0].clone();
    let mut loops = 0;
    for frame in b.frames.iter().rev() {
        match &frame.kind {
            Kind::Call(call) if call.is_function => break,
            Kind::Node(tree, _) => {
                let is_loop = matches!(
                    tree.what,
                    What::Loop { .. } | What::For { .. } | What::Count(..)
                );
                loops += u32::from(is_loop);
            }
            _ => {}
        }
    }
    if loops == 0 {
        let text = "only meaningful in a `for', `while', or `until' loop";
        b.complain_as(&name, text, k);
        return Outcome::Done(0);
    }
    let count = match words.get(1).map(|w| w.parse::<i64>()) {
        None => 1,
        Some(Ok(count)) if count > 0 => u32::try_from(count).unwrap_or(u32::MAX).min(loops),
        Some(Ok(count)) => {
            b.complain_as(&name, &format!("{count}: loop count out of range"), k);
            b.cut(Unwind::Break(loops), 1);
            return Outcome::Done(1);
        }
        Some(Err(_)) => {
            b.complain_as(
                &name,
                &format!("{}: numeric argument required", words[1]),
                k,
            );
            b.cut(Unwind::Exit, 128);
            return Outcome::Done(128);
        }
    };
    let unwind = match &*name {
        "break" => Unwind::Break(count),
        _ => Unwind::Continue(count),
    };
    b.cut(unwind, 0);
    Outcome::Done(0)
}

pub fn eval(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    let options = match b.options(words, "", k) {
        Ok(options) => options,
        Err(status) => return Outcome::Done(status),
    };
    let is_eval = |f: &&Frame| matches!(&f.kind, Kind::Source(s) if s.origin == Origin::Eval);
    if b.frames.iter().filter(is_eval).count() >= DEPTH {
        let text = format!("maximum eval nesting level exceeded ({DEPTH})");
        b.complain_as("eval", &text, k);
        b.cut(Unwind::Abort, 1);
        return Outcome::Done(1);
    }
    let text = options.operands.join(" ");
    if text.trim().is_empty() {
        return Outcome::Done(0);
    }
    b.state.status = 0;
    let line = b.state.line;
    let source = Source::new(Origin::Eval, &text, line, line);
    b.push(Kind::Source(Box::new(source)), false);
    Outcome::Pushed
}

pub fn source(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    let name = words[0].clone();
    let operands: Vec<Rc<str>> = words
        .iter()
        .skip(1)
        .filter(|w| &***w != "--")
        .cloned()
        .collect();
    let Some(path) = operands.first() else {
        return Outcome::Done(b.misuse(&name, "filename argument required", k));
    };
    let me = k.os.me();
    let host = me.host.clone();
    let who = k.who();
    let here = absolute(&me.directory, path);
    // A name without a slash is looked for where programs are, and then here.
    let mut full = here.clone();
    if !path.contains('/') {
        let folders = b.state.text("PATH").unwrap_or_default();
        let files = files(k.world, &host);
        let mut places = folders.split(':').map(|folder| absolute(folder, path));
        let found = places
            .find(|p| files.is_some_and(|f| f.stat(p, &who).is_ok_and(|n| !n.is_directory())));
        full = found.unwrap_or(here);
    }
    let content = match text(k.world, &host, &full, &who) {
        Ok(content) => content,
        Err(errno) => {
            let text = match errno.text() {
                "Is a directory" => format!("{name}: {path}: is a directory"),
                text => format!("{path}: {text}"),
            };
            b.complain(&text, k);
            return Outcome::Done(1);
        }
    };
    if b.state.calls >= CALLS {
        b.complain_as(&name, "maximum source nesting level exceeded", k);
        b.cut(Unwind::Abort, 1);
        return Outcome::Done(1);
    }
    let arguments = match operands.len() {
        1 => b.state.arguments.clone(),
        _ => Rc::new(operands[1..].to_vec()),
    };
    let before = std::mem::replace(&mut b.state.arguments, arguments);
    b.state.calls += 1;
    b.state.status = 0;
    let call = Call {
        arguments: before,
        locals: Vec::new(),
        is_function: false,
    };
    let line = b.state.line;
    b.push(Kind::Call(Box::new(call)), false);
    let source = Source::new(Origin::File, &content, 1, line);
    b.push(Kind::Source(Box::new(source)), false);
    Outcome::Pushed
}

pub fn exec(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    let options = match b.options(words, "cla:", k) {
        Ok(options) => options,
        Err(status) => return Outcome::Done(status),
    };
    // What it redirects stays so.
    if options.operands.is_empty() {
        if let Some(frame) = b.frames.last_mut() {
            frame.saved.clear();
        }
        return Outcome::Done(0);
    }
    let environment = match options.has('c') {
        true => Vec::new(),
        false => b.state.variables.environment(),
    };
    let what = Become {
        words: options.operands.iter().map(|w| w.to_string()).collect(),
        environment,
        is_bare: true,
        ..Become::default()
    };
    match k.launch(&what) {
        Ok(body) => Outcome::Becomes(body),
        Err((why, status)) => {
            let why = match why.strip_suffix(": command not found") {
                Some(name) => format!("{name}: not found"),
                None => why,
            };
            b.complain_as("exec", &why, k);
            if !b.state.is_interactive {
                b.cut(Unwind::Exit, status);
            }
            Outcome::Done(status)
        }
    }
}

/// The last of words that repeat the first, and what follows: `command command …` is no deeper than one.
fn last(words: &[Rc<str>]) -> &[Rc<str>] {
    let repeated = words.windows(2).take_while(|w| w[0] == w[1]).count();
    &words[repeated..]
}

/// Calls a builtin out of another one.
fn call(b: &mut Bash, builtin: Builtin, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    if b.nested >= DEPTH {
        let text = format!("maximum nesting level exceeded ({DEPTH})");
        b.complain_as(&words[0], &text, k);
        return Outcome::Done(1);
    }
    b.nested += 1;
    let outcome = builtin(b, words, k);
    b.nested -= 1;
    outcome
}

pub fn builtin(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    let rest = &last(words)[1..];
    let Some(name) = rest.first() else {
        return Outcome::Done(0);
    };
    match b.builtin(name) {
        Some(builtin) => call(b, builtin, rest, k),
        None => {
            b.complain_as("builtin", &format!("{name}: not a shell builtin"), k);
            Outcome::Done(1)
        }
    }
}

pub fn command(b: &mut Bash, words: &[Rc<str>], k: &mut Kernel) -> Outcome {
    let options = match b.options(last(words), "pVv", k) {
        Ok(options) => options,
        Err(status) => return Outcome::Done(status),
    };
    if options.has('v') || options.has('V') {
        let mut status = 1;
        for name in options.operands {
            let said = print::kind(b, name, options.given.iter().any(|(l, _)| *l == 'V'), k);
            match said {
                Some(text) => {
                    b.print("command", &text, k);
                    status = 0;
                }
                None if options.given.iter().any(|(l, _)| *l == 'V') => {
                    b.complain_as("command", &format!("{name}: not found"), k);
                }
                None => {}
            }
        }
        return Outcome::Done(status);
    }
    let rest: Vec<Rc<str>> = options.operands.iter().map(|w| Rc::from(*w)).collect();
    let Some(name) = rest.first() else {
        return Outcome::Done(0);
    };
    if let Some(builtin) = b.builtin(name) {
        return call(b, builtin, &rest, k);
    }
    let Some((tree, assigns)) = b.frames.last().and_then(|f| match &f.kind {
        Kind::Node(tree, _) => Some((tree.clone(), Vec::new())),
        _ => None,
    }) else {
        return Outcome::Done(1);
    };
    let place = b.frames.len();
    match b.start_program(&tree, &rest, &assigns, k) {
        crate::workstation::system::kernel::Step::Becomes(body) => Outcome::Becomes(body),
        // It could not be started, and that has been said.
        _ if b.frames.len() < place => Outcome::Done(b.state.status),
        _ => Outcome::Waits,
    }
}
