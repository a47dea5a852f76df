//! postfix: the mail system as a whole; postlog, postlock and postmulti.

use crate::postfix::config::main_cf::{Config, EVERY_PROGRAM};
use crate::postfix::config::master_cf::{parse, Unreadable, MASTER_CF};
use crate::smtp::policy::Note;
use crate::smtp::release::{Release, CURRENT};
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::options::Known;
use crate::workstation::programs::output::{Become, Outcome, Output};
use crate::workstation::programs::postfix::paths::MAIN_CF;
use crate::workstation::programs::postfix::postconf::postconf;
use crate::workstation::programs::postfix::postqueue::postqueue;

/// Says something as postfix-script does, on the screen and in the log.
fn tell(at: &mut Machine, output: &mut Output, text: &str) {
    let program = "postfix-script";
    if at.is_terminal(2) {
        output.complain(format!("postfix/{program}: {text}\n"));
    }
    note(at, program, text);
}

fn note(at: &mut Machine, program: &'static str, text: &str) {
    if let Some((server, now)) = at.server() {
        let text = text.into();
        server.note_transfer(Note { program, text }, now);
    }
}

/// Where master's number stands.
pub const MASTER_PID: &str = "/var/spool/postfix/pid/master.pid";

/// Whether the mail system has to run (`y`) or not (`n`), what is said and what master writes.
const COMMANDS: [(&str, char, &str, &str); 8] = [
    ("start", 'n', "starting", "daemon started -- version"),
    ("start-fg", 'n', "", ""),
    ("reload", 'y', "refreshing", "reload -- version"),
    ("stop", 'y', "stopping", "terminating on signal 15"),
    ("quick-stop", 'y', "stopping", "terminating on signal 15"),
    ("abort", 'y', "aborting", "terminating on signal 15"),
    ("drain", 'y', "stopping", ""),
    ("status", ' ', "", ""),
];

/// How often the script asks postconf when it looks at all that there is.
const ASKED: usize = 19;

/// postfix start, stop, reload, flush, status, check and what else there is.
pub(super) fn postfix(arguments: &[&str], at: &mut Machine) -> Output {
    if !at.who().is_root() {
        let mut output = at.superuser("postfix", "the postfix command");
        let other = "postfix: error: to submit mail, use the Postfix sendmail command\n";
        output.complain_first(other);
        return output;
    }
    let mut output = Output::default();
    let mut words = arguments.iter().copied();
    let mut command = "";
    while let Some(word) = words.next() {
        match word.strip_prefix('-').filter(|l| !l.is_empty()) {
            None => {
                command = word;
                break;
            }
            Some(letters) => {
                if let Some(odd) = letters.chars().find(|c| !"cDv".contains(*c)) {
                    let mut output = at.fatal(
                        "postfix",
                        "usage: postfix [-c config_dir] [-Dv] command".into(),
                    );
                    output.complain_first(format!("postfix: invalid option -- '{odd}'\n"));
                    return output;
                }
                if letters.ends_with('c') {
                    words.next();
                }
            }
        }
    }
    // Whatever is asked of it, it reads main.cf first.
    let text = match at.text(MAIN_CF) {
        Ok(text) => text.to_string(),
        Err(errno) => return at.fatal("postfix", format!("open {MAIN_CF}: {errno}")),
    };
    let config = Config::parse(&text);
    let verified = config
        .as_ref()
        .map_err(Clone::clone)
        .and_then(Config::verify);
    if let Some(fatal) = verified.err().filter(|f| f.program == EVERY_PROGRAM) {
        return at.refuse("postfix", fatal);
    }
    match at.starts("postfix") {
        Ok(warned) if at.is_terminal(2) => output = warned,
        Ok(_) => {}
        Err(output) => return output,
    }
    let level = config.map_or((0, 0, 0), |config| {
        old_defaults(&config, &mut output, at);
        config.compatibility()
    });
    let asked = postconf(&["-h", "mail_version"], at).map_or(String::new(), |o| o.error());
    let asked = asked.replace("postconf: ", "/usr/sbin/postconf: ");
    let cleans = at.starts("postsuper").map_or(String::new(), |o| o.error());
    // Its script asks postconf for one thing after the other.
    if matches!(command, "check" | "start") {
        output.complain(asked.repeat(ASKED) + &cleans);
    }
    output.complain(asked);
    let is_stopped = at.server().is_some_and(|(server, _)| server.is_stopped);
    let known = COMMANDS.iter().find(|(name, ..)| *name == command);
    let Some((name, wants, doing, master)) = known.copied() else {
        return other(command, output, at);
    };
    let wrong = match (wants, is_stopped) {
        ('y', true) => "fatal: the Postfix mail system is not running",
        ('n', false) => "fatal: the Postfix mail system is already running",
        (' ', true) => "the Postfix mail system is not running",
        _ => "",
    };
    if !wrong.is_empty() {
        tell(at, &mut output, wrong);
        output.status = 1;
        return output;
    }
    match name {
        "status" => {
            let pid = at.files().and_then(|files| files.get(MASTER_PID));
            let pid = pid.unwrap_or("1201").trim();
            let text = format!("the Postfix mail system is running: PID: {pid}");
            tell(at, &mut output, &text);
            return output;
        }
        "start-fg" => {
            let text = "postfix: start-fg would keep this terminal; here use: postfix start";
            return Output::bad(text, 1);
        }
        "start" | "reload" => {
            let doing = format!("{doing} the Postfix mail system");
            let mut output = read(&doing, master, level, output, at);
            if name == "reload" {
                output.complain(cleans.repeat(2));
            }
            return output;
        }
        _ => {}
    }
    tell(at, &mut output, &format!("{doing} the Postfix mail system"));
    if let Some((server, _)) = at.server() {
        server.is_stopped = wants == 'y' && name != "reload";
    }
    if !master.is_empty() {
        note(at, "master", master);
    }
    output
}

/// The defaults of a release may be older than the release (COMPATIBILITY_README).
fn old_defaults(config: &Config, output: &mut Output, at: &mut Machine) {
    let release = Release::parse(&config.get("mail_version")).unwrap_or(CURRENT);
    let (newest, level) = match release {
        release if release < Release(3, 0) => return,
        release if release < Release(3, 6) => ((2, 0, 0), "2"),
        release if release < Release(3, 11) => ((3, 6, 0), "3.6"),
        _ => ((3, 11, 0), "3.11"),
    };
    if config.compatibility() >= newest {
        return;
    }
    let is = if release < Release(3, 7) {
        "running with"
    } else {
        "using"
    };
    let s = if release < Release(3, 10) { "" } else { "s" };
    for text in [
        format!("Postfix is {is} backwards-compatible default settings"),
        format!("See http{s}://www.postfix.org/COMPATIBILITY_README.html for details"),
        format!("To disable backwards compatibility use \"postconf compatibility_level={level}\" and \"postfix reload\""),
    ] {
        if at.is_terminal(2) {
            output.complain(format!("postfix: {text}\n"));
        }
        note(at, "postfix", &text);
    }
}

/// What master notes of services that do not say whether they are in a `chroot`.
fn old_chroot(text: &str) -> Vec<String> {
    let entries = parse(text).unwrap_or_default();
    let unsaid = entries.iter().filter(|entry| entry.field(4) == "-");
    let note = |line| {
        format!("{MASTER_CF}: line {line}: using backwards-compatible default setting chroot=y")
    };
    unsaid.map(|entry| note(entry.line)).collect()
}

/// Lets master read main.cf and master.cf: what the script says of that, and what master writes.
fn read(
    doing: &str,
    master: &str,
    level: (u64, u64, u64),
    mut output: Output,
    at: &mut Machine,
) -> Output {
    let starts = at.server().is_some_and(|(server, _)| server.is_stopped);
    let outcome = at.server().map(|(server, _)| server.reload());
    let fatal = outcome.and_then(Result::err);
    match &fatal {
        Some(fatal) if fatal.program == "postconf" => return unread(&fatal.reason, at),
        Some(fatal) if fatal.program != "master" => return at.refuse("postfix", fatal.clone()),
        _ => {}
    }
    tell(at, &mut output, doing);
    let mut said = Vec::new();
    if let Some((server, _)) = at.server() {
        let version = server.config.get("mail_version");
        let text = format!("{master} {version}, configuration /etc/postfix");
        let says = server.master_says();
        if level < (1, 0, 0) {
            said.extend(old_chroot(server.files.get(MASTER_CF).unwrap_or("")));
        }
        said.extend(says.iter().map(|text| format!("warning: {text}")));
        match &fatal {
            Some(_) if starts => {}
            _ => said.insert(if starts { said.len() } else { 0 }, text),
        }
        server.is_stopped = fatal.is_some();
    }
    said.extend(fatal.iter().map(|fatal| fatal.to_string()));
    let fails = fatal.is_some() && starts;
    if fails {
        said.push("fatal: daemon initialization failure -- see logs for details".into());
    }
    for text in said {
        note(at, "master", &text);
    }
    if fails {
        tell(at, &mut output, "fatal: mail system startup failed");
        output.status = 1;
    } else if let Some((server, _)) = at.server().filter(|_| starts) {
        let pid = server.log.last().map_or(0, |line| line.pid);
        server.files.insert(MASTER_PID, format!("{pid:>14}\n"));
    }
    output
}

/// The script asks postconf first, which does not get through master.cf.
fn unread(reason: &str, at: &mut Machine) -> Output {
    let mut output = Output::default();
    output.complain(format!("/usr/sbin/postconf: fatal: {reason}\n"));
    tell(at, &mut output, "fatal: cannot execute /usr/sbin/postconf!");
    output.status = 1;
    output
}

/// Commands that do not change whether it runs.
fn other(command: &str, mut output: Output, at: &mut Machine) -> Output {
    match command {
        "flush" => {
            let done = at.starting("postqueue", |at| Ok(postqueue(&["-f"], at)));
            let (Ok(mut done) | Err(mut done)) = done;
            done.complain_first(output.error());
            return done;
        }
        "set-permissions" | "upgrade-configuration" | "post-install" => {}
        "check" => {
            let master = at.read(MASTER_CF).unwrap_or_default();
            if let Err(Unreadable("postconf", why)) = parse(&master) {
                return unread(&why, at);
            }
            for (what, name) in odd_files(at) {
                let text = format!("warning: {what}: /etc/postfix/./{name}");
                tell(at, &mut output, &text);
            }
        }
        "logrotate" => {
            let text = "fatal: empty 'maillog_file' parameter value - logfile rotation failed";
            tell(at, &mut output, text);
            output.status = 1;
        }
        command => {
            let text = format!("fatal: unknown command: '{command}'. Usage: postfix start (or stop, reload, abort, flush, check, status, set-permissions, upgrade-configuration, logrotate)");
            tell(at, &mut output, &text);
            output.status = 1;
        }
    }
    output
}

/// Files of the configuration that others own or may write to.
fn odd_files(at: &Machine) -> Vec<(&'static str, String)> {
    let mut odd = Vec::new();
    let Some(files) = at.files() else {
        return odd;
    };
    let folder = "/etc/postfix";
    for what in ["not owned by root", "group or other writable"] {
        for name in files.names(folder) {
            let node = files.node(&format!("{folder}/{name}"));
            let is_odd = node.is_some_and(|node| match what {
                "not owned by root" => node.uid != 0,
                _ => node.mode & 0o022 != 0,
            });
            if is_odd {
                odd.push((what, name.to_string()));
            }
        }
    }
    odd
}

const POSTLOG: Known = Known {
    program: "postlog",
    short: "+c:ip:t:v",
    long: &[],
    status: 1,
};

/// postlog: a line of somebody's own in the log.
pub(super) fn postlog(arguments: &[&str], at: &mut Machine) -> Outcome {
    let options = POSTLOG.read(arguments)?;
    let priority = options.value('p').unwrap_or("info");
    let mark = match priority {
        "info" => "",
        "warn" => "warning: ",
        "error" => "error: ",
        "fatal" => "fatal: ",
        "panic" => "panic: ",
        _ => {
            let text = format!("postlog: fatal: bad priority: {priority}");
            return Ok(Output::bad(text, 1));
        }
    };
    let lines = match options.operands.is_empty() {
        true => at.input()?.to_string(),
        false => options.operands.join(" "),
    };
    for line in lines.lines() {
        note(at, "postlog", &format!("{mark}{line}"));
    }
    let mut output = Output::default();
    if at.is_terminal(2) {
        for line in lines.lines() {
            let tag = options.value('t').unwrap_or("postlog");
            output.complain(format!("{tag}: {mark}{line}\n"));
        }
    }
    Ok(output)
}

/// postlock: nothing here locks a file.
pub(super) fn postlock() -> Output {
    Output::bad(
        "postlock: nothing else writes to a file here while you look at it, so there is nothing to lock; run the command itself",
        1,
    )
}

/// postmulti -l: there is one instance.
pub(super) fn postmulti(arguments: &[&str], at: &mut Machine) -> Output {
    match arguments {
        ["-l"] | ["-l", "-a"] => {
            let line = format!("{:15} {:15} {:9} /etc/postfix\n", "-", "-", "y");
            Output::good(line)
        }
        ["-p", command @ ..] => postfix(command, at),
        ["-a", rest @ ..] | ["-i", "-", rest @ ..] => postmulti(rest, at),
        ["-x", words @ ..] if !words.is_empty() => Output::becoming(Become {
            words: words.iter().map(|w| w.to_string()).collect(),
            ..Become::default()
        }),
        ["-i" | "-g", _, _, ..] => at.fatal("postmulti", "No matching instances".into()),
        _ => Output::bad(
            "postmulti: here there is one instance of Postfix; use: postmulti -l",
            1,
        ),
    }
}
