//! Which program a name stands for, and how it is started.

use std::rc::Rc;

use crate::files::tree::absolute;
use crate::files::who::Access;
use crate::workstation::programs::catalogue;
use crate::workstation::programs::files::{files, home_of, text};
use crate::workstation::programs::io::Io;
use crate::workstation::programs::others::{hint, PATH};
use crate::workstation::programs::postfix::spool;
use crate::workstation::programs::table::{Entry, Program};
use crate::workstation::shell::bash::{Bash, Kind};
use crate::workstation::shell::source::{Origin, Source};
use crate::workstation::shell::state::State;
use crate::workstation::shell::variable::{flag, Value, Variables};
use crate::workstation::system::kernel::Body;
use crate::workstation::system::kernel::Kernel;
use crate::workstation::system::task;

/// How scripts may be run by scripts that are named in scripts.
const DEPTH: u32 = 8;

/// What a name stands for.
#[derive(Clone, Debug)]
pub enum Found {
    /// A program of the tables, and its path.
    Program(&'static Program, String),
    /// A file that can be run.
    File(String),
    /// A file that cannot, and why not.
    Unfit(&'static str),
    /// Nothing.
    Nothing,
}

/// What a path stands for.
pub fn at_path(path: &str, k: &Kernel) -> Found {
    let me = k.os.me();
    let mut full = absolute(&me.directory, path);
    // A link, for what is older than /usr/sbin/sendmail.
    if full == "/usr/lib/sendmail" {
        full = "/usr/sbin/sendmail".into();
    }
    if let Some((folder, name)) = full.rsplit_once('/') {
        let program = catalogue::find(k.world, &me.host, name);
        // /bin and /sbin are links to those in /usr.
        let usual =
            |p: &&Program| p.folder == folder || p.folder.strip_prefix("/usr") == Some(folder);
        if let Some(program) = program.filter(usual) {
            return Found::Program(program, full);
        }
    }
    let Some(files) = files(k.world, &me.host) else {
        return Found::Nothing;
    };
    let who = k.who();
    let slashed = if path.ends_with('/') {
        full.clone() + "/"
    } else {
        full.clone()
    };
    match files.stat(&slashed, &who) {
        Ok(node) if node.is_directory() => Found::Unfit("Is a directory"),
        Ok(node) if !who.may(Access::Execute, node) => Found::Unfit("Permission denied"),
        Ok(_) => Found::File(full),
        Err(errno) if errno.text() == "No such file or directory" => Found::Nothing,
        Err(errno) => Found::Unfit(errno.text()),
    }
}

/// What a command's name stands for, with the folders that are looked through.
pub fn look_up(name: &str, path: &str, k: &Kernel) -> Found {
    if name.contains('/') {
        return at_path(name, k);
    }
    let mut unfit = None;
    for folder in path.split(':') {
        let folder = if folder.is_empty() { "." } else { folder };
        match at_path(&format!("{folder}/{name}"), k) {
            Found::Nothing => {}
            found @ Found::Unfit(..) => {
                // A directory is no command.
                if !matches!(found, Found::Unfit("Is a directory")) {
                    unfit = unfit.or(Some(found));
                }
            }
            found => return found,
        }
    }
    unfit.unwrap_or(Found::Nothing)
}

type Launched = Result<Box<dyn Body>, (String, i32)>;

/// The body of a program, for the process that is to run it.
///
/// # Errors
/// What the shell says where there is none, and the status.
pub fn launch(words: &[String], k: &mut Kernel) -> Launched {
    launch_at(words, k, 0)
}

fn launch_at(words: &[String], k: &mut Kernel, depth: u32) -> Launched {
    let Some(name) = words.first() else {
        return Err((String::new(), 0));
    };
    // Whoever comes from another host has nothing yet.
    if k.os.me().environment.is_empty()
        && !name.starts_with('-')
        && k.os.me().directory.as_ref() == "/"
    {
        let environment = login_environment(k);
        let me = k.os.me_mut();
        if let Some((_, home)) = environment.iter().find(|(n, _)| n == "HOME") {
            me.directory = home.as_str().into();
        }
        me.environment = Rc::new(environment);
    }
    // A login shell is named with a dash.
    if let Some(shell) = name.strip_prefix('-') {
        return Ok(Box::new(login(shell, k)));
    }
    let path = k.os.variable("PATH").unwrap_or(PATH).to_string();
    match look_up(name, &path, k) {
        Found::Program(program, _) => match program.entry {
            Entry::Shell => shell(words, k),
            Entry::Script(text)
                if program.help.is_empty() || !words.iter().any(|w| w == "--help") =>
            {
                Ok(run_text(name, text, words, k))
            }
            _ => {
                let host = k.os.me().host.clone();
                spool::show(k.world, &host, program.name);
                Ok(task::body(program, words.get(1..).unwrap_or(&[]), k))
            }
        },
        Found::File(file) => script(name, &file, words, k, depth),
        Found::Unfit(why) => Err((format!("{name}: {why}"), 126)),
        Found::Nothing if name.contains('/') => {
            Err((format!("{name}: No such file or directory"), 127))
        }
        Found::Nothing => {
            let hint = hint(name, k.world);
            Err((format!("{name}: command not found{hint}"), 127))
        }
    }
}

/// A file that can be run: by what its first line names, or by the shell.
fn script(name: &str, file: &str, words: &[String], k: &mut Kernel, depth: u32) -> Launched {
    let host = k.os.me().host.clone();
    let who = k.who();
    let content = text(k.world, &host, file, &who);
    let content = content.map_err(|errno| (format!("{name}: {errno}"), 126))?;
    let shown = if name.contains('/') { name } else { file };
    let first = content.lines().next().unwrap_or("");
    if let Some(line) = first.strip_prefix("#!") {
        let line = line.trim();
        let (interpreter, argument) = match line.split_once([' ', '\t']) {
            Some((interpreter, argument)) => (interpreter, Some(argument.trim())),
            None => (line, None),
        };
        let found = at_path(interpreter, k);
        let is_shell = matches!(&found, Found::Program(p, _) if matches!(p.entry, Entry::Shell));
        if !is_shell || argument.is_some() {
            if matches!(found, Found::Nothing | Found::Unfit(..)) || depth > DEPTH {
                let why = match found {
                    Found::Unfit(why) => why,
                    _ => "No such file or directory",
                };
                let text = format!("{shown}: {interpreter}: bad interpreter: {why}");
                return Err((text, 126));
            }
            let mut all = vec![interpreter.to_string()];
            all.extend(argument.map(str::to_string));
            all.push(shown.to_string());
            all.extend(words.iter().skip(1).cloned());
            return launch_at(&all, k, depth + 1);
        }
    }
    Ok(run_text(shown, &content, words, k))
}

/// A shell that reads a script.
fn run_text(name: &str, text: &str, words: &[String], k: &mut Kernel) -> Box<dyn Body> {
    let mut bash = Bash::new(fresh(k));
    bash.state.name = name.into();
    bash.state.arguments = Rc::new(words.iter().skip(1).map(|w| w.as_str().into()).collect());
    let source = Source::new(Origin::Script, text, 1, 1);
    bash.push(Kind::Source(Box::new(source)), false);
    Box::new(bash)
}

/// What a shell knows when it starts.
pub fn fresh(k: &mut Kernel) -> State {
    let mut variables = Variables::default();
    let me = k.os.me();
    let (pid, parent) = (me.pid, me.parent);
    let directory = me.directory.clone();
    let host = me.host.clone();
    for (name, value) in me.environment.iter() {
        let variable = variables.entry(name);
        variable.value = Value::Text(value.as_str().into());
        variable.flags = flag::EXPORT;
    }
    let uid = k.who().uid.to_string();
    for (name, value, flags) in [
        ("PWD", &*directory, flag::EXPORT),
        ("BASH", "/bin/bash", 0),
        ("BASH_VERSION", "5.2.15(1)-release", 0),
        // An array, of which the first element is what scripts ask for.
        ("BASH_VERSINFO", "5", flag::READONLY),
        ("EUID", &uid, flag::READONLY | flag::INTEGER),
        ("HOSTNAME", &host, 0),
        ("HOSTTYPE", "x86_64", 0),
        ("IFS", " \t\n", 0),
        ("MACHTYPE", "x86_64-pc-linux-gnu", 0),
        ("OPTERR", "1", 0),
        ("OPTIND", "1", 0),
        ("OSTYPE", "linux-gnu", 0),
        ("PATH", PATH, 0),
        ("PS4", "+ ", 0),
        ("UID", &uid, flag::READONLY | flag::INTEGER),
    ] {
        let is_kept = matches!(name, "PATH" | "OPTIND");
        if is_kept && variables.find(name).is_some() {
            continue;
        }
        let variable = variables.entry(name);
        variable.value = Value::Text(value.into());
        variable.flags |= flags;
    }
    let parent_text = parent.to_string();
    let variable = variables.entry("PPID");
    variable.value = Value::Text(parent_text.into());
    variable.flags = flag::READONLY | flag::INTEGER;
    let level = variables.entry("SHLVL");
    let number = level
        .value
        .text()
        .and_then(|t| t.parse::<u32>().ok())
        .unwrap_or(0);
    level.value = Value::Text((number + 1).to_string().into());
    level.flags |= flag::EXPORT;
    let mut state = State {
        variables,
        functions: Rc::default(),
        aliases: Rc::default(),
        options: 0,
        name: "bash".into(),
        arguments: Rc::default(),
        status: 0,
        background: None,
        pid,
        line: 0,
        random: pid.wrapping_mul(2_654_435_761) & 0x7FFF_FFFF,
        elapsed: (0, k.world.now()),
        traps: Rc::default(),
        shown_traps: None,
        is_interactive: false,
        is_login: false,
        is_command: false,
        grown: 0,
        calls: 0,
        level: 0,
        option_place: 0,
    };
    for name in ["braceexpand", "hashall", "interactive-comments"] {
        state.turn(State::bit(name).unwrap_or(0), true);
    }
    state
}

/// Makes a shell that a person sits at.
pub fn interactive(mut state: State, prompt: &str, k: &mut Kernel) -> Bash {
    state.is_interactive = true;
    for name in [
        "monitor",
        "histexpand",
        "expand_aliases",
        "emacs",
        "history",
    ] {
        state.turn(State::bit(name).unwrap_or(0), true);
    }
    for (name, value) in [("PS1", prompt), ("PS2", "> ")] {
        if state.text(name).is_none() {
            state.set(name, value);
        }
    }
    // Debian's own aliases of root and of people are the same here.
    let pid = k.os.me().pid;
    k.os.me_mut().group = pid;
    k.os.system.terminal.group = pid;
    let mut bash = Bash::new(state);
    // Who sits in a shell within a shell has another history.
    if k.os.me().parent != 0 {
        bash.outer = Some(std::mem::take(k.os.history));
    }
    let source = Source::new(Origin::Prompt, "", 1, 1);
    bash.push(Kind::Source(Box::new(source)), false);
    bash
}

/// The environment that a person has after logging in.
pub fn login_environment(k: &Kernel) -> Vec<(String, String)> {
    let me = k.os.me();
    let home = home_of(k.world, &me.host, &me.user);
    let path = match &*me.user {
        "root" => PATH,
        _ => "/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games:/usr/local/sbin:/usr/sbin:/sbin",
    };
    [
        ("HOME", home.as_str()),
        ("LANG", "C.UTF-8"),
        ("LOGNAME", &me.user),
        ("MAIL", &format!("/var/mail/{}", me.user)),
        ("PATH", path),
        ("SHELL", "/bin/bash"),
        ("TERM", "xterm-256color"),
        ("USER", &me.user),
    ]
    .map(|(name, value)| (name.to_string(), value.to_string()))
    .into()
}

/// The prompt that Debian gives people and root.
pub const PROMPT: &str = "\\u@\\h:\\w\\$ ";

/// A login shell.
fn login(shell: &str, k: &mut Kernel) -> Bash {
    let environment = login_environment(k);
    let home = environment
        .iter()
        .find(|(n, _)| n == "HOME")
        .map(|(_, v)| v.clone());
    let me = k.os.me_mut();
    me.environment = Rc::new(environment);
    let directory = home.unwrap_or_else(|| "/".into());
    let host = me.host.clone();
    let is_there = files(k.world, &host).is_some_and(|f| f.is_directory(&directory));
    k.os.me_mut().directory = if is_there {
        directory.into()
    } else {
        "/".into()
    };
    let mut state = fresh(k);
    state.name = format!("-{shell}").into();
    state.is_login = true;
    interactive(state, PROMPT, k)
}

/// A shell that ends with a complaint of its own.
fn refused(text: String, status: i32) -> Launched {
    let output = crate::workstation::programs::output::Output::bad(text, status);
    Ok(Box::new(task::Finished(output)))
}

/// `bash`, with what stands on its command line.
fn shell(words: &[String], k: &mut Kernel) -> Launched {
    let mut state = fresh(k);
    let name = words.first().map_or("bash", String::as_str);
    state.name = name.into();
    let mut rest = words.iter().skip(1).peekable();
    let (mut commands, mut reads_input) = (false, false);
    let (mut is_asked, mut is_login) = (false, false);
    while let Some(word) = rest.next_if(|w| w.len() > 1 && w.starts_with(['-', '+'])) {
        let on = word.starts_with('-');
        match word.as_str() {
            "--" => break,
            "--login" => is_login = true,
            "--norc" | "--noprofile" | "--posix" | "--noediting" => {}
            "--version" => {
                let text = "GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\nCopyright (C) 2022 Free Software Foundation, Inc.\nLicense GPLv3+: GNU GPL version 3 or later <http://gnu.org/licenses/gpl.html>\n\nThis is free software; you are free to change and redistribute it.\nThere is NO WARRANTY, to the extent permitted by law.\n";
                let output = crate::workstation::programs::output::Output::good(text);
                return Ok(Box::new(task::Finished(output)));
            }
            word if word.starts_with("--") => {
                let name = name.trim_start_matches('-');
                return refused(format!("{name}: {word}: invalid option"), 2);
            }
            letters => {
                for letter in letters.chars().skip(1) {
                    match letter {
                        'c' => commands = true,
                        's' => reads_input = true,
                        'i' => is_asked = true,
                        'l' => is_login = true,
                        'o' => {
                            let bit = rest.next().and_then(|name| State::bit(name));
                            state.turn(bit.unwrap_or(0), on);
                        }
                        letter => {
                            use crate::workstation::shell::state::OPTIONS;
                            let found = OPTIONS.iter().position(|(l, _)| *l == letter);
                            let Some(at) = found else {
                                return refused(format!("{name}: -{letter}: invalid option"), 2);
                            };
                            state.turn(1 << at, on);
                        }
                    }
                }
            }
        }
    }
    let mut rest: Vec<_> = rest.map(|w| Rc::<str>::from(w.as_str())).collect();
    if commands {
        if rest.is_empty() {
            return refused(format!("{name}: -c: option requires an argument"), 2);
        }
        let text = rest.remove(0);
        if !rest.is_empty() {
            state.name = rest.remove(0);
        }
        state.arguments = Rc::new(rest);
        state.is_command = true;
        let mut bash = Bash::new(state);
        let source = Source::new(Origin::Command, &text, 1, 1);
        bash.push(Kind::Source(Box::new(source)), false);
        return Ok(Box::new(bash));
    }
    if let (Some(file), false) = (rest.first().cloned(), reads_input) {
        rest.remove(0);
        let me = k.os.me();
        let host = me.host.clone();
        let full = absolute(&me.directory, &file);
        let who = k.who();
        let found = text(k.world, &host, &full, &who);
        let content = match found {
            Ok(content) => content,
            Err(errno) if errno.text() == "Is a directory" => {
                return refused(format!("{name}: {file}: {file}: {errno}"), 126);
            }
            Err(errno) => return refused(format!("{name}: {file}: {errno}"), 127),
        };
        state.name = file;
        state.arguments = Rc::new(rest);
        let mut bash = Bash::new(state);
        let source = Source::new(Origin::Script, &content, 1, 1);
        bash.push(Kind::Source(Box::new(source)), false);
        return Ok(Box::new(bash));
    }
    state.arguments = Rc::new(rest);
    if is_asked || (k.os.is_terminal(0) && k.os.is_terminal(2)) {
        state.is_login = is_login;
        return Ok(Box::new(interactive(state, PROMPT, k)));
    }
    let mut bash = Bash::new(state);
    let source = Source::new(Origin::Input, "", 1, 1);
    bash.push(Kind::Source(Box::new(source)), false);
    Ok(Box::new(bash))
}
