//! mail, as Debian's bsd-mailx has it: reading a mailbox at its `& ` prompt, and writing a message.

mod commands;
mod draft;
mod letter;
mod writing;

use crate::files::who::fields_of;
use crate::postfix::delivery::mailbox::entries;
use crate::smtp::bytes::decode;
use crate::workstation::programs::io::{signal, Read, Take};
use crate::workstation::programs::job::Job;
use crate::workstation::programs::machine::{Line, Machine};
use crate::workstation::programs::options::Known;
use crate::workstation::programs::output::Output;
use crate::workstation::programs::table::Program;
use draft::{send, Draft};
use letter::Letter;

const USAGE: &str = "usage: mail [-dEIinv] [-a header] [-b bcc-addr] [-c cc-addr] [-r from-addr] [-s subject] [--] to-addr ...
       mail [-dEIiNnv] -f [name]
       mail [-dEIiNnv] [-u user]";

const NAIL_USAGE: &str = "s-nail (s-nail v14.9.24): send and receive Internet mail
Send-only mode: send mail \"to-addr\"(ess) receiver(s):
  s-nail [-DdEFinv~#] [-: spec] [-A account] [:-C \"field: body\":]
         [:-a attachment:] [:-b bcc-addr:] [:-c cc-addr:]
         [-M type | -m file | -q file | -t] [-r from-addr] [:-S var[=value]:]
         [-s subject] [-T \"arget: addr\"] [:-X/Y cmd:] [-.] :to-addr:";

/// The program of this folder, under its names.
pub const PROGRAMS: &[Program] = &[
    Program::job("mail", |words, at| start("mail", words, at), HELP).with_mail(),
    Program::job("mailx", |words, at| start("mailx", words, at), HELP).with_mail(),
    Program::job("s-nail", |words, at| start("s-nail", words, at), NAIL_HELP).with_mail(),
];

const HELP: &str = "[-s SUBJECT] [-c COPIES] [-b BLIND COPIES] [-r SENDER] [-a HEADER] [-E] PERSON... | mail [-f FILE] [-u PERSON]|Writes a message, or reads a mailbox.";

const NAIL_HELP: &str = "[-s SUBJECT] [-c COPIES] [-b BLIND COPIES] [-r SENDER] [-a FILE] [-E] PERSON... | s-nail [-f FILE] [-u PERSON]|Writes a message with files attached, or reads a mailbox.";

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

/// What the lines of a file such as ~/.mailrc set.
fn settings(text: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for line in text.lines() {
        let Some(rest) = line.trim().strip_prefix("set ") else {
            continue;
        };
        // A value in quotes may have blanks in it; then it is the last one of its line.
        let words: Vec<&str> = match rest.contains(['"', '\'']) {
            true => vec![rest.trim()],
            false => rest.split_whitespace().collect(),
        };
        for word in words {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            let value = value.trim_matches(['"', '\'']);
            all.push((name.trim().to_string(), value.to_string()));
        }
    }
    all
}

/// Names that mailutils has: where that is installed as well, `mail` is its own.
const LONG: &[&str] = &["subject=s", "append=a", "attach=A", "return-address=r"];

/// Starts it: the dialogue, or what it printed before it ended.
fn start(
    program: &'static str,
    arguments: &[&str],
    at: &mut Machine,
) -> Result<Box<dyn Job>, Output> {
    let is_nail = program == "s-nail";
    let known = Known {
        program,
        short: match is_nail {
            true => ".:A:a:Bb:C:c:DdEeFfHiL:M:m:Nnq:Rr:S:s:T:tu:VvX:Y:~#",
            false => "A:a:b:c:dEefiInNr:s:u:v",
        },
        long: if is_nail { &[] } else { LONG },
        status: 1,
    };
    let is_long = |word: &str| {
        let mut names = known.long.iter().filter_map(|l| l.split_once('='));
        names.any(|(name, _)| word.starts_with(name))
    };
    let odd = arguments
        .iter()
        .take_while(|w| **w != "--")
        .filter_map(|w| w.strip_prefix("--"))
        .find(|w| !is_long(w));
    let read = match odd {
        Some(_) => Err(known.mistake("invalid option -- '-'")),
        None => known.read(arguments),
    };
    let options = read.map_err(|output| {
        // What is wrong, and then how it is right.
        let error = output.error();
        let what = error.lines().next().unwrap_or("");
        match is_nail {
            true => {
                let what = what.replace(" -- '", ": ");
                Output::bad(format!("{}\n{NAIL_USAGE}", what.trim_end_matches('\'')), 64)
            }
            false => {
                let usage = USAGE.replace("mail [", &format!("{program} ["));
                Output::bad(format!("{what}\n{}", usage.trim_end()), 1)
            }
        }
    })?;
    let mut draft = Draft {
        is_nail,
        ..Draft::default()
    };
    if is_nail {
        for path in ["/etc/s-nail.rc", "~/.mailrc"] {
            draft
                .variables
                .extend(settings(&at.read(path).unwrap_or_default()));
        }
    }
    let mut to = options.operands;
    let mut inbox = at.user.to_string();
    let mut has_option = false;
    for (letter, value) in &options.given {
        has_option |= "bcrs".contains(*letter);
        let list = match letter {
            'b' => &mut draft.bcc,
            'c' => &mut draft.cc,
            'a' | 'A' if is_nail == (*letter == 'a') => {
                let Ok(text) = at.text(value) else {
                    let text = match is_nail {
                        true => format!("s-nail: Failed to access attachment {value}: No such entry, file or directory"),
                        false => format!("{program}: {value}: file does not exist"),
                    };
                    return Err(Output::bad(text, 1));
                };
                let name = value.rsplit('/').next().unwrap_or(value);
                draft.attached.push((name.into(), text));
                continue;
            }
            'C' | 'a' => {
                draft.more.push_str(&format!("{value}\n"));
                continue;
            }
            'r' => {
                draft.from = value.to_string();
                continue;
            }
            's' => {
                draft.subject = Some(value.replace('\n', " "));
                continue;
            }
            'E' => {
                draft.skips_empty = true;
                continue;
            }
            'v' => {
                draft.is_verbose = true;
                draft.loudness += 1;
                continue;
            }
            'S' if is_nail => {
                let (name, value) = value.split_once('=').unwrap_or((value, ""));
                draft.variables.push((name.into(), value.into()));
                continue;
            }
            'M' => {
                draft.more.push_str(&format!("Content-Type: {value}\n"));
                continue;
            }
            'u' => {
                inbox = value.to_string();
                continue;
            }
            'V' => {
                return Err(Output::good(
                    "s-nail v14.9.24, 2022-03-26 (built for Linux)\n",
                ))
            }
            _ => continue,
        };
        if !list.is_empty() {
            list.push_str(", ");
        }
        list.push_str(value);
    }
    if let Some((_, from)) = draft.variables.iter().rfind(|(name, _)| name == "from") {
        if draft.from.is_empty() {
            draft.from = from.clone();
        }
    }
    let file = match options.given.iter().any(|(l, _)| *l == 'f') {
        // The mailbox is what is left.
        true => Some(std::mem::take(&mut to).first().copied().unwrap_or("~/mbox")),
        false => None,
    };
    if to.is_empty() && has_option {
        let text = match is_nail {
            true => {
                format!("s-nail: Send options without primary recipient specified.\n{NAIL_USAGE}")
            }
            false => format!(
                "{program}: You must specify to-addr recipients when using -s, -c, -b, or -r"
            ),
        };
        return Err(Output::bad(text, if is_nail { 64 } else { 1 }));
    }
    let is_known = |name: &str| {
        let passwd = at.read("/etc/passwd").unwrap_or_default();
        name == at.user || fields_of(&passwd, name).is_some()
    };
    if to.is_empty() && !is_known(&inbox) {
        let text = format!("{program}: \"{inbox}\" is not a user of this system");
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
        let why = if is_nail {
            "No such entry, file or directory"
        } else {
            "No such file or directory"
        };
        let text = format!("{program}: {}: {why}", mail.path);
        return Err(Output::bad(text, 1));
    }
    mail.letters = entries(&text.unwrap_or_default())
        .into_iter()
        .map(Letter::new)
        .collect();
    if mail.letters.is_empty() {
        let text = match is_nail {
            true => format!("s-nail: {}: No such entry, file or directory", mail.path),
            false => format!("No mail for {inbox}"),
        };
        return Err(Output::bad(text, 1));
    }
    // -e only asks whether there is any, and -H only lists it.
    if options.given.iter().any(|(l, _)| *l == 'e') {
        return Err(Output::status(0));
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
                    if draft.body.is_empty() && draft.skips_empty {
                        return Some(0);
                    }
                    if draft.body.is_empty() && !draft.is_nail {
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
