//! What is hidden in texts about letters because it is different every time. An ID that comes
//! again keeps its name, so that it must be the same one that comes again.

use super::super::support::shape;

/// The queue IDs that a text has named up to now.
#[derive(Default)]
pub struct Ids {
    own: String,
    seen: Vec<String>,
    numbers: bool,
}

impl Ids {
    /// For a text in which IDs come in an order of their own: the first is `ID1`.
    pub fn in_order() -> Ids {
        Ids {
            numbers: true,
            ..Ids::default()
        }
    }

    /// For a line of the log that is about one message: that is `ID`, and any other `OTHER`.
    pub fn about(own: &str) -> Ids {
        Ids {
            own: own.into(),
            ..Ids::default()
        }
    }

    fn name(&mut self, id: &str) -> String {
        if !self.numbers {
            return match id == self.own {
                true => "ID".into(),
                false => "OTHER".into(),
            };
        }
        let at = self.seen.iter().position(|seen| seen == id);
        let at = at.unwrap_or_else(|| {
            self.seen.push(id.into());
            self.seen.len() - 1
        });
        format!("ID{}", at + 1)
    }
}

/// A line without queue IDs and moments.
pub fn words(line: &str, ids: &mut Ids) -> String {
    let line = shape::without_moments(line);
    let mut out = String::new();
    let mut rest = line.as_str();
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphanumeric()) {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let is_number = word.bytes().all(|b| b.is_ascii_digit());
        // Before a queue ID in a Message-Id: year, month, day, hour, minute and second.
        let is_stamp =
            is_number && word.len() == 14 && out.ends_with('<') && after.starts_with('.');
        // Seconds since 1970: after a queue ID in a boundary, and in lists of the queue.
        let is_seconds = is_number
            && word.len() == 10
            && (out.ends_with('.') && after.starts_with('/')
                || out.ends_with("\"arrival_time\": "));
        if is_stamp {
            out.push_str("(stamp)");
        } else if is_seconds {
            out.push_str("(seconds)");
        } else if shape::is_queue_id(word) {
            out.push_str(&ids.name(word));
        } else {
            out.push_str(word);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// A text of several lines without queue IDs and moments.
pub fn text(text: &str) -> String {
    let mut ids = Ids::in_order();
    let lines: Vec<String> = text.split('\n').map(|l| words(l, &mut ids)).collect();
    lines.join("\n")
}

/// What postcat and postsuper say: as above, without the ports of clients, and without the
/// folder that the first digit of an ID names.
pub fn administration(text: &str) -> String {
    let text = &levelled(text);
    let mut ids = Ids::in_order();
    let line = |line: &str| {
        for name in ["log_client_port", "client_port"] {
            // An offset or the number of its kind may stand before it.
            let mark = format!("named_attribute: {name}=");
            let (before, port) = line.split_once(&mark).unwrap_or((line, ""));
            let is_number = |c: char| c == ' ' || c.is_ascii_digit();
            let port = if before.chars().all(is_number) {
                port
            } else {
                ""
            };
            let start = format!("{before}{mark}");
            // Those of clients have five digits, which the sizes of messages count.
            if port.len() == 5 && port.bytes().all(|b| b.is_ascii_digit()) {
                return format!("{start}(a port)");
            }
        }
        words(&unhashed(line), &mut ids)
    };
    let lines: Vec<String> = text.split('\n').map(line).collect();
    lines.join("\n")
}

/// The offsets of a file in maildrop as they are where its moment has six digits of a second: each tenth
/// has fewer, and all that follows begins earlier.
fn levelled(text: &str) -> String {
    let offset = |line: &str| line.get(..9)?.trim_start().parse::<usize>().ok();
    let second = text.lines().nth(2).and_then(offset);
    let missing = match text.starts_with("*** ENVELOPE RECORDS maildrop/") {
        true => second.and_then(|at| 19_usize.checked_sub(at)).unwrap_or(0),
        false => 0,
    };
    let line = |line: &str| match offset(line).filter(|at| *at > 0 && missing > 0) {
        Some(at) => format!("{:>9}{}", at + missing, &line[9..]),
        None => line.into(),
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// `deferred/A/A1B2…` without the folder.
fn unhashed(line: &str) -> String {
    let parts = || {
        let (start, rest) = line.split_once("deferred/")?;
        let (folder, rest) = rest.split_once('/')?;
        let is_its = folder.len() == 1 && rest.starts_with(folder);
        is_its.then(|| format!("{start}deferred/(folder)/{rest}"))
    };
    parts().unwrap_or_else(|| line.into())
}

/// A list of the queue as mailq prints it: its first and last lines, and each message with its
/// recipients, every one of them after the reason that is told for it.
pub fn mailq(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut frame = String::new();
    let mut entry: Vec<String> = Vec::new();
    for (number, line) in text.split('\n').enumerate() {
        let is_end = line.is_empty() || line.starts_with("-- ");
        if is_end && !entry.is_empty() {
            parts.push(queued(&entry));
            frame.push_str("(a message)\n");
            entry.clear();
        }
        if number == 0 || is_end {
            frame.push_str(&format!("{line}\n"));
        } else {
            entry.push(line.into());
        }
    }
    if !entry.is_empty() {
        parts.push(format!("(without an end) {}", queued(&entry)));
    }
    parts.push(frame);
    parts
}

/// One message of the list.
fn queued(lines: &[String]) -> String {
    let mut ids = Ids::in_order();
    let first = words(&lines[0], &mut ids);
    let mut told: Vec<Vec<String>> = Vec::new();
    for line in &lines[1..] {
        let line = words(line, &mut ids);
        let is_reason = line.trim_start().starts_with('(');
        // Who is told of first is a matter of who is faster, too.
        let before = told.iter().position(|own| own[0] == line);
        match (before.filter(|_| is_reason), told.last_mut()) {
            (Some(before), _) => {
                let again = told.remove(before);
                told.push(again);
            }
            (None, Some(last)) if !is_reason => last.push(line),
            _ => told.push(vec![line]),
        }
    }
    // Which delivery agent was faster is the real one's own affair.
    for own in &mut told {
        let from = usize::from(own[0].trim_start().starts_with('('));
        own[from..].sort();
    }
    told.sort();
    format!("{first}\n{}", told.concat().join("\n"))
}

/// A line of `postqueue -j`, with its recipients in an order of their own.
pub fn listed(line: &str) -> String {
    let mut ids = Ids::in_order();
    let parts = || {
        let (start, recipients) = line.split_once("\"recipients\": [{")?;
        let recipients = recipients.strip_suffix("}]}")?;
        let mut recipients: Vec<&str> = recipients.split("}, {").collect();
        recipients.sort_unstable();
        let recipients = recipients.join("}, {");
        Some(format!("{start}\"recipients\": [{{{recipients}}}]}}"))
    };
    words(&parts().unwrap_or_else(|| line.into()), &mut ids)
}

/// The messages of a mailbox.
pub fn messages(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("\n\nFrom ") {
        let (message, after) = rest.split_at(at + 2);
        found.push(message);
        rest = after;
    }
    found.push(rest);
    found
}
