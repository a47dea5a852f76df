//! mail, as Debian's bsd-mailx has it: reading a mailbox at its `& ` prompt, and writing a message.

mod commands;
mod draft;
mod letter;
mod writing;

use crate::postfix::delivery::mailbox::entries;
use crate::smtp::bytes::decode;
use crate::workstation::programs::io::{signal, Read, Take};
use crate::workstation::programs::job::Job;
use crate::workstation::programs::machine::{Line, Machine};
use crate::workstation::programs::output::Output;
use crate::workstation::programs::table::Program;
use draft::{send, Draft};
use letter::Letter;

const USAGE: &str = "usage: mail [-dEIinv] [-a header] [-b bcc-addr] [-c cc-addr] [-r from-addr] [-s subject] [--] to-addr ...
       mail [-dEIiNnv] -f [name]
       mail [-dEIiNnv] [-u user]
";

/// The program of this folder, under its names.
pub const PROGRAMS: &[Program] = &[
    Program::job("mail", start, HELP).with_mail(),
    Program::job("mailx", start, HELP).with_mail(),
];

const HELP: &str = "[-s SUBJECT] [-c COPIES] [-r SENDER] PERSON... | mail [-f FILE]|Writes a message, or reads a mailbox.";

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
    /// Somebody types, and sees prompts.
    is_typed: bool,
    /// What it shows first.
    opening: String,
    begun: Vec<u8>,
}

/// Starts it: the dialogue, or what it printed before it ended.
fn start(arguments: &[&str], at: &mut Machine) -> Result<Box<dyn Job>, Output> {
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
    let mut mail = Mailx {
        is_typed: at.is_terminal(0),
        ..Mailx::default()
    };
    if !to.is_empty() {
        draft.to = to.join(", ");
        if draft.subject.is_none() && mail.is_typed {
            mail.opening = "Subject: ".into();
        }
        mail.draft = Some(draft);
        return Ok(Box::new(mail));
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
    mail.opening = match mail.is_typed {
        true => opening + "& ",
        false => opening,
    };
    Ok(Box::new(mail))
}

impl Mailx {
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
}

impl Mailx {
    /// A line, or the end of what is typed; what it prints, and its exit status once it has ended.
    fn line(&mut self, line: Option<&str>, at: &mut Machine) -> (String, Option<i32>) {
        let reads = !self.path.is_empty();
        let prompt = if self.is_typed { "& " } else { "" };
        if self.draft.is_some() {
            let said = self.write_line(line, at);
            return match self.draft {
                Some(_) => (said, None),
                None if reads => (said + prompt, None),
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
            false => (said + prompt, None),
        }
    }
}

impl Job for Mailx {
    fn poll(&mut self, at: &mut Machine) -> Option<i32> {
        at.print(&std::mem::take(&mut self.opening));
        // The text of a message from a pipe: all of it.
        while let (Some(draft), false, true) =
            (&mut self.draft, self.is_typed, self.path.is_empty())
        {
            match at.read_input(Take::ALL) {
                Read::Bytes(bytes) => self.begun.extend(bytes),
                Read::Wait => return None,
                Read::End | Read::Fault(_) => {
                    draft.body = decode(&self.begun).into_owned();
                    if draft.body.is_empty() {
                        at.complain("Null message body; hope that's ok\n");
                    }
                    send(draft, at);
                    return Some(0);
                }
            }
        }
        loop {
            let (said, ended) = match at.read_line(&mut self.begun) {
                Line::Wait => return None,
                Line::Text(line) => self.line(Some(&line), at),
                Line::End => self.line(None, at),
            };
            at.print(&said);
            if ended.is_some() {
                return ended;
            }
        }
    }

    fn signal(&mut self, number: u8, at: &mut Machine) -> bool {
        match &mut self.draft {
            Some(draft) if number == signal::INT && !draft.is_interrupted => {
                draft.is_interrupted = true;
                at.print("\n(Interrupt -- one more to kill letter)\n");
                true
            }
            _ => false,
        }
    }

    fn prompt(&self) -> Option<String> {
        Some(if self.draft.is_some() { "" } else { "& " }.into())
    }
}
