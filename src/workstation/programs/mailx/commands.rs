//! What is typed at the `& ` prompt.

use crate::postfix::queue::text::split;
use crate::smtp::bytes::{decode, encode};
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::mailx::draft::Draft;
use crate::workstation::programs::mailx::letter::{address, header, IGNORED};
use crate::workstation::programs::mailx::Mailx;

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

impl Mailx {
    pub(super) fn line_of(&self, place: usize) -> String {
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

    pub(super) fn list(&self) -> String {
        let all = (0..self.letters.len()).filter(|&p| !self.letters[p].is_deleted);
        let text: String = all.map(|place| self.line_of(place)).collect();
        match text.as_str() {
            "" => "No applicable messages\n".into(),
            _ => text,
        }
    }

    pub(super) fn show(&mut self, place: usize) -> String {
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
    pub(super) fn neighbour(&self, forward: bool) -> Option<usize> {
        let is_there = |p: &usize| !self.letters[*p].is_deleted;
        match forward {
            true => (self.dot + 1..self.letters.len()).find(is_there),
            false => (0..self.dot).rev().find(is_there),
        }
    }

    /// The places that a list of messages names: the current one, if it names none.
    pub(super) fn places(&self, words: &[&str], deleted: bool) -> Result<Vec<usize>, String> {
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
    pub(super) fn command(&mut self, line: &str, at: &mut Machine) -> (String, bool) {
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
    pub(super) fn with(
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
}
