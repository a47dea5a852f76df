//! What mail.log says of letters: which kinds of lines there are, which of them count, and the
//! lines of each message together.
//!
//! How often something stands in the log must not depend on how fast a machine is. So each kind
//! of line is in the table below, which says whether its number counts, and why not; a line of
//! a kind that is not there is a difference.

use std::collections::BTreeMap;

use super::super::log::{self, Line};
use super::super::support::shape;
use super::mask::{words, Ids};

/// Whether the number of such lines is the same on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Number {
    /// It is.
    Counts,
    /// Such lines stand there at least once; where all lines of a message are of such kinds, the
    /// same message may come again, and for this reason.
    Repeats(&'static str),
    /// It is not looked at, for this reason.
    Apart(&'static str),
}

use Number::{Apart, Counts, Repeats};

const AGAIN: &str =
    "pickup scans maildrop until a scan takes nothing out of it, so a message that \
                     cleanup does not accept for now is tried once more for each scan that took \
                     another: how many letters one scan finds depends on who is faster";
const STATISTICS: &str = "written when a while has passed, or when the program ends";
const RESOLVED: &str = "said whenever an address is resolved; who asks remembers the last answers for a while, so how \
                        often that is depends on who is faster";
const UNSIGNED: &str = "the name server of the tests signs nothing";
const CLOCK: &str =
    "the kernel's clock and that of its files are not the same while the machine is set right";
const MASTER: &str = "about the real one's processes";

/// Every kind: the program, what the line says (`*` is anything, `ID` the message's own), and
/// whether the number counts.
const KINDS: &[(&str, &str, Number)] = &[
    (
        "trivial-rewrite",
        "warning: do not list domain * in BOTH * and *",
        Repeats(RESOLVED),
    ),
    // How a message comes in.
    ("smtpd", "ID: client=*", Counts),
    ("smtpd", "ID: discard: *", Counts),
    ("smtpd", "ID: filter: *", Counts),
    ("smtpd", "ID: hold: *", Counts),
    ("smtpd", "ID: permit: *", Counts),
    ("smtpd", "ID: redirect: *", Counts),
    ("smtpd", "ID: reject: *", Counts),
    ("smtpd", "ID: reject_warning: *", Counts),
    ("smtpd", "ID: warn: *", Counts),
    ("pickup", "ID: uid=* from=<*>", Repeats(AGAIN)),
    ("cleanup", "ID: message-id=<*>", Repeats(AGAIN)),
    ("cleanup", "ID: resent-message-id=<*>", Counts),
    ("cleanup", "ID: message-id=*", Counts),
    (
        "bounce",
        "warning: ID: ignoring malformed Message-ID",
        Counts,
    ),
    (
        "smtpd",
        "warning: ID: queue file size limit exceeded",
        Counts,
    ),
    (
        "cleanup",
        "warning: ID: queue file size limit exceeded",
        Counts,
    ),
    (
        "cleanup",
        "warning: mail_stream_cleanup: close error",
        Counts,
    ),
    (
        "cleanup",
        "warning: ID: unreasonable * map nesting for * -- message not accepted, try again later",
        Repeats(AGAIN),
    ),
    ("cleanup", "warning: ID: multi-valued * entry for *", Counts),
    // What is done about headers and lines.
    ("cleanup", "ID: bcc: *", Counts),
    // cleanup itself returns what a program on the host has sent.
    ("cleanup", "ID: to=<*>, *", Counts),
    ("cleanup", "ID: discard: *", Counts),
    ("cleanup", "ID: filter: *", Counts),
    ("cleanup", "ID: hold: *", Counts),
    ("cleanup", "ID: info: *", Counts),
    ("cleanup", "ID: pass: *", Counts),
    ("cleanup", "ID: prepend: *", Counts),
    ("cleanup", "ID: redirect: *", Counts),
    ("cleanup", "ID: reject: *", Counts),
    ("cleanup", "ID: replace: *", Counts),
    ("cleanup", "ID: strip: *", Counts),
    ("cleanup", "ID: warning: *", Counts),
    (
        "cleanup",
        "warning: PREPEND action without text in *",
        Counts,
    ),
    ("cleanup", "warning: bad * in header_checks*", Counts),
    (
        "cleanup",
        "warning: missing FILTER command argument in *",
        Counts,
    ),
    ("cleanup", "warning: unknown command in * map: *", Counts),
    // The queue. A message that is put off is not looked at again before five minutes have gone.
    (
        "qmgr",
        "ID: from=<*>, size=*, nrcpt=* (queue active)",
        Counts,
    ),
    ("qmgr", "ID: removed", Counts),
    // What becomes of each recipient.
    ("discard", "ID: to=<*>, *", Counts),
    ("error", "ID: to=<*>, *", Counts),
    ("local", "ID: to=<*>, *", Counts),
    ("local", "warning: alias database loop for *", Counts),
    (
        "local",
        "warning: unable to lookup :include: file *",
        Counts,
    ),
    ("smtp", "ID: host * said: *", Counts),
    ("smtp", "ID: to=<*>, *", Counts),
    ("smtp", "ID: breaking line > * bytes with *", Counts),
    // So few letters go to a host that is down that it is never suspended.
    ("smtp", "connect to *: Connection refused", Counts),
    ("smtp", "Host offered STARTTLS: *", Counts),
    ("smtp", "*TLS connection established to *", Counts),
    ("smtp", "*certificate verification failed for *", Counts),
    ("smtp", "warning: TLS policy lookup for *", Counts),
    ("smtp", "warning: *: invalid * \"*\"", Counts),
    (
        "smtp",
        "warning: *configured with dnssec lookups disabled",
        Counts,
    ),
    (
        "smtp",
        "warning: no MX host for * has a valid address record",
        Counts,
    ),
    ("smtp", "warning: * configuration problem", Counts),
    ("smtp", "fatal: *", Counts),
    (
        "qmgr",
        "warning: private/* socket: malformed response",
        Counts,
    ),
    (
        "qmgr",
        "warning: connect to transport private/*: No such file or directory",
        Counts,
    ),
    (
        "master",
        "warning: *: bad command startup -- throttling",
        Counts,
    ),
    ("virtual", "ID: to=<*>, *", Counts),
    (
        "bounce",
        "ID: postmaster non-delivery notification: OTHER",
        Counts,
    ),
    ("bounce", "ID: sender delay notification: OTHER", Counts),
    (
        "bounce",
        "ID: sender delivery status notification: OTHER",
        Counts,
    ),
    (
        "bounce",
        "ID: sender non-delivery notification: OTHER",
        Counts,
    ),
    // What an administrator does.
    ("postqueue", "fatal: *", Counts),
    ("postsuper", "Deleted: * message*", Counts),
    ("postsuper", "Force-expired: * message*", Counts),
    ("postsuper", "ID: placed on hold", Counts),
    ("postsuper", "ID: released from hold", Counts),
    ("postsuper", "ID: removed", Counts),
    ("postsuper", "Placed on hold: * message*", Counts),
    ("postsuper", "Released from hold: * message*", Counts),
    ("postsuper", "Requeued: * message*", Counts),
    ("postsuper", "fatal: *", Counts),
    ("postcat", "fatal: *", Counts),
    ("postconf", "fatal: *", Counts),
    ("sendmail", "fatal: *", Counts),
    // What belongs to no letter.
    (
        "bounce",
        "warning: */bounce.cf, line *",
        Apart("each process that reads the templates says it"),
    ),
    (
        "smtp",
        "warning: DNSSEC validation may be unavailable",
        Apart(UNSIGNED),
    ),
    ("smtp", "warning: reason: dnssec_probe *", Apart(UNSIGNED)),
    (
        "lmtp",
        "warning: DNSSEC validation may be unavailable",
        Apart(UNSIGNED),
    ),
    ("lmtp", "warning: reason: dnssec_probe *", Apart(UNSIGNED)),
    ("lmtp", "ID: host * said: *", Counts),
    ("lmtp", "ID: to=<*>, *", Counts),
    ("lmtp", "connect to *: *", Counts),
    ("pipe", "ID: to=<*>, *", Counts),
    ("pipe", "fatal: *", Counts),
    ("pipe", "warning: file * unknown macro name: *", Counts),
    ("pipe", "warning: pipe flag `*' requires *", Counts),
    ("local", "ID: passing <*> to transport=*", Counts),
    ("verify", "cache *", Apart("its file is elsewhere")),
    ("anvil", "statistics: *", Apart(STATISTICS)),
    ("scache", "statistics: *", Apart(STATISTICS)),
    (
        "master",
        "warning: process *smtp pid # exit status 1",
        Counts,
    ),
    (
        "cleanup",
        "warning: file system clock is * seconds ahead of local clock",
        Apart(CLOCK),
    ),
    (
        "cleanup",
        "warning: resetting file time stamps - this hurts performance",
        Apart(CLOCK),
    ),
    ("master", "daemon started -- *", Apart(MASTER)),
    ("master", "terminating on signal *", Apart(MASTER)),
    (
        "master",
        "warning: process * pid * exit status *",
        Apart("its process has a number of its own"),
    ),
];

/// Programs whose lines are not those of a message, and whose sessions are compared whole.
const SESSIONS: &str = "smtpd";

/// Whether a text is what a pattern with `*` in it says.
fn fits(text: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut is_whole = rest.is_empty();
    for part in parts {
        match (part, rest.find(part)) {
            ("", _) => {
                is_whole = true;
                continue;
            }
            (_, Some(at)) => rest = &rest[at + part.len()..],
            (_, None) => return false,
        }
        is_whole = rest.is_empty();
        // A last part stands at the end, whatever stood there before.
        if !is_whole && pattern.ends_with(part) && text.ends_with(part) {
            is_whole = true;
        }
    }
    is_whole
}

/// What is known of a line of this program.
fn number(program: &str, text: &str) -> Option<Number> {
    let own = |kind: &&(&str, &str, Number)| kind.0 == program && fits(text, kind.1);
    KINDS.iter().find(own).map(|kind| kind.2)
}

/// Whether the number of such lines is the same on every machine; of those about a message all are, since
/// a message is compared as a whole.
pub fn counts(line: &str) -> bool {
    log::line(line).is_none_or(|line| {
        let kind = number(line.program, &masked(line.text, ""));
        about(line.text).is_some() || !matches!(kind, Some(Repeats(_)))
    })
}

/// The queue ID that a line is about, and the line with `ID` in its place.
fn about(text: &str) -> Option<(&str, String)> {
    let (warning, rest) = match text.strip_prefix("warning: ") {
        Some(rest) => ("warning: ", rest),
        None => ("", text),
    };
    let (id, rest) = rest.split_once(": ")?;
    shape::is_queue_id(id).then(|| (id, format!("{warning}ID: {rest}")))
}

/// A line without what is different every time: IDs but for those of the message, moments,
/// delays.
fn masked(text: &str, own: &str) -> String {
    let mut ids = Ids::about(own);
    process(&delays(&words(text, &mut ids)))
}

/// `process … pid 4711 exit status 1` without its numbers.
fn process(text: &str) -> String {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let parts = || {
        let (start, rest) = text.split_once(" pid ")?;
        let (pid, status) = rest.split_once(" exit status ")?;
        let is_one = start.starts_with("warning: process ") && digits(pid) && status == "1";
        is_one.then(|| format!("{start} pid # exit status 1"))
    };
    parts().unwrap_or_else(|| text.into())
}

/// `delay=0.02, delays=0.01/0/0/0.01` without its numbers, where they are written as Postfix
/// writes them.
fn delays(text: &str) -> String {
    let parts = || {
        let (start, rest) = text.split_once(", delay=")?;
        let (delay, rest) = rest.split_once(", delays=")?;
        let (delays, rest) = rest.split_once(", dsn=")?;
        let four: Vec<&str> = delays.split('/').collect();
        let are = shape::is_delay(delay) && four.len() == 4;
        let are = are && four.iter().all(|d| shape::is_delay(d));
        are.then(|| format!("{start}, delay=#, delays=#/#/#/#, dsn={rest}"))
    };
    parts().unwrap_or_else(|| text.into())
}

/// Lines that belong together, and how many they are for each program.
pub struct Group {
    /// What they are: `message`, `session`, `no message`.
    pub kind: &'static str,
    /// The lines, as they are compared.
    pub text: String,
}

/// What a log has to say of letters: the lines of each message, of each session of smtpd, and
/// those that are of neither.
pub fn groups(log: &str) -> Vec<Group> {
    let mut messages: BTreeMap<String, Vec<(Line, String)>> = BTreeMap::new();
    // An ID may be given again once its message is gone.
    let mut removed: BTreeMap<&str, usize> = BTreeMap::new();
    let mut found = Vec::new();
    let mut alone = Vec::new();
    for raw in log.lines() {
        let Some(line) = log::line(raw) else {
            let text = format!("(unreadable) {raw}");
            found.push(Group {
                kind: "no message",
                text,
            });
            continue;
        };
        match about(line.text) {
            Some((id, text)) => {
                let count = removed.entry(id).or_default();
                let key = format!("{id} {count}");
                if (line.program, line.text.ends_with(": removed")) == ("qmgr", true) {
                    *count += 1;
                }
                messages
                    .entry(key)
                    .or_default()
                    .push((line, masked(&text, id)));
            }
            None if line.program == SESSIONS => {}
            None => alone.push((line, masked(line.text, ""))),
        }
    }
    let shown = |line: &Line, text: &str| format!("{} {}: {text}", line.host, line.program);
    let mut repeated: Vec<String> = Vec::new();
    for lines in messages.into_values() {
        let kinds: Vec<_> = lines.iter().map(|(l, t)| number(l.program, t)).collect();
        let mut texts: Vec<String> = lines
            .iter()
            .zip(&kinds)
            .map(|((line, text), kind)| match kind {
                Some(_) => shown(line, text),
                None => format!("(of no kind) {}", shown(line, text)),
            })
            .collect();
        // In which order recipients are served is the real one's own affair.
        texts.sort();
        let text = texts.join("\n");
        if kinds.iter().all(|k| matches!(k, Some(Repeats(_)))) {
            if repeated.contains(&text) {
                continue;
            }
            repeated.push(text.clone());
        }
        found.push(Group {
            kind: "message",
            text,
        });
    }
    for (line, text) in alone {
        let text = match number(line.program, &text) {
            Some(Counts) => shown(&line, &text),
            Some(Apart(_)) => continue,
            Some(Repeats(_)) if repeated.contains(&text) => continue,
            Some(Repeats(_)) => {
                repeated.push(text.clone());
                shown(&line, &text)
            }
            None => format!("(of no kind) {}", shown(&line, &text)),
        };
        found.push(Group {
            kind: "no message",
            text,
        });
    }
    for session in log::sessions(log) {
        let lines: Vec<String> = session.lines.iter().map(|l| masked(l, "")).collect();
        found.push(Group {
            kind: "session",
            text: lines.join("\n"),
        });
    }
    found
}

/// The queue IDs of the messages that a log is about.
pub fn messages(log: &str) -> Vec<String> {
    let lines = log.lines().filter_map(log::line);
    let mut found: Vec<String> = lines
        .filter_map(|line| about(line.text).map(|(id, _)| id.into()))
        .collect();
    found.sort();
    found.dedup();
    found
}

/// The program that wrote each line of a group.
pub fn programs(text: &str) -> Vec<String> {
    let program = |line: &str| {
        let (before, _) = line.split_once(": ")?;
        before.split(' ').next_back().map(String::from)
    };
    text.lines().filter_map(program).collect()
}
