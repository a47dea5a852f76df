//! Random sessions: mostly what a client would do, often not; whole lines, several at once, a
//! few bytes at a time, or cut off in the middle. They are made up against our own server, which
//! says how far a session has come; what the real one says to them is another matter.

use fastrand::Rng;
use smtp_terminal::smtp::sasl::to_base64;

use super::support::dialogue::{Dialogue, Turn, CLOSED};
use super::support::ours::{Cut, Talk};
use super::vocabulary as words;

/// A random session and how it is to be sent.
pub struct Session {
    /// What is said.
    pub dialogue: Dialogue,
    /// A few bytes at a time.
    pub dribbling: bool,
}

/// What a configuration offers that is worth trying there.
#[derive(Clone, Copy, Debug, Default)]
pub struct Offers {
    /// AUTH.
    pub sasl: bool,
    /// STARTTLS.
    pub tls: bool,
    /// XCLIENT and XFORWARD.
    pub proxy: bool,
    /// TLS before everything else.
    pub wrapper: bool,
}

impl Offers {
    /// What a main.cf offers.
    pub fn of(main_cf: &str) -> Offers {
        Offers {
            sasl: main_cf.contains("smtpd_sasl_auth_enable = yes"),
            tls: main_cf.contains("smtpd_tls_cert_file"),
            proxy: main_cf.contains("smtpd_authorized_xclient_hosts"),
            wrapper: false,
        }
    }
}

/// How far the usual order has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Connected,
    Greeted,
    Sender,
    Recipient,
}

/// Makes up a session while talking to our server.
pub fn session(random: &mut Rng, mut talk: Talk, client: &str, offers: Offers) -> Session {
    let mut author = Author {
        random,
        offers,
        stage: Stage::Connected,
        encrypted: offers.wrapper,
        dribbling: false,
        dialogue: Dialogue {
            client: Some(client.into()),
            ..Dialogue::default()
        },
    };
    let first = offers.wrapper.then(|| "T: handshake".to_string());
    author.say(&mut talk, first.into_iter().collect());
    let pipelining = author.chance(22);
    author.dribbling = !pipelining && author.chance(10);
    let cut = author.chance(12);
    for _ in 0..author.random.usize(3..18) {
        if talk.is_closed {
            break;
        }
        let count = if pipelining && author.chance(60) {
            author.random.usize(2..6)
        } else {
            1
        };
        author.exchange(&mut talk, count);
    }
    if !talk.is_closed && cut {
        author.break_off(&mut talk);
    } else if !talk.is_closed && author.chance(70) {
        author.say(&mut talk, vec!["C: QUIT".into()]);
    }
    Session {
        dribbling: author.dribbling,
        dialogue: author.dialogue,
    }
}

struct Author<'a> {
    random: &'a mut Rng,
    offers: Offers,
    stage: Stage,
    encrypted: bool,
    /// Bytes come a few at a time, so that what follows a command comes too late to be noticed.
    dribbling: bool,
    dialogue: Dialogue,
}

impl Author<'_> {
    fn chance(&mut self, percent: u8) -> bool {
        self.random.u8(..100) < percent
    }

    /// Sends a turn: the code of the last reply.
    fn say(&mut self, talk: &mut Talk, sends: Vec<String>) -> u16 {
        let mut turn = Turn {
            sends,
            ..Turn::default()
        };
        turn.replies = talk.turn(&turn, &mut Cut::Whole).replies();
        let spoken = turn.replies.iter().rfind(|r| r[0] != CLOSED);
        let code = spoken
            .and_then(|r| r[0].get(..3))
            .and_then(|c| c.parse().ok());
        self.dialogue.turns.push(turn);
        code.unwrap_or(0)
    }

    /// Sends one command or several at once, and what follows from the answer.
    fn exchange(&mut self, talk: &mut Talk, count: usize) {
        let mut stage = self.stage;
        let mut lines = Vec::new();
        for _ in 0..count {
            let line = self.command(stage);
            // In a group the client takes for granted that all goes well.
            stage = after(stage, &line);
            let is_end = is_last(&line);
            lines.push(line);
            if is_end {
                break;
            }
        }
        let last = lines.last().cloned().unwrap_or_default();
        let verb = verb(&last);
        let sends: Vec<String> = lines.iter().map(|line| self.tagged(line)).collect();
        if verb == "BDAT" {
            return self.chunk(talk, sends, &last);
        }
        let code = self.say(talk, sends);
        match (verb.as_str(), code) {
            (_, 354) => {
                let content = self.content();
                self.say(talk, content);
                self.stage = Stage::Greeted;
            }
            (_, 220) if self.is_ready_for_tls() => {
                let line = format!("C: {}", words::helo(self.random));
                self.encrypted = true;
                self.stage = Stage::Connected;
                if self.say(talk, vec!["T: handshake".into(), line]) == 250 {
                    self.stage = Stage::Greeted;
                }
            }
            ("AUTH", 334) => self.responses(talk),
            (_, 250) => self.stage = stage,
            _ => {}
        }
    }

    fn is_ready_for_tls(&self) -> bool {
        let last = self.dialogue.turns.last().and_then(|t| t.replies.last());
        last.is_some_and(|reply| reply[0].starts_with("220 2.0.0"))
    }

    fn command(&mut self, stage: Stage) -> String {
        if self.chance(3) {
            // Mostly the end of a session, so rare.
            return words::last_word(self.random).into();
        }
        let usual = self.chance(70);
        let mut line = if usual {
            self.usual(stage)
        } else {
            self.unusual()
        };
        while self.chance(8) {
            line = self.mutated(&line);
        }
        line
    }

    fn usual(&mut self, stage: Stage) -> String {
        if self.offers.tls && !self.encrypted && stage == Stage::Greeted && self.chance(40) {
            return "STARTTLS".into();
        }
        if self.offers.sasl && stage == Stage::Greeted && self.chance(35) {
            return self.auth();
        }
        if self.offers.proxy && stage <= Stage::Greeted && self.chance(35) {
            return words::proxy(self.random);
        }
        match stage {
            Stage::Connected => words::helo(self.random),
            Stage::Greeted => words::mail(self.random),
            Stage::Sender => words::rcpt(self.random),
            Stage::Recipient => match self.random.u8(..10) {
                0..=3 => "DATA".into(),
                4 | 5 => words::rcpt(self.random),
                6 => "data".into(),
                _ => self.bdat(),
            },
        }
    }

    fn unusual(&mut self) -> String {
        match self.random.u8(..10) {
            0 => words::helo(self.random),
            1 => words::mail(self.random),
            2 => words::rcpt(self.random),
            3 => self.bdat(),
            4 if self.offers.sasl => self.auth(),
            5 if self.offers.proxy => words::proxy(self.random),
            _ => words::other(self.random),
        }
    }

    fn bdat(&mut self) -> String {
        if self.dribbling {
            return "BDAT 0 LAST".into();
        }
        let size = match self.random.u8(..4) {
            0 => self.random.usize(..1500),
            _ => self.random.usize(..80),
        };
        let end = ["", " LAST", " LAST", " last", " X"][self.random.usize(..5)];
        format!("BDAT {size}{end}")
    }

    fn chunk(&mut self, talk: &mut Talk, mut sends: Vec<String>, line: &str) {
        let size = line.split(' ').nth(1).and_then(|n| n.parse::<usize>().ok());
        let size = size.filter(|_| !self.dribbling);
        let mut chunk = Vec::new();
        let wanted = size.unwrap_or(0).min(3000);
        while chunk.len() < wanted {
            chunk.extend(words::content_line(self.random).bytes());
            chunk.extend(if self.chance(85) { "\r\n" } else { "\n" }.bytes());
        }
        chunk.truncate(wanted);
        if !chunk.is_empty() {
            sends.push(format!("R: {}", chunk.escape_ascii()));
        }
        self.say(talk, sends);
        if line.to_ascii_uppercase().ends_with("LAST") {
            self.stage = Stage::Greeted;
        }
    }

    fn auth(&mut self) -> String {
        let plain = to_base64(b"\0safeer\0penguin");
        let wrong = to_base64(b"\0safeer\0pinguin");
        let user = to_base64(b"safeer");
        match self.random.u8(..16) {
            0..=2 => format!("AUTH PLAIN {plain}"),
            3 => format!("AUTH PLAIN {wrong}"),
            4 => format!("auth plain {plain}"),
            5 => "AUTH PLAIN".into(),
            6 | 7 => "AUTH LOGIN".into(),
            8 => format!("AUTH LOGIN {user}"),
            9 | 10 => "AUTH CRAM-MD5".into(),
            11 => format!("AUTH CRAM-MD5 {user}"),
            12 => "AUTH PLAIN =".into(),
            13 => format!("AUTH PLAIN {plain} x"),
            14 => format!("AUTH PLAIN {}", to_base64(b"praveen\0safeer\0penguin")),
            _ => [
                "AUTH PLAIN ab",
                "AUTH LOGIN =",
                "AUTH GSSAPI",
                "AUTH PLAIN ***",
            ][self.random.usize(..4)]
            .into(),
        }
    }

    /// Answers challenges until the server has had enough.
    fn responses(&mut self, talk: &mut Talk) {
        for _ in 0..4 {
            let words = [
                format!("C: {}", to_base64(b"safeer")),
                format!("C: {}", to_base64(b"penguin")),
                format!("C: {}", to_base64(b"safeer@smtp.safeer.in")),
                format!("C: {}", to_base64(b"\0safeer\0penguin")),
                "M: safeer penguin".into(),
                "M: safeer penguin".into(),
                "M: praveen penguin".into(),
                "C: *".into(),
                "C: ***".into(),
                "C: ".into(),
                "C: ab".into(),
                "C: =".into(),
                format!("C: {}", "QUJD".repeat(30)),
            ];
            let asked = self
                .dialogue
                .turns
                .last()
                .map(|t| t.replies.concat().concat());
            let login = asked.is_some_and(|a| a.contains("UGFzc3"));
            let word = match login && self.chance(60) {
                true => words[1].clone(),
                false => words[self.random.usize(..words.len())].clone(),
            };
            if self.say(talk, vec![word]) != 334 || talk.is_closed {
                return;
            }
        }
    }

    /// A message, with lines that try the framing.
    fn content(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        for _ in 0..self.random.usize(..9) {
            let line = words::content_line(self.random);
            lines.push(match self.random.u8(..20) {
                0 => "R: bare\\n".into(),
                1 => "R: cr\\r\\r\\n".into(),
                2 => "R: nul\\0\\r\\n".into(),
                3 => "R: \\xe9\\r\\n".into(),
                4 => "R: a\\rb\\r\\n".into(),
                5 => "R: .\\nx\\r\\n".into(),
                _ => self.tagged(&line),
            });
        }
        let end = [
            "C: .",
            "C: .",
            "C: .",
            "C: .",
            "R: .\\n",
            "R: \\n.\\r\\n",
            "R: .\\r\\r\\n",
        ];
        let end = if self.dribbling { &end[..1] } else { &end[..] };
        lines.push(end[self.random.usize(..end.len())].into());
        if lines.last().is_none_or(|l| l != "C: .") {
            lines.push("C: .".into());
        }
        lines
    }

    /// The client goes away: now, in the middle of a line, or in the middle of a message.
    fn break_off(&mut self, talk: &mut Talk) {
        let line = self.command(self.stage);
        if self.chance(30) && self.say(talk, vec!["C: DATA".into()]) == 354 {
            let mut lines = self.content();
            lines.truncate(self.random.usize(..=lines.len()));
            lines.retain(|l| l != "C: ." && !l.starts_with("R: .\\r") && !l.starts_with("R: \\n."));
            lines.push(format!(
                "R: {}",
                &line.as_bytes()[..line.len().min(9)].escape_ascii()
            ));
            self.say(talk, lines);
            return;
        }
        if talk.is_closed {
            return;
        }
        let end = self.random.usize(..=line.len());
        let part = line.as_bytes()[..end].escape_ascii();
        if end > 0 {
            self.say(talk, vec![format!("R: {part}")]);
        }
    }

    /// A line as a file has it: raw where it is not plain text.
    fn tagged(&self, line: &str) -> String {
        if line.chars().any(char::is_control) {
            format!("R: {}\\r\\n", line.as_bytes().escape_ascii())
        } else {
            format!("C: {line}")
        }
    }

    /// The line with a mistake in it.
    fn mutated(&mut self, line: &str) -> String {
        const ODD: [&str; 24] = [
            "<", ">", "\"", "\\", "@", ",", ":", ";", "(", ")", "[", "]", " ", "\t", "\0", "é",
            ".", "%", "!", "=", "+", "\u{7f}", "\u{1}", "\r",
        ];
        let characters: Vec<char> = line.chars().collect();
        let at = self.random.usize(..=characters.len());
        let (before, after) = characters.split_at(at);
        let mut text: String = before.iter().collect();
        match self.random.u8(..7) {
            0..=2 => {
                text.push_str(ODD[self.random.usize(..ODD.len())]);
                text.extend(after);
            }
            3 => text.extend(after.iter().skip(1)),
            4 => {
                text.extend(after.first());
                text.extend(after);
            }
            5 => {
                let other = |c: &char| {
                    if c.is_lowercase() {
                        c.to_ascii_uppercase()
                    } else {
                        c.to_ascii_lowercase()
                    }
                };
                text.extend(after.iter().map(other));
            }
            _ => {}
        }
        text
    }
}

fn verb(line: &str) -> String {
    let first = line.split([' ', ':', '\t']).next().unwrap_or("");
    first.to_ascii_uppercase()
}

/// A client that groups its commands has to wait after these.
fn is_last(line: &str) -> bool {
    let waits = ["DATA", "BDAT", "STARTTLS", "AUTH", "QUIT", "XCLIENT"];
    waits.contains(&verb(line).as_str())
}

fn after(stage: Stage, line: &str) -> Stage {
    match verb(line).as_str() {
        "HELO" | "EHLO" => Stage::Greeted,
        "MAIL" => Stage::Sender,
        "RCPT" if stage >= Stage::Sender => Stage::Recipient,
        "RSET" => Stage::Greeted.min(stage),
        _ => stage,
    }
}
