//! mail, as Debian's bsd-mailx has it: reading a mailbox at its `& ` prompt, and writing a message.

use crate::postfix::cleanup::headers::split;
use crate::postfix::delivery::mailbox::entries;
use crate::smtp::address::{internal, parse, Token};
use crate::smtp::bytes::{decode, encode};
use crate::workstation::pipeline::Dialog;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::Output;
use crate::workstation::programs::postfix::sendmail::hand_in;

const USAGE: &str = "usage: mail [-dEIinv] [-a header] [-b bcc-addr] [-c cc-addr] [-r from-addr] [-s subject] [--] to-addr ...
       mail [-dEIiNnv] -f [name]
       mail [-dEIiNnv] [-u user]
";

/// Headers that are not shown (Debian's mail.rc).
const IGNORED: [&str; 8] = [
    "received",
    "message-id",
    "resent-message-id",
    "status",
    "mail-from",
    "return-path",
    "via",
    "delivered-to",
];

/// What the commands are; the answer to `?`.
const HELP: &str = "\
t [messages]        show messages: t 1 3, t 1-3, t *, t $
n, or nothing       the next message
h                   the list of messages
f [messages]        a line for each of them
top [messages]      their first lines
d [messages]        delete them; u takes that back; dp shows the next one
s [messages] file   append them to a file
r [message]         answer it
m address           write to somebody
=                   the number of the current message
q                   quit: what was read goes into mbox in your home
x                   quit and leave everything as it was
";

/// A message in the open mailbox.
#[derive(Debug)]
struct Letter {
    text: String,
    /// `N` new, `U` seen but not read, blank read, `*` saved.
    mark: char,
    is_deleted: bool,
}

impl Letter {
    fn new(text: String) -> Letter {
        let status = header(&text, "status");
        let mark = match status.as_str() {
            "" => 'N',
            "O" => 'U',
            _ => ' ',
        };
        Letter {
            text,
            mark,
            is_deleted: false,
        }
    }

    /// The text with a `Status:` that says so.
    fn with_status(&self, status: &str) -> String {
        let (headers, body) = self.text.split_once("\n\n").unwrap_or((&self.text, ""));
        let lines = headers.lines().filter(|l| !l.starts_with("Status:"));
        let headers: String = lines.map(|l| format!("{l}\n")).collect();
        format!("{headers}Status: {status}\n\n{body}")
    }
}

/// The value of a header of a message in a mailbox.
fn header(text: &str, name: &str) -> String {
    let (_, message) = text.split_once('\n').unwrap_or(("", text));
    let bytes = encode(message);
    let mut found = String::new();
    for line in split(&bytes).0 {
        let line = decode(line);
        if let Some((key, value)) = line.split_once(':') {
            if key.eq_ignore_ascii_case(name) {
                found = value.trim().into();
            }
        }
    }
    found
}

/// The first address in a header.
fn address(value: &str) -> String {
    let tokens = parse(value);
    let found = tokens.iter().find_map(|token| match token {
        Token::Address(inner) => Some(internal(inner, false)),
        _ => None,
    });
    found.unwrap_or_default()
}

/// A message that is being written.
#[derive(Debug, Default)]
struct Draft {
    to: String,
    subject: Option<String>,
    cc: String,
    bcc: String,
    from: String,
    /// Headers that an option or an answer adds.
    more: String,
    body: String,
    /// Its text has been written; copies are asked for.
    is_written: bool,
    /// Ctrl-C has been pressed once.
    is_interrupted: bool,
}

/// The program at work.
#[derive(Debug, Default)]
pub struct Mailx {
    path: String,
    is_inbox: bool,
    letters: Vec<Letter>,
    /// The place of the current message.
    dot: usize,
    /// Something has been done, so that the next message is the one after the current one.
    is_begun: bool,
    draft: Option<Draft>,
}

/// Starts it: the dialogue, or what it printed before it ended.
pub fn start(
    arguments: &[&str],
    input: Option<&str>,
    at: &mut Machine,
) -> Result<(Box<dyn Dialog>, String), Output> {
    let mut draft = Draft::default();
    let mut to: Vec<&str> = Vec::new();
    let mut inbox = at.user.to_string();
    let mut file = None;
    let mut has_option = false;
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let Some(option) = word.strip_prefix('-').filter(|_| to.is_empty()) else {
            to.push(word);
            continue;
        };
        let letter = option.chars().next().unwrap_or('-');
        let rest = option.get(1..).unwrap_or("");
        if letter == 'f' {
            file = Some(words.next().map_or("~/mbox", |name| name));
        } else if "abcrsu".contains(letter) {
            let value = match rest {
                "" => words.next().copied(),
                rest => Some(rest),
            };
            let Some(value) = value else {
                let text = format!("mail: option requires an argument -- '{letter}'\n{USAGE}");
                return Err(Output::bad(text.trim_end(), 1));
            };
            has_option |= letter != 'u' && letter != 'a';
            match letter {
                'a' => draft.more.push_str(&format!("{value}\n")),
                'b' => draft.bcc = value.into(),
                'c' => draft.cc = value.into(),
                'r' => draft.from = value.into(),
                's' => draft.subject = Some(value.into()),
                _ => inbox = value.into(),
            }
        } else if option.is_empty() || !option.chars().all(|c| "dEIinNve".contains(c)) {
            let text = format!("mail: invalid option -- '{letter}'\n{USAGE}");
            return Err(Output::bad(text.trim_end(), 1));
        }
    }
    if to.is_empty() && has_option {
        let text = "mail: You must specify to-addr recipients when using -s, -c, -b, or -r";
        return Err(Output::bad(text, 1));
    }
    let mut mail = Mailx::default();
    if !to.is_empty() {
        draft.to = to.join(", ");
        if let Some(body) = input {
            draft.body = body.into();
            let mut output = Output::default();
            if body.is_empty() {
                output.complain("Null message body; hope that's ok\n");
            }
            send(&draft, at);
            return Err(output);
        }
        let text = match draft.subject {
            Some(_) => "",
            None => "Subject: ",
        };
        mail.draft = Some(draft);
        return Ok((Box::new(mail), text.into()));
    }
    mail.is_inbox = file.is_none();
    mail.path = match file {
        Some("~/mbox") => at.path("~/mbox"),
        Some(file) => file.into(),
        None => format!("/var/mail/{inbox}"),
    };
    let text = at.read(&mail.path);
    if let (None, false) = (&text, mail.is_inbox) {
        let text = format!("mail: {}: No such file or directory", mail.path);
        return Err(Output::bad(text, 1));
    }
    mail.letters = entries(&text.unwrap_or_default())
        .into_iter()
        .map(Letter::new)
        .collect();
    if mail.letters.is_empty() {
        return Err(Output::bad(format!("No mail for {inbox}"), 1));
    }
    let first = mail.letters.iter().position(|l| l.mark != ' ');
    mail.dot = first.unwrap_or(0);
    let mut counts = match mail.letters.len() {
        1 => "1 message".to_string(),
        count => format!("{count} messages"),
    };
    for (mark, name) in [('N', "new"), ('U', "unread")] {
        let count = mail.letters.iter().filter(|l| l.mark == mark).count();
        if count > 0 {
            counts.push_str(&format!(" {count} {name}"));
        }
    }
    let opening = format!(
        "Mail version 8.1.2 01/15/2001.  Type ? for help.\n\"{}\": {counts}\n{}",
        mail.path,
        mail.list()
    );
    let Some(input) = input else {
        return Ok((Box::new(mail), opening + "& "));
    };
    // Commands from a pipe.
    let mut text = opening;
    for line in input.lines() {
        let (said, ended) = mail.command(line, at);
        text.push_str(&said);
        if ended {
            return Err(Output::good(text));
        }
    }
    Err(Output::good(text + &mail.quit(at)))
}

/// Gives a message to sendmail.
fn send(draft: &Draft, at: &mut Machine) {
    let mut text = String::new();
    let subject = draft.subject.clone().unwrap_or_default();
    for (name, value) in [
        ("From", &draft.from),
        ("To", &draft.to),
        ("Subject", &subject),
        ("Cc", &draft.cc),
        ("Bcc", &draft.bcc),
    ] {
        if !value.is_empty() {
            text.push_str(&format!("{name}: {value}\n"));
        }
    }
    if !draft.more.contains("MIME-Version") {
        text.push_str(&draft.more);
        text.push_str("MIME-Version: 1.0\nContent-Type: text/plain; charset=\"UTF-8\"\nContent-Transfer-Encoding: 8bit\n");
    } else {
        text.push_str(&draft.more);
    }
    text.push_str(&format!("\n{}", draft.body));
    let mut options = vec!["-i", "-t"];
    if !draft.from.is_empty() {
        options.extend(["-f", &draft.from]);
    }
    // What it says goes nowhere: mail does not wait for it.
    let _ = hand_in(&options, Some(&text), at);
}

impl Mailx {
    fn line_of(&self, place: usize) -> String {
        let letter = &self.letters[place];
        let text = &letter.text;
        let first = text.lines().next().unwrap_or("");
        // `From address  Tue Nov 24 10:00:00 2026`
        let stamp = first.find("  ").map_or("", |at| &first[at + 2..]);
        let dot = if place == self.dot { '>' } else { ' ' };
        let sender = address(&header(text, "from"));
        let line = format!(
            "{dot}{}{:3} {sender:<17.17}  {stamp:16.16} {:4}/{:<5} {:.27}",
            letter.mark,
            place + 1,
            text.lines().count(),
            text.len(),
            header(text, "subject")
        );
        line.trim_end().to_string() + "\n"
    }

    fn list(&self) -> String {
        let all = (0..self.letters.len()).filter(|&p| !self.letters[p].is_deleted);
        let text: String = all.map(|place| self.line_of(place)).collect();
        match text.as_str() {
            "" => "No applicable messages\n".into(),
            _ => text,
        }
    }

    fn show(&mut self, place: usize) -> String {
        self.dot = place;
        self.is_begun = true;
        let letter = &mut self.letters[place];
        if letter.mark != '*' {
            letter.mark = ' ';
        }
        let (first, message) = letter.text.split_once('\n').unwrap_or(("", ""));
        let mut text = format!("Message {}:\n{first}\n", place + 1);
        let bytes = encode(message);
        let (headers, body) = split(&bytes);
        for header in headers {
            let header = decode(header);
            let name = header.split(':').next().unwrap_or("").to_ascii_lowercase();
            if !IGNORED.contains(&name.as_str()) {
                text.push_str(&header);
            }
        }
        text + &decode(body)
    }

    /// The next message that is still there, after the current one or before it.
    fn neighbour(&self, forward: bool) -> Option<usize> {
        let is_there = |p: &usize| !self.letters[*p].is_deleted;
        match forward {
            true => (self.dot + 1..self.letters.len()).find(is_there),
            false => (0..self.dot).rev().find(is_there),
        }
    }

    /// The places that a list of messages names: the current one, if it names none.
    fn places(&self, words: &[&str], deleted: bool) -> Result<Vec<usize>, String> {
        let mut found = Vec::new();
        let number = |word: &str| match word {
            "$" => Ok(self.letters.len()),
            "." => Ok(self.dot + 1),
            word => match word.parse::<usize>() {
                Ok(n) if (1..=self.letters.len()).contains(&n) => Ok(n),
                Ok(_) => Err(format!("{word}: Invalid message number\n")),
                Err(_) => Err(format!("No applicable messages from {{{word}}}\n")),
            },
        };
        for word in words {
            let (first, last) = match word.split_once('-') {
                _ if *word == "*" => (1, self.letters.len()),
                Some((first, last)) => (number(first)?, number(last)?),
                None => (number(word)?, number(word)?),
            };
            found.extend(first - 1..last);
        }
        if words.is_empty() {
            found.push(self.dot);
        }
        found.retain(|&p| self.letters[p].is_deleted == deleted);
        match found.is_empty() {
            true => Err("No applicable messages\n".into()),
            false => Ok(found),
        }
    }

    /// A command; what it prints, and whether it was the last.
    fn command(&mut self, line: &str, at: &mut Machine) -> (String, bool) {
        let line = line.trim();
        let end = line.find(|c: char| !c.is_ascii_alphabetic());
        let (verb, rest) = match end {
            Some(0) if line.starts_with(|c: char| c.is_ascii_digit()) => ("", line),
            // A sign by itself.
            Some(0) => line.split_at(line.chars().next().map_or(0, char::len_utf8)),
            Some(end) => line.split_at(end),
            None => (line, ""),
        };
        let mut words: Vec<&str> = rest.split_whitespace().collect();
        let deleted = verb == "u" || verb == "undelete";
        let said = match verb {
            "" | "n" | "next" if rest.trim().is_empty() && !self.is_begun => self.show(self.dot),
            "" | "n" | "next" if rest.trim().is_empty() => match self.neighbour(true) {
                Some(next) => self.show(next),
                None => "At EOF\n".into(),
            },
            "+" => match self.neighbour(true) {
                Some(next) => self.show(next),
                None => "Referencing beyond EOF\n".into(),
            },
            "-" => match self.neighbour(false) {
                Some(before) => self.show(before),
                None => "Referencing before 1\n".into(),
            },
            "h" | "headers" => self.list(),
            "z" => "On last screenful of messages\n".into(),
            "=" => format!("{}\n", self.dot + 1),
            "?" | "help" => HELP.into(),
            "q" | "quit" => return (self.quit(at), true),
            "x" | "exit" | "ex" | "xit" => return (String::new(), true),
            "m" | "mail" => {
                self.draft = Some(Draft {
                    to: words.join(", "),
                    ..Draft::default()
                });
                "Subject: ".into()
            }
            "" | "n" | "next" | "t" | "type" | "p" | "print" | "f" | "from" | "top" | "d"
            | "delete" | "dp" | "dt" | "u" | "undelete" | "s" | "save" | "r" | "reply" | "R" => {
                let file = match verb {
                    "s" | "save" => words.pop(),
                    _ => None,
                };
                match self.places(&words, deleted) {
                    Ok(places) => self.with(verb, &places, file, at),
                    Err(why) => why,
                }
            }
            _ => format!("Unknown command: \"{verb}\"\n"),
        };
        (said, false)
    }

    /// A command about some messages.
    fn with(
        &mut self,
        verb: &str,
        places: &[usize],
        file: Option<&str>,
        at: &mut Machine,
    ) -> String {
        let last = places.last().copied().unwrap_or(0);
        let mut said = String::new();
        for &place in places {
            match verb {
                "f" | "from" => said.push_str(&self.line_of(place)),
                "top" => {
                    let text = &self.letters[place].text;
                    let lines = text.lines().take(6).map(|l| format!("{l}\n"));
                    said.push_str(&format!("Message {}:\n", place + 1));
                    said.extend(lines);
                }
                "d" | "delete" | "dp" | "dt" | "u" | "undelete" => {
                    let letter = &mut self.letters[place];
                    letter.is_deleted = !verb.starts_with('u');
                    if letter.mark != '*' {
                        letter.mark = ' ';
                    }
                    self.dot = place;
                }
                "s" | "save" => {
                    let path = file.unwrap_or("mbox");
                    let is_new = match at.read(path) {
                        Some(_) => "Appended",
                        None => "New file",
                    };
                    match at.write(path, &self.letters[place].text, true) {
                        Ok(()) => said.push_str(&format!("\"{path}\" [{is_new}]\n")),
                        Err(why) => said.push_str(&format!("{why}\n")),
                    }
                    self.letters[place].mark = '*';
                }
                "r" | "reply" | "R" => {}
                _ => said.push_str(&self.show(place)),
            }
        }
        // These leave it where it was.
        self.is_begun |= !matches!(verb, "f" | "from" | "top");
        match verb {
            "f" | "from" => self.dot = last,
            "d" | "delete" | "dp" | "dt" => match self.neighbour(true) {
                Some(next) if verb.len() == 2 => said = self.show(next),
                None if verb.len() == 2 => said = "No more messages\n".into(),
                next => {
                    self.dot = next.or(self.neighbour(false)).unwrap_or(self.dot);
                }
            },
            "r" | "reply" | "R" => {
                let text = &self.letters[last].text;
                let subject = header(text, "subject");
                let subject = match subject.to_ascii_lowercase().starts_with("re:") {
                    true => subject,
                    false => format!("Re: {subject}"),
                };
                let to = match header(text, "reply-to") {
                    to if to.is_empty() => address(&header(text, "from")),
                    to => address(&to),
                };
                let mime = "MIME-Version: 1.0\nContent-Type: text/plain; charset=\"UTF-8\"\nContent-Transfer-Encoding: 8bit\n";
                said = format!("To: {to}\nSubject: {subject}\n{mime}\n");
                self.draft = Some(Draft {
                    to,
                    subject: Some(subject),
                    more: format!("{mime}In-Reply-To: {}\n", header(text, "message-id")),
                    ..Draft::default()
                });
            }
            _ => {}
        }
        said
    }

    /// Writes the mailbox back: what has been read goes into mbox, what was deleted is gone.
    fn quit(&mut self, at: &mut Machine) -> String {
        let (mut kept, mut read) = (String::new(), String::new());
        let (mut held, mut saved, mut deleted) = (0, 0, 0);
        for letter in &self.letters {
            match letter.mark {
                _ if letter.is_deleted => deleted += 1,
                ' ' if self.is_inbox => {
                    read.push_str(&letter.with_status("RO"));
                    saved += 1;
                }
                // What was saved elsewhere need not stay.
                '*' if self.is_inbox => deleted += 1,
                mark => {
                    kept.push_str(&letter.with_status(if mark == ' ' { "RO" } else { "O" }));
                    held += 1;
                }
            }
        }
        let plural = |count| if count == 1 { "" } else { "s" };
        let mut said = String::new();
        // A mailbox and an mbox are where they can be written.
        let mbox = at.path("~/mbox");
        if saved > 0 {
            let _ = at.write(&mbox, &read, true);
            said.push_str(&format!(
                "Saved {saved} message{} in {mbox}\n",
                plural(saved)
            ));
        }
        let _ = at.write(&self.path, &kept, false);
        if self.is_inbox && held > 0 {
            said.push_str(&format!(
                "Held {held} message{} in {}\n",
                plural(held),
                self.path
            ));
        }
        if !self.is_inbox {
            let what = match deleted {
                0 => "complete",
                _ if held == 0 => "removed",
                _ => "truncated",
            };
            said.push_str(&format!("\"{}\" {what}\n", self.path));
        }
        said
    }

    /// A line of a message that is being written.
    fn write_line(&mut self, line: Option<&str>, at: &mut Machine) -> String {
        let Some(draft) = &mut self.draft else {
            return String::new();
        };
        draft.is_interrupted = false;
        if draft.is_written {
            if let Some(cc) = line.filter(|l| !l.trim().is_empty()) {
                draft.cc = cc.trim().into();
            }
            if let Some(draft) = self.draft.take() {
                send(&draft, at);
            }
        } else if draft.subject.is_none() {
            draft.subject = Some(line.unwrap_or("").into());
        } else if line.is_none_or(|l| l == ".") {
            draft.is_written = true;
            return "Cc: ".into();
        } else if let Some(line) = line {
            draft.body.push_str(&format!("{line}\n"));
        }
        String::new()
    }
}

impl Dialog for Mailx {
    fn line(&mut self, line: Option<&str>, at: &mut Machine) -> (String, Option<i32>) {
        let reads = !self.path.is_empty();
        if self.draft.is_some() {
            let said = self.write_line(line, at);
            return match self.draft {
                Some(_) => (said, None),
                None if reads => (said + "& ", None),
                None => (said, Some(0)),
            };
        }
        let Some(line) = line else {
            return (self.quit(at), Some(0));
        };
        let (said, ended) = self.command(line, at);
        match ended {
            true => (said, Some(0)),
            false if self.draft.is_some() => (said, None),
            false => (said + "& ", None),
        }
    }

    fn interrupt(&mut self) -> Option<&'static str> {
        let draft = self.draft.as_mut()?;
        if draft.is_interrupted {
            return None;
        }
        draft.is_interrupted = true;
        Some("(Interrupt -- one more to kill letter)\n")
    }
}
