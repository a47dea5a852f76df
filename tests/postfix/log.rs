//! mail.log: what smtpd wrote about each session, without stamps, processes and queue IDs.

/// The lines of each session, in the order in which the clients connected.
pub fn sessions(log: &str) -> Vec<Vec<String>> {
    let mut sessions: Vec<(String, Vec<String>)> = Vec::new();
    for line in log.lines() {
        let Some((_, rest)) = line.split_once(" postfix/smtpd[") else {
            continue;
        };
        let Some((pid, text)) = rest.split_once("]: ") else {
            continue;
        };
        if text.starts_with("connect from ") {
            sessions.push((pid.into(), Vec::new()));
        }
        // What a process says when it starts belongs to no session.
        let own = sessions.iter_mut().rev().find(|(p, _)| p == pid);
        let is_over =
            |lines: &Vec<String>| lines.last().is_some_and(|l| l.starts_with("disconnect"));
        if let Some((_, lines)) = own.filter(|(_, lines)| !is_over(lines)) {
            lines.push(mask(text));
        }
    }
    let lines = sessions.into_iter().map(|(_, lines)| lines);
    // Whoever looked whether the port is open.
    lines
        .filter(|lines| {
            !lines
                .iter()
                .any(|l| l.starts_with("lost connection after CONNECT"))
        })
        .collect()
}

fn mask(text: &str) -> String {
    let end = text
        .find(|c: char| !matches!(c, '0'..='9' | 'A'..='F'))
        .unwrap_or(0);
    if (8..=15).contains(&end) && text[end..].starts_with(": ") {
        format!("QUEUEID{}", &text[end..])
    } else if let Some(rest) = text.strip_prefix("warning: ") {
        format!("warning: {}", mask(rest))
    } else {
        text.into()
    }
}
