//! mail, as Debian's bsd-mailx has it: reading a mailbox at its `& ` prompt, and writing a message.

mod commands;
mod draft;
mod letter;

use crate::postfix::delivery::mailbox::entries;
use crate::workstation::pipeline::Dialog;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::Output;
use draft::{send, Draft};
use letter::Letter;

const USAGE: &str = "usage: mail [-dEIinv] [-a header] [-b bcc-addr] [-c cc-addr] [-r from-addr] [-s subject] [--] to-addr ...
       mail [-dEIiNnv] -f [name]
       mail [-dEIiNnv] [-u user]
";

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
