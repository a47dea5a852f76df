//! mail.log: its lines, and what smtpd wrote about each session, without stamps, numbers of
//! processes and queue IDs.

use std::collections::BTreeSet;

use super::support::shape;

/// Whose lines are about sessions.
pub const PROGRAMS: [&str; 4] = ["smtpd", "postscreen", "dnsblog", "tlsproxy"];

/// One line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// The host that the line names.
    pub host: &'a str,
    /// Whose line it is (`syslog_name`): `postfix`, `postfix/submission`.
    pub name: &'a str,
    /// `smtpd`.
    pub program: &'a str,
    /// The number of the process.
    pub pid: &'a str,
    /// What it says.
    pub text: &'a str,
}

/// Reads a line: `Nov 24 10:00:00 smtp postfix/smtpd[4711]: …`; `None` where it is not like that.
pub fn line(raw: &str) -> Option<Line<'_>> {
    let (_, rest) = raw.split_at_checked(shape::stamp(raw)?)?;
    let (host, rest) = rest.strip_prefix(' ')?.split_once(' ')?;
    let (process, text) = rest.split_once(": ")?;
    let (name, process) = process.rsplit_once('/')?;
    let (program, pid) = process.strip_suffix(']')?.split_once('[')?;
    let is_number = !pid.is_empty() && pid.bytes().all(|b| b.is_ascii_digit());
    let is_name = program.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    let service = name.strip_prefix("postfix")?;
    let is_letter = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'/';
    let is_name = is_name && service.bytes().all(is_letter);
    (is_number && is_name).then_some(Line {
        host,
        name,
        program,
        pid,
        text,
    })
}

/// What smtpd wrote about one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The client's address.
    pub client: String,
    /// The number of the process.
    pub pid: String,
    /// The host that the lines name, and the lines, masked.
    pub lines: Vec<String>,
    /// The last line is there.
    pub is_over: bool,
    /// The process was killed in the middle of it.
    pub has_crashed: bool,
}

/// A line of postscreen's, or of dnsblog's for it.
fn screened(sessions: &mut Vec<Session>, line: &Line) {
    let begins = line.text.strip_prefix("CONNECT from [");
    if let Some(client) = begins.filter(|_| line.program == "postscreen") {
        let client = client.split_once(']').map_or(client, |c| c.0);
        sessions.push(Session::of(client));
    }
    let is_about = |session: &Session| {
        let client = &session.client;
        let mut parts: Vec<&str> = client.split('.').collect();
        parts.reverse();
        let reversed = parts.join(".");
        let marks = [format!("[{client}]"), format!("addr {client} "), reversed];
        marks.iter().any(|mark| line.text.contains(mark.as_str()))
    };
    let is_open = |session: &Session| session.pid.is_empty() && !session.is_over;
    let place = sessions.iter().rposition(is_about);
    let place = place.or_else(|| sessions.iter().rposition(is_open));
    if let Some(session) = place.and_then(|place| sessions.get_mut(place)) {
        session.add(line);
    }
}

impl Session {
    fn of(client: &str) -> Session {
        Session {
            client: client.into(),
            pid: String::new(),
            lines: Vec::new(),
            is_over: false,
            has_crashed: false,
        }
    }

    fn add(&mut self, line: &Line) {
        let host = match line.name {
            "postfix" => format!("(host {})", line.host),
            name => format!("(host {}, {name})", line.host),
        };
        let hosts = self.lines.iter().rev().filter(|l| l.starts_with("(host "));
        if hosts.take(1).all(|last| *last != host) {
            self.lines.push(host);
        }
        let ends = ["disconnect from ", "DISCONNECT ", "fatal: ", "panic: "];
        // tlsproxy has done its part before postscreen has.
        let is_end = ends.iter().any(|end| line.text.starts_with(end));
        self.is_over |= is_end && line.program != "tlsproxy";
        let text = mask(line.text);
        // Processes of dnsblog ask side by side, and whichever is quicker writes first.
        let is_listed = |text: &String| {
            let is_answer = text.starts_with("addr ") && text.contains(" listed by ");
            is_answer || text.starts_with("warning: dnsblog_query: ")
        };
        // tlsproxy and postscreen hear of a connection's end at once.
        let is_proxys_end = line.program == "tlsproxy" && text.starts_with("DISCONNECT ");
        let is_end = |own: &str| own.starts_with("HANGUP ") || own.starts_with("DISCONNECT ");
        let later = |own: &&String| {
            is_listed(&text) && is_listed(own) && **own > text || is_proxys_end && is_end(own)
        };
        let after = self.lines.iter().rev().take_while(later).count();
        self.lines.insert(self.lines.len() - after, text);
    }
}

/// The sessions in a log, in the order in which the clients connected.
pub fn sessions(log: &str) -> Vec<Session> {
    let mut sessions: Vec<Session> = Vec::new();
    // What was said of a client's name before its session began.
    let mut before: Vec<Line> = Vec::new();
    for raw in log.lines() {
        let Some(line) = line(raw) else {
            // A line that cannot be read is seen by whoever looks at the session before it.
            if let Some(session) = sessions.last_mut() {
                session.lines.push(format!("(unreadable) {raw}"));
            }
            continue;
        };
        let Line { pid, text, .. } = line;
        if line.program == "master" {
            if let Some(pid) = killed(text) {
                let own = |s: &&mut Session| s.pid == pid && !s.is_over;
                if let Some(session) = sessions.iter_mut().rev().find(own) {
                    session.has_crashed = true;
                }
            }
        }
        if matches!(line.program, "postscreen" | "dnsblog" | "tlsproxy") {
            screened(&mut sessions, &line);
        }
        if line.program != "smtpd" {
            continue;
        }
        if text.starts_with("warning: hostname ") {
            before.push(line);
            continue;
        }
        if let Some(client) = text.strip_prefix("connect from ") {
            let client = client.rsplit_once('[').map_or("", |c| c.1);
            let client = client.split_once(']').map_or(client, |c| c.0);
            // postscreen may have handed it over.
            let own = |s: &Session| s.client == client && s.pid.is_empty() && !s.is_over;
            let mut session = match sessions.iter().rposition(own) {
                Some(place) => sessions.remove(place),
                None => Session::of(client),
            };
            session.pid = pid.into();
            let own = before.iter().filter(|l| l.pid == pid);
            own.for_each(|line| session.add(line));
            before.retain(|l| l.pid != pid);
            sessions.push(session);
        }
        // What a process says when it starts belongs to no session.
        if let Some(session) = sessions.iter_mut().rev().find(|s| s.pid == pid) {
            session.add(&line);
        }
    }
    sessions
}

/// The lines that smtpd's processes write when they start, before their first session, and where
/// they stand.
pub fn before_sessions(log: &str) -> Vec<(usize, Line<'_>)> {
    let mut serving: Vec<&str> = Vec::new();
    let lines = log.lines().enumerate();
    let lines = lines.filter_map(|(at, raw)| Some((at, line(raw)?)));
    lines
        .filter(|(_, line)| {
            let begins = ["connect from ", "warning: hostname "];
            let is_smtpd = line.program == "smtpd";
            if is_smtpd && begins.iter().any(|b| line.text.starts_with(b)) {
                serving.push(line.pid);
            }
            is_smtpd && !serving.contains(&line.pid)
        })
        .collect()
}

/// What processes say when they start, before their first session: each line once, because
/// how many processes there are is the machine's affair.
pub fn at_start(log: &str) -> Vec<String> {
    let mut found = BTreeSet::new();
    for (_, line) in before_sessions(log) {
        let name = line.name.trim_start_matches("postfix");
        found.insert(format!("{}{name}: {}", line.host, mask(line.text)));
    }
    let screens = log
        .lines()
        .filter_map(line)
        .filter(|l| l.program == "postscreen" && l.text.starts_with("cache "));
    found.extend(screens.map(|l| format!("{}/postscreen: {}", l.host, l.text)));
    found.into_iter().collect()
}

/// The process that a line of master says was killed.
fn killed(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("warning: process ")?;
    let (before, _) = rest.split_once(" killed by signal ")?;
    before.rsplit_once(" pid ").map(|(_, pid)| pid)
}

/// What comes before the moment at which the key of a ticket is given up.
const TICKET: &str = "Issuing session ticket, key expiration: ";

/// What comes before the number of a client's port, which has five digits, and after it.
const PORT: [&str; 2] = ["]:", "0123456789"];

/// What comes before how long postscreen has waited.
const AFTER: [&str; 2] = ["HANGUP after ", " after "];

/// What comes before the room that there is on the disk.
const ROOM: &str = "not enough free space in mail queue: ";

/// A line without its queue ID, and without the moment of a ticket, ports and the room on a disk.
fn mask(text: &str) -> String {
    if let Some((before, after)) = text.split_once(PORT[0]) {
        let end = after.find(|c| !PORT[1].contains(c)).unwrap_or(after.len());
        if end == 5 && before.contains('[') {
            return mask(&format!("{before}]PORT{}", &after[end..]));
        }
    }
    for what in AFTER {
        let Some((before, after)) = text.split_once(what) else {
            continue;
        };
        let rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let is_early = before.is_empty() || before.starts_with("PREGREET ");
        if is_early && rest.starts_with(" from [") && rest.len() < after.len() {
            return mask(&format!("{before}{what}(a while){rest}"));
        }
    }
    if let Some((before, after)) = text.split_once(ROOM) {
        let rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
        if rest.len() < after.len() {
            return format!("{before}(room for so many{rest}");
        }
    }
    if let Some(rest) = text.strip_prefix("warning: ") {
        return format!("warning: {}", mask(rest));
    }
    if let Some((before, moment)) = text.split_once(TICKET) {
        if !moment.is_empty() && moment.bytes().all(|b| b.is_ascii_digit()) {
            return format!("{before}{TICKET}(moment)");
        }
    }
    match text.split_once(": ") {
        Some((id, rest)) if shape::is_queue_id(id) => format!("QUEUEID: {rest}"),
        _ => text.into(),
    }
}
