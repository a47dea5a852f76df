//! xargs: commands with what is read as their arguments, each begun as soon as there is enough for it, so that
//! an input without an end does no harm.

use crate::smtp::bytes::{decode, encode};
use crate::workstation::programs::io::{Read, State, Take};
use crate::workstation::programs::job::Job;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::options::{Known, Options};
use crate::workstation::programs::output::{Become, Output};
use crate::workstation::programs::predicates::quoted;
use crate::workstation::programs::table::Program;

/// The program of this file.
pub const PROGRAMS: &[Program] = &[Program::job("xargs", xargs, "[-0] [-d CHARACTER] [-I TEXT] [-n NUMBER] [-r] [-t] [COMMAND [ARG]...]|Runs a command with its input as arguments.")];

/// A word as `xargs -t` shows it: in quotes where a shell would want them.
fn plain(word: &str) -> String {
    match word.is_empty() || word.contains(|c| " \n\t!\"$&()*;<=>[\\]^`|?'".contains(c)) {
        true => quoted(word),
        false => word.into(),
    }
}

/// How long the words of a command may be, each with its end.
const COMMAND: usize = 131_072;

/// What the next item has come to.
enum Next {
    /// There it is; whether a line ends with it.
    Item(String, bool),
    /// Its end has not been read yet.
    More,
    /// There is none.
    None,
    /// A quote has no end.
    Open(&'static str),
}

#[derive(Debug)]
struct Xargs {
    command: Vec<String>,
    /// What stands for the item in the command (`-I`).
    mark: Option<String>,
    /// What an item ends with (`-0`, `-d`); without it there are words and quotes.
    end: Option<u8>,
    /// The word that is as the end of the input.
    last: Option<String>,
    /// Items, lines and bytes that a command has at most.
    most: [usize; 3],
    shows: bool,
    /// Nothing is run without an item (`-r`).
    needs: bool,
    /// What does not fit is a mistake (`-x`).
    is_strict: bool,
    /// The command reads what xargs would.
    shares: bool,
    input: Vec<u8>,
    /// How much of that is done.
    place: usize,
    is_whole: bool,
    items: Vec<String>,
    lines: usize,
    bytes: usize,
    /// An item for which there was no room.
    held: Option<(String, bool)>,
    pid: Option<u32>,
    status: i32,
}

fn xargs(arguments: &[&str], at: &mut Machine) -> Result<Box<dyn Job>, Output> {
    const KNOWN: Known = Known {
        program: "xargs",
        short: "+0a:d:E:I:i::L:n:P:prs:txV",
        long: &[
            "null=0",
            "arg-file=a",
            "delimiter=d",
            "replace=i",
            "max-args=n",
            "max-lines=L",
            "max-chars=s",
            "no-run-if-empty=r",
            "verbose=t",
            "max-procs=P",
            "interactive=p",
            "exit=x",
            "eof=E",
            "version=V",
        ],
        status: 1,
    };
    let options = KNOWN.read(arguments)?;
    let has = |letter| options.has(letter);
    if has('V') {
        return Err(Output::good(VERSION));
    }
    let number = |letter, least| -> Result<usize, Output> {
        let Some(text) = options.value(letter) else {
            return Ok(usize::MAX);
        };
        let number: i64 = text.parse().map_err(|_| {
            KNOWN.mistake(&format!("invalid number \"{text}\" for -{letter} option"))
        })?;
        match number < least {
            true => Err(KNOWN.mistake(&format!(
                "value {text} for -{letter} option should be >= {least}"
            ))),
            false => Ok(number as usize),
        }
    };
    let mut most = [
        number('n', 1)?,
        number('L', 1)?,
        number('s', 1)?.min(COMMAND),
    ];
    number('P', 0)?;
    let kind = kind(&options, at);
    for (of, letter) in ['n', 'L'].into_iter().enumerate() {
        if kind != Some(letter) {
            most[of] = usize::MAX;
        }
    }
    let mark = match kind {
        Some('I') => options.value('I'),
        Some('i') => options
            .value('i')
            .map(|text| if text.is_empty() { "{}" } else { text }),
        _ => None,
    };
    if mark.is_some() {
        most[0] = 1;
    }
    let end = match options.last_of("0d") {
        Some('d') => Some(delimiter(options.value('d').unwrap_or("")).ok_or_else(|| {
            let text = options.value('d').unwrap_or("");
            Output::bad(format!("xargs: Invalid input delimiter specification {text}: the delimiter must be either a single character or an escape sequence starting with \\."), 1)
        })?),
        Some(_) => Some(0),
        None => None,
    };
    let input = match options.value('a') {
        Some("-" | "/dev/stdin") | None => None,
        Some(file) => Some(encode(&at.text(file).map_err(|why| {
            Output::bad(format!("xargs: Cannot open input file ‘{file}’: {why}"), 1)
        })?)),
    };
    let mut command: Vec<String> = options.operands.iter().map(|w| w.to_string()).collect();
    if command.is_empty() {
        command.push("echo".into());
    }
    Ok(Box::new(Xargs {
        needs: has('r') || mark.is_some(),
        is_strict: has('x') || kind.is_some_and(|kind| kind != 'n'),
        shares: input.is_some(),
        is_whole: input.is_some(),
        input: input.unwrap_or_default(),
        last: options
            .value('E')
            .filter(|_| end.is_none())
            .map(str::to_string),
        shows: has('t'),
        mark: mark.map(str::to_string),
        command,
        end,
        most,
        place: 0,
        items: Vec::new(),
        lines: 0,
        bytes: 0,
        held: None,
        pid: None,
        status: 0,
    }))
}

const VERSION: &str = "xargs (GNU findutils) 4.9.0\n";

/// Which of those that exclude each other was given last: `n`, `L`, `I` or `i`.
fn kind(options: &Options, at: &mut Machine) -> Option<char> {
    let mut kind = None;
    let names = |letter| match letter {
        'n' => ("--max-args", "--max-args/-n"),
        'L' => ("--max-lines", "-L"),
        _ => ("--replace", "--replace/-I/-i"),
    };
    for (letter, value) in options.given.iter().filter(|(l, _)| "nLIi".contains(*l)) {
        let (old, _) = names(kind.unwrap_or(*letter));
        let (same, new) = names(*letter);
        if same != old {
            if old == "--replace" && *letter == 'n' && *value == "1" {
                continue;
            }
            at.complain(&format!("xargs: warning: options {old} and {new} are mutually exclusive, ignoring previous {old} value\n"));
        }
        kind = Some(*letter);
    }
    kind
}

/// What `-d` says.
fn delimiter(text: &str) -> Option<u8> {
    let bytes = encode(text);
    match bytes.as_slice() {
        [byte] => Some(*byte),
        [b'\\', b'x', digits @ ..] => {
            u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
        }
        [b'\\', byte] if !byte.is_ascii_digit() => Some(match byte {
            b'a' => 7,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 11,
            _ => *byte,
        }),
        [b'\\', digits @ ..] => u8::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok(),
        _ => None,
    }
}

impl Xargs {
    /// The next item of what has been read.
    fn next(&mut self) -> Next {
        let rest = self.input.get(self.place..).unwrap_or(&[]);
        let more = if self.is_whole {
            Next::None
        } else {
            Next::More
        };
        if let Some(end) = self.end {
            let length = match rest.iter().position(|byte| *byte == end) {
                Some(length) => length,
                None if self.is_whole && !rest.is_empty() => rest.len(),
                None => return more,
            };
            let item = decode(rest.get(..length).unwrap_or(rest)).into_owned();
            self.place += length + 1;
            return Next::Item(item, true);
        }
        let blanks = rest.iter().take_while(|byte| b" \t\n".contains(byte));
        let blanks = blanks.count();
        self.place += blanks;
        let rest = rest.get(blanks..).unwrap_or(&[]);
        if rest.is_empty() {
            return more;
        }
        let mut word = Vec::new();
        let (mut quote, mut is_escaped) = (None, false);
        for (place, &byte) in rest.iter().enumerate() {
            if is_escaped {
                is_escaped = false;
                word.push(byte);
                continue;
            }
            match quote {
                Some(q) if q == byte => quote = None,
                Some(_) if byte == b'\n' => break,
                Some(_) => word.push(byte),
                None => match byte {
                    b'\'' | b'"' => quote = Some(byte),
                    b'\\' => is_escaped = true,
                    b'\n' | b' ' | b'\t' if byte == b'\n' || self.mark.is_none() => {
                        self.place += place + 1;
                        return Next::Item(decode(&word).into_owned(), byte == b'\n');
                    }
                    _ => word.push(byte),
                },
            }
        }
        match quote {
            Some(q) if self.is_whole || rest.contains(&b'\n') => {
                Next::Open(if q == b'"' { "double" } else { "single" })
            }
            None if self.is_whole => {
                self.place = self.input.len();
                Next::Item(decode(&word).into_owned(), true)
            }
            _ if rest.len() > COMMAND => Next::Item(decode(&word).into_owned(), true),
            _ => Next::More,
        }
    }

    /// There is no more, for this reason.
    fn stop(&mut self, why: &str, at: &mut Machine) {
        if !why.is_empty() {
            at.complain(&format!("xargs: {why}\n"));
            self.status = 1;
            self.needs = true;
        }
        self.input.clear();
        self.place = 0;
        self.is_whole = true;
        self.held = None;
    }

    /// Takes items until there are enough for a command: whether there are, or `None` where more has to be read.
    fn gather(&mut self, at: &mut Machine) -> Option<bool> {
        loop {
            let next = match self.held.take() {
                Some((item, ends)) => Next::Item(item, ends),
                None => self.next(),
            };
            match next {
                Next::More => return None,
                Next::Open(kind) => self.stop(&format!("unmatched {kind} quote; by default quotes are special to xargs unless you use the -0 option"), at),
                Next::None => return Some(!self.items.is_empty() || !self.needs),
                Next::Item(item, _) if Some(&item) == self.last.as_ref() => self.stop("", at),
                Next::Item(item, ends) => {
                    let own: usize = self.command.iter().map(|word| word.len() + 1).sum();
                    let size = self.bytes + item.len() + 1;
                    if own + size > self.most[2] {
                        if self.items.is_empty() || self.is_strict {
                            let what = if self.items.is_empty() { "line" } else { "list" };
                            self.items.clear();
                            self.stop(&format!("argument {what} too long"), at);
                            continue;
                        }
                        self.held = Some((item, ends));
                        return Some(true);
                    }
                    self.items.push(item);
                    self.bytes = size;
                    self.lines += usize::from(ends);
                    if self.items.len() >= self.most[0] || self.lines >= self.most[1] {
                        return Some(true);
                    }
                }
            }
        }
    }

    /// Starts the command with the items that there are.
    fn start(&mut self, at: &mut Machine) -> Option<i32> {
        let items = std::mem::take(&mut self.items);
        (self.bytes, self.lines, self.needs) = (0, 0, true);
        let mut words = self.command.clone();
        match (&self.mark, items.first()) {
            (Some(mark), Some(item)) => {
                for word in &mut words {
                    *word = word.replace(mark, item);
                }
                if words.iter().map(|word| word.len() + 1).sum::<usize>() > COMMAND {
                    at.complain("xargs: argument list too long\n");
                    return Some(1);
                }
            }
            _ => words.extend(items),
        }
        if self.shows {
            let shown: Vec<String> = words.iter().map(|word| plain(word)).collect();
            at.complain(&(shown.join(" ") + "\n"));
        }
        let name = words.first().map_or("", String::as_str);
        if !name.contains('/') && !at.has_program(name) {
            at.complain(&format!("xargs: {name}: No such file or directory\n"));
            return Some(127);
        }
        let what = Become {
            words,
            is_deaf: !self.shares,
            ..Become::default()
        };
        match at.spawn(&what) {
            Ok(pid) => {
                self.pid = Some(pid);
                None
            }
            Err((why, status)) => {
                let why = why.replace("Is a directory", "Permission denied");
                at.complain(&format!("xargs: {why}\n"));
                Some(status)
            }
        }
    }
}

impl Job for Xargs {
    fn poll(&mut self, at: &mut Machine) -> Option<i32> {
        loop {
            if let Some(pid) = self.pid {
                let name = self.command.first().map_or("", String::as_str);
                let (what, status) = match at.system().and_then(|io| io.state(pid)) {
                    Some(State::Running | State::Stopped(_)) => return None,
                    Some(State::Killed(number)) => {
                        (format!("{name}: terminated by signal {number}"), 125)
                    }
                    Some(State::Exited(255)) => {
                        (format!("{name}: exited with status 255; aborting"), 124)
                    }
                    ended => {
                        if ended != Some(State::Exited(0)) {
                            self.status = 123;
                        }
                        (String::new(), 0)
                    }
                };
                if status > 0 {
                    at.complain(&format!("xargs: {what}\n"));
                    return Some(status);
                }
                self.pid = None;
            }
            match self.gather(at) {
                Some(true) => {
                    let ended = self.start(at);
                    if ended.is_some() {
                        return ended;
                    }
                }
                Some(false) => return Some(self.status),
                None => {
                    self.input.drain(..self.place.min(self.input.len()));
                    self.place = 0;
                    match at.read_input(Take::ALL) {
                        Read::Bytes(bytes) => self.input.extend(bytes),
                        Read::Wait => return None,
                        Read::End | Read::Fault(_) => self.is_whole = true,
                    }
                }
            }
        }
    }
}
