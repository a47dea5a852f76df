//! The wire, byte for byte: both directions told apart, line ends shown, with times.

use crate::network::tap::{Conversation, Seen};
use crate::network::{ConnectionId, World};
use crate::time::Time;

/// A conversation, to be chosen from a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// By which it is chosen.
    pub id: ConnectionId,
    /// `penguinpower → smtp.safeer.in:25`.
    pub name: String,
    /// A mail server has opened it.
    pub is_background: bool,
}

/// Something that was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// When.
    pub at: Time,
    /// `client`, `server`, or empty for what neither has said.
    pub by: &'static str,
    /// The line, or what happened.
    pub parts: Vec<Part>,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Printable characters.
    Text(String),
    /// A byte that no letter shows, by its name: `CR`, `LF`, `TAB`, `00`.
    Byte(String),
}

/// The conversations that are remembered: the learner's first, the newest of each first.
pub fn conversations(world: &World) -> Vec<Line> {
    let all = world.tap().conversations();
    let line = |c: &Conversation| Line {
        id: c.id,
        name: format!("{} → {}:{}", c.client.name, c.server.name, c.server.port),
        is_background: c.is_background,
    };
    let mut found: Vec<Line> = all.iter().rev().map(line).collect();
    found.sort_by_key(|line| line.is_background);
    found
}

/// One of them.
pub fn conversation(world: &World, id: ConnectionId) -> Option<&Conversation> {
    world.tap().conversations().iter().find(|c| c.id == id)
}

/// `10:00:05.012345`.
pub fn clock(at: Time) -> String {
    let c = at.calendar();
    let (hour, minute, second) = (c.hour, c.minute, c.second);
    format!("{hour:02}:{minute:02}:{second:02}.{:06}", at.micros())
}

/// How a byte is written: printable ones as they are.
fn name(byte: u8) -> Option<String> {
    Some(match byte {
        b'\r' => "CR".into(),
        b'\n' => "LF".into(),
        b'\t' => "TAB".into(),
        b' '..=b'~' => return None,
        byte => format!("{byte:02X}"),
    })
}

fn parts(line: &[u8]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut text = String::new();
    for &byte in line {
        match name(byte) {
            None => text.push(char::from(byte)),
            Some(name) => {
                if !text.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut text)));
                }
                parts.push(Part::Byte(name));
            }
        }
    }
    if !text.is_empty() {
        parts.push(Part::Text(text));
    }
    parts
}

/// What happened where nobody spoke.
fn event(what: &Seen) -> &'static str {
    match what {
        Seen::Call => "The client calls (SYN).",
        Seen::Answer => "The server takes the call (SYN, ACK).",
        Seen::Refused => "Nothing listens on that port (RST).",
        Seen::Silence => "Nobody has answered.",
        Seen::Secured => {
            "A TLS handshake. Who listens from here on sees bytes and cannot read them."
        }
        Seen::End { by_client: true } => "The client closes its end (FIN).",
        Seen::End { by_client: false } => "The server closes its end (FIN).",
        Seen::Bytes { .. } => "",
    }
}

fn speaker(by_client: bool) -> &'static str {
    match by_client {
        true => "client",
        false => "server",
    }
}

/// A conversation line by line.
pub fn rows(conversation: &Conversation) -> Vec<Row> {
    let mut rows = Vec::new();
    for frame in &conversation.frames {
        let at = frame.at;
        let Seen::Bytes {
            by_client, bytes, ..
        } = &frame.what
        else {
            rows.push(Row {
                at,
                by: "",
                parts: vec![Part::Text(event(&frame.what).into())],
            });
            continue;
        };
        let by = speaker(*by_client);
        rows.extend(bytes.split_inclusive(|&b| b == b'\n').map(|line| Row {
            at,
            by,
            parts: parts(line),
        }));
    }
    let forgotten: usize = conversation.forgotten.iter().sum();
    if forgotten > 0 {
        let at = conversation.frames.front().map_or(Time(0), |f| f.at);
        let row = Row {
            at,
            by: "",
            parts: vec![
                Part::Text("Bytes before this that are forgotten:".into()),
                Part::Text(format!(" {forgotten}")),
            ],
        };
        rows.insert(0, row);
    }
    rows
}

/// The bytes of a frame, sixteen to a line, as `hexdump -C` has them.
pub fn hexdump(bytes: &[u8]) -> String {
    let mut out = String::new();
    for (line, chunk) in bytes.chunks(16).enumerate() {
        out.push_str(&format!("{:08x} ", line * 16));
        for place in 0..16 {
            if place == 8 {
                out.push(' ');
            }
            match chunk.get(place) {
                Some(byte) => out.push_str(&format!(" {byte:02x}")),
                None => out.push_str("   "),
            }
        }
        let shown = |&b: &u8| match b {
            b' '..=b'~' => char::from(b),
            _ => '.',
        };
        let text: String = chunk.iter().map(shown).collect();
        out.push_str(&format!("  |{text}|\n"));
    }
    out
}

/// A conversation as a text to be kept: `C:` is the client, `S:` the server, and bytes that are not
/// printable are written as in C.
pub fn text(conversation: &Conversation) -> String {
    let (client, server) = (&conversation.client, &conversation.server);
    let end =
        |end: &crate::network::tap::End| format!("{}[{}]:{}", end.name, end.address, end.port);
    let mut out = format!("# {} -> {}\n", end(client), end(server));
    for row in rows(conversation) {
        let mark = match row.by {
            "client" => "C: ",
            "server" => "S: ",
            _ => "-- ",
        };
        out.push_str(&format!("{} {mark}", clock(row.at)));
        for part in &row.parts {
            match part {
                Part::Text(text) if row.by.is_empty() => out.push_str(text),
                Part::Text(text) => out.push_str(&text.replace('\\', "\\\\")),
                Part::Byte(name) => match name.as_str() {
                    "CR" => out.push_str("\\r"),
                    "LF" => out.push_str("\\n"),
                    "TAB" => out.push_str("\\t"),
                    hex => {
                        out.push_str("\\x");
                        out.push_str(hex);
                    }
                },
            }
        }
        out.push('\n');
    }
    out
}
