//! From lines to what happens in them: programs connect, a client speaks, a server replies.
//!
//! A document may cut one dialogue into many blocks, so the reader keeps its state from block to block.

use crate::native::doc::document::{Block, Line, Place};
use crate::native::doc::marks::{self, is_reply, mark, Speaker};
use crate::native::doc::words::{self, Connection};

/// Lines of one dialogue are at most so many; what comes after is not looked at.
const MOST_LINES: usize = 100_000;

/// A text at a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// What stands on the next lines, where that may be the rest of a line that was broken.
    pub more: String,
    /// Where it begins.
    pub at: Place,
    /// It is right as it is.
    pub is_accepted: bool,
}

/// A dot is looked for in so many lines, since every line may ask.
const LOOKED_AHEAD: usize = 2_000;

/// Something that happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A program connects to a server.
    Open(Connection),
    /// The client says a line.
    Said(Piece),
    /// The server replies, with one line or more.
    Heard(Vec<Piece>),
    /// A part of a message.
    Content(Piece),
    /// The dot at a message's end.
    Dot(Piece),
    /// Both sides speak TLS from here on.
    Secured,
    /// Something has been left out.
    Gap,
    /// Another block begins, which may be another example.
    Seam,
    /// Something that is neither.
    Noise,
    /// The connection has ended.
    Closed,
    /// A shell's command, and what it prints.
    Command(Piece, Vec<Piece>),
}

/// What comes next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mode {
    /// A command, or a shell's prompt.
    #[default]
    Commands,
    /// DATA has been said, and not been answered.
    Asked,
    /// The lines of a message.
    Content,
    /// A response to a challenge.
    Response,
    /// A chunk, until the server replies.
    Chunk,
}

/// Reads block after block.
#[derive(Default)]
pub struct Reader {
    mode: Mode,
    /// What happens, in order.
    pub events: Vec<Event>,
    lines: usize,
    /// `>>>` is the prompt of Python in this block, which shows what smtplib says.
    is_python: bool,
}

impl Reader {
    /// Something else begins.
    pub fn cut(&mut self) {
        self.mode = Mode::Commands;
        self.events.push(Event::Gap);
    }

    /// Reads a block.
    pub fn read(&mut self, block: &Block) {
        self.lines += block.lines.len();
        if self.lines > MOST_LINES || is_numbers(block) || is_only_prose(block) {
            return;
        }
        let is_marked = is_marked(block);
        self.is_python = is_python(block);
        if self.mode == Mode::Commands {
            self.events.push(Event::Seam);
        }
        if matches!(self.mode, Mode::Content | Mode::Asked) && !is_marked && !goes_on(block) {
            self.cut();
        }
        for (at, line) in block.lines.iter().enumerate() {
            let rest = block.lines.get(at + 1..).unwrap_or(&[]);
            match is_marked {
                true => self.marked(line, rest),
                false => self.line(line, rest),
            }
        }
    }

    /// A line of a block in which marks say who speaks.
    fn marked(&mut self, line: &Line, rest: &[Line]) {
        let marked = match mark(&line.text) {
            Some((Speaker::Client, _)) if self.is_python && is_prompt(line) => return,
            Some((Speaker::Client, text)) => (Speaker::Client, text),
            Some((Speaker::Server, text)) => (Speaker::Server, text),
            Some((Speaker::Tool, text)) => return self.tool(text),
            None if is_reply(&line.text) => (Speaker::Server, line.text.trim()),
            None if matches!(self.mode, Mode::Content) && !line.text.trim().is_empty() => {
                let is_dot = line.text.trim() == ".";
                let piece = piece(line, line.text.trim_start());
                return self.content(piece, is_dot);
            }
            None => return self.line(line, rest),
        };
        let (speaker, text) = marked;
        match speaker {
            Speaker::Server if is_reply(text) => {
                if self.mode == Mode::Content {
                    // curl does not show the message, nor its dot.
                    self.content(piece(line, "."), true);
                }
                self.heard(piece(line, text));
            }
            Speaker::Server if words::is_gap(text) => self.gap(),
            Speaker::Server => self.more(text),
            _ => self.client(line, text),
        }
    }

    /// What a tool tells of the connection.
    fn tool(&mut self, text: &str) {
        if words::is_secured(text) {
            self.events.push(Event::Secured);
        } else if words::is_closed(text) {
            self.close();
        } else if let Some(host) = text.trim().strip_prefix("Trying ") {
            // swaks says where it goes to.
            let host = host.split([':', ' ']).next().unwrap_or("");
            self.open(Connection::plain(host));
        }
    }

    fn open(&mut self, connection: Connection) {
        self.mode = Mode::Commands;
        // curl and telnet say it twice, in one block or in two.
        let mut before = self.events.iter().rev();
        let last = before.find(|event| !matches!(event, Event::Seam));
        if !matches!(last, Some(Event::Open(_))) {
            self.events.push(Event::Open(connection));
        }
    }

    fn close(&mut self) {
        self.mode = Mode::Commands;
        self.events.push(Event::Closed);
    }

    /// The client says a line, which a mark has told.
    fn client(&mut self, line: &Line, text: &str) {
        match self.mode {
            // smtplib shows a message as one text.
            Mode::Content => {
                let is_dot = text.trim() == "." || text.ends_with("\\r\\n.");
                self.content(piece(line, text), is_dot);
            }
            Mode::Chunk => {
                // Marks tell chunks and commands apart only by what is a command.
                match words::is_command(text) {
                    true => self.said(piece(line, text.trim())),
                    false => self.events.push(Event::Content(piece(line, text))),
                }
            }
            _ if words::is_gap(text) => self.gap(),
            Mode::Asked if !words::is_command(text) => {
                // The reply to DATA is missing.
                self.mode = Mode::Content;
                self.content(piece(line, text), text.trim() == ".");
            }
            Mode::Commands if text.trim().is_empty() => {}
            _ => {
                let text = words::without_remark(text.trim());
                if let Some(connection) = words::connection(text) {
                    return self.open(connection);
                }
                self.said(piece(line, text));
            }
        }
    }

    fn said(&mut self, piece: Piece) {
        let verb = words::verb(&piece.text);
        self.mode = match (self.mode, verb.as_str()) {
            (Mode::Response, _) => Mode::Response,
            (_, "DATA") => Mode::Asked,
            (_, "BDAT") => Mode::Chunk,
            _ => Mode::Commands,
        };
        self.events.push(Event::Said(piece));
    }

    fn content(&mut self, piece: Piece, is_dot: bool) {
        if is_dot {
            self.mode = Mode::Commands;
            self.events.push(Event::Dot(piece));
        } else {
            self.events.push(Event::Content(piece));
        }
    }

    fn heard(&mut self, piece: Piece) {
        let code = piece.text.get(..3).unwrap_or("").to_string();
        let is_in_auth = self.mode == Mode::Response
            || matches!(self.events.last(), Some(Event::Said(said)) if words::verb(&said.text) == "AUTH");
        self.mode = match code.as_str() {
            // A challenge with another code is one all the same.
            code if is_in_auth && code.starts_with('3') => Mode::Response,
            "354" if !self.is_out_of_place() => Mode::Content,
            "334" => Mode::Response,
            // Replies to what was said before DATA.
            _ if self.mode == Mode::Asked && code.starts_with('2') => Mode::Asked,
            _ => Mode::Commands,
        };
        if let Some(Event::Heard(lines)) = self.events.last_mut() {
            // With another code too: that is a fault of its line, and not another reply.
            if goes_on_after(lines) {
                lines.push(piece);
                return;
            }
        }
        self.events.push(Event::Heard(vec![piece]));
    }

    /// Whether a 354 that comes now is the reply to something that is not DATA.
    fn is_out_of_place(&self) -> bool {
        match self.events.last() {
            Some(Event::Said(said)) => {
                let verb = words::verb(&said.text);
                words::is_command(&said.text) && verb != "DATA"
            }
            Some(Event::Dot(_)) => true,
            _ => false,
        }
    }

    /// Something is left out: lines of a reply that goes on, or more.
    fn gap(&mut self) {
        match self.events.last_mut() {
            Some(Event::Heard(lines)) if goes_on_after(lines) => {
                let last = lines.last().cloned().unwrap_or_default();
                let code = last.text.get(..3).unwrap_or("");
                lines.push(Piece {
                    text: format!("{code}-..."),
                    ..last
                });
            }
            _ => self.events.push(Event::Gap),
        }
    }

    /// The rest of a reply's line, perhaps.
    fn more(&mut self, text: &str) {
        if let Some(Event::Heard(lines)) = self.events.last_mut() {
            if let Some(last) = lines.last_mut() {
                if !text.trim().is_empty() && last.more.len() < 500 {
                    last.more = format!("{} {}", last.more, text.trim());
                }
            }
        }
    }

    /// A line of a block without marks.
    fn line(&mut self, line: &Line, rest: &[Line]) {
        let text = line.text.trim();
        let is_lost = match self.mode {
            Mode::Content => !has_dot(line, rest) && is_reply(text) && !is_header(text),
            _ => false,
        };
        if is_lost {
            // The dot has been left out.
            self.mode = Mode::Commands;
            self.events.push(Event::Dot(piece(line, ".")));
        }
        if self.mode == Mode::Content {
            let is_dot = words::without_remark(text) == ".";
            return self.content(piece(line, &line.text), is_dot);
        }
        // The tabs of MkDocs are indented, and so fences are lines of a listing.
        if text.is_empty() || text.starts_with("```") {
            return;
        }
        if let Some(command) = marks::prompt(text) {
            return self.command(line, command);
        }
        if is_reply(text) {
            return self.heard(piece(line, words::without_remark(text)));
        }
        let said = words::without_remark(text);
        let connection = words::connection(said);
        let next = rest.iter().map(|l| l.text.trim()).find(|t| !t.is_empty());
        match connection {
            Some(connection) => self.open(connection),
            None if words::is_gap(text) => self.gap(),
            None if words::is_closed(text) => self.close(),
            None if words::is_secured(text) => self.events.push(Event::Secured),
            None if words::is_telnets(text) => {
                if text.starts_with("Trying ") || text.starts_with("Connected to ") {
                    let host = text.rsplit(' ').next().unwrap_or("").trim_end_matches('.');
                    self.open(Connection::plain(host));
                }
            }
            None if self.mode == Mode::Chunk => self.chunk(line, said),
            None if self.mode == Mode::Asked && !words::is_command(said) && has_dot(line, rest) => {
                self.mode = Mode::Content;
                self.content(piece(line, &line.text), said == ".");
            }
            None if self.mode == Mode::Response
                && (!said.contains(' ') || self.is_between(next)) =>
            {
                self.said(piece(line, said));
            }
            None if words::is_command(said) || marks::is_tried(said, next) => {
                self.said(piece(line, said));
            }
            None if self.is_answered(said, next) => self.said(piece(line, said)),
            None => self.other(line),
        }
    }

    /// Whether a line between two replies is a command that its author believes in: one in capitals, or
    /// all but a command of SMTP, or a header out of place. Anything else there may be the author's own words.
    fn is_answered(&self, said: &str, next: Option<&str>) -> bool {
        let is_between = self.is_between(next);
        let is_short = said.split_whitespace().count() <= 4 && !said.ends_with([':', '.', '!']);
        let first = said.split_whitespace().next().unwrap_or("");
        let is_loud = first.len() > 2 && first.bytes().all(|byte| byte.is_ascii_uppercase());
        let is_command = is_loud || words::is_nearly_a_verb(first) || words::is_letters(first);
        is_between && is_short && is_command
    }

    /// Whether a line stands between two replies.
    fn is_between(&self, next: Option<&str>) -> bool {
        // The reply before may be the end of another block.
        let mut before = self.events.iter().rev();
        let last = before.find(|event| !matches!(event, Event::Seam));
        matches!(last, Some(Event::Heard(_))) && next.is_some_and(is_reply)
    }

    fn chunk(&mut self, line: &Line, said: &str) {
        match words::is_command(said) {
            true => self.said(piece(line, said)),
            false => self.events.push(Event::Content(piece(line, &line.text))),
        }
    }

    /// A shell's command.
    fn command(&mut self, line: &Line, command: &str) {
        let command = words::without_remark(command);
        match words::connection(command) {
            Some(connection) => self.open(connection),
            None if words::is_command(command) && !command.contains('|') => {
                self.said(piece(line, command));
            }
            None => {
                if !command.is_empty() {
                    self.mode = Mode::Commands;
                    let piece = piece(line, command);
                    self.events.push(Event::Command(piece, Vec::new()));
                }
            }
        }
    }

    /// Something that says nothing by itself.
    fn other(&mut self, line: &Line) {
        match self.events.last_mut() {
            Some(Event::Command(_, output)) => output.push(piece(line, &line.text)),
            Some(Event::Heard(lines)) if lines.last().is_some_and(|l| l.more.is_empty()) => {
                let text = line.text.clone();
                self.more(&text);
                if !line.text.starts_with([' ', '\t']) {
                    self.events.push(Event::Noise);
                }
            }
            Some(Event::Noise) | None => {}
            Some(_) => self.events.push(Event::Noise),
        }
    }
}

fn piece(line: &Line, text: &str) -> Piece {
    let before = line.text.find(text).unwrap_or(0);
    let column = line.text.get(..before).map_or(0, |t| t.chars().count());
    Piece {
        text: text.into(),
        more: String::new(),
        at: Place {
            line: line.at.line,
            column: line.at.column + column,
        },
        is_accepted: line.is_accepted,
    }
}

/// Line numbers beside a listing are a listing of their own in some pages.
fn is_numbers(block: &Block) -> bool {
    let is_number = |line: &Line| {
        let text = line.text.trim();
        text.is_empty() || text.len() < 5 && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    block.lines.len() > 1 && block.lines.iter().all(is_number)
}

/// Whether a block is nothing but running text.
pub fn is_only_prose(block: &Block) -> bool {
    block.is_prose && !is_dialogue(block)
}

/// Running text is a dialogue where lines of it are replies and others commands, or marks stand there.
fn is_dialogue(block: &Block) -> bool {
    let replies = block.lines.iter().filter(|l| is_reply(&l.text)).count();
    let commands = block
        .lines
        .iter()
        .filter(|l| words::is_command(words::without_remark(l.text.trim())));
    replies >= 2 && commands.count() >= 1 || is_marked(block)
}

/// Whether marks say who speaks: a server's before a reply, and another.
fn is_marked(block: &Block) -> bool {
    let mut replies = 0;
    let mut marks = 0;
    for line in &block.lines {
        match mark(&line.text) {
            Some((Speaker::Server, text)) if is_reply(text) => {
                replies += 1;
                marks += 1;
            }
            Some((Speaker::Client, text)) if words::is_command(text) => marks += 2,
            _ => {}
        }
    }
    marks >= 2 || replies >= 1
}

/// Whether a session of Python shows what its smtplib says and hears.
fn is_python(block: &Block) -> bool {
    let shows = |line: &Line| line.text.contains("send: ") || line.text.contains("reply: ");
    block.lines.iter().any(is_prompt) && block.lines.iter().any(shows)
}

fn is_prompt(line: &Line) -> bool {
    line.text.trim_start().starts_with(">>> ")
}

/// Whether more lines of a reply are to come.
fn goes_on_after(lines: &[Piece]) -> bool {
    lines.last().and_then(|line| line.text.get(3..4)) == Some("-")
}

/// Whether a message that has begun in an earlier block may go on in this one.
fn goes_on(block: &Block) -> bool {
    let mut lines = block.lines.iter().map(|line| line.text.trim());
    let has_dot = lines.clone().any(|line| words::without_remark(line) == ".");
    let first = lines.find(|line| !line.is_empty()).unwrap_or("");
    has_dot || is_header(first) || first.starts_with("354")
}

/// Whether a line is a header's.
fn is_header(line: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
    };
    line.split_once(':').is_some_and(|(name, _)| is_name(name))
}

fn has_dot(line: &Line, rest: &[Line]) -> bool {
    let is_dot = |line: &Line| words::without_remark(line.text.trim()) == ".";
    is_dot(line) || rest.iter().take(LOOKED_AHEAD).any(is_dot)
}
