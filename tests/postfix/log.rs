//! mail.log: what smtpd wrote about each session, without stamps, processes and queue IDs.

/// What smtpd wrote about one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The client's address.
    pub client: String,
    /// The lines, masked.
    pub lines: Vec<String>,
    /// The last line is there.
    pub is_over: bool,
}

/// The sessions in a log, in the order in which the clients connected.
pub fn sessions(log: &str) -> Vec<Session> {
    let mut sessions: Vec<(String, Session)> = Vec::new();
    // What was said of a client's name before its session began, with the process that said it.
    let mut before: Vec<(String, String)> = Vec::new();
    for line in log.lines() {
        let Some((_, rest)) = line.split_once(" postfix/smtpd[") else {
            continue;
        };
        let Some((pid, text)) = rest.split_once("]: ") else {
            continue;
        };
        // What the Unicode library thinks of a name, in its own words and once a process.
        if text.starts_with("warning: midna_domain_to_ascii_create: ") {
            continue;
        }
        if text.starts_with("warning: hostname ") {
            before.push((pid.into(), text.into()));
        }
        if let Some(client) = text.strip_prefix("connect from ") {
            let own = |(p, _): &(String, String)| p == pid;
            let lines = before.iter().filter(|l| own(l)).map(|l| l.1.clone());
            let session = Session {
                client: client
                    .rsplit_once('[')
                    .map_or("", |c| c.1)
                    .trim_end_matches(']')
                    .into(),
                lines: lines.collect(),
                is_over: false,
            };
            before.retain(|l| !own(l));
            sessions.push((pid.into(), session));
        }
        // What a process says when it starts belongs to no session.
        let own = sessions.iter_mut().rev().find(|(p, _)| p == pid);
        if let Some((_, session)) = own.filter(|(_, session)| !session.is_over) {
            session.lines.push(mask(text));
            session.is_over = text.starts_with("disconnect from ");
        }
    }
    let sessions = sessions.into_iter().map(|(_, session)| session);
    // Whoever looked whether the port is open.
    let looked = |l: &String| l.starts_with("lost connection after CONNECT");
    sessions
        .filter(|s| s.client != "127.0.0.1" || !s.lines.iter().any(looked))
        .collect()
}

fn mask(text: &str) -> String {
    let end = text
        .find(|c: char| !matches!(c, '0'..='9' | 'A'..='F'))
        .unwrap_or(0);
    if (8..=15).contains(&end) && text[end..].starts_with(": ") {
        return format!("QUEUEID{}", &text[end..]);
    }
    if let Some(rest) = text.strip_prefix("warning: ") {
        return format!("warning: {}", mask(rest));
    }
    // A service is named after its port.
    if let Some((before, port)) = text.split_once(" for service 127.0.0.1:") {
        let end = port
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(port.len());
        return format!("{before} for service smtp{}", &port[end..]);
    }
    // The folder of a private Postfix.
    let mut text = text.to_string();
    while let Some(at) = text.find("/st-").filter(|at| text[*at..].contains("/etc")) {
        let start = text[..at].rfind([' ', ':', '"']).map_or(0, |i| i + 1);
        let end = text[at..].find("/etc").map_or(at, |i| at + i + 4);
        text.replace_range(start..end, "/etc/postfix");
    }
    text
}
