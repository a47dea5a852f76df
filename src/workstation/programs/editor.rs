//! nano, vi, emacs: a file is handed to whoever sits in front of the terminal, who has an editor.

use std::cell::RefCell;

use crate::workstation::answer::{Asked, Document};
use crate::workstation::programs::job::Job;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::Output;
use crate::workstation::programs::table::Program;

/// The programs of this file.
pub const PROGRAMS: &[Program] = &[
    Program::job("emacs", |words, at| start("emacs", words, at), HELP),
    Program::job("nano", |words, at| start("nano", words, at), HELP),
    Program::job("pico", |words, at| start("nano", words, at), HELP),
    Program::job("rvim", |words, at| start("vim", words, at), HELP),
    Program::job("vi", |words, at| start("vi", words, at), HELP),
    Program::job("view", |words, at| start("vi", words, at), HELP),
    Program::job("vim", |words, at| start("vim", words, at), HELP),
];

const HELP: &str = "FILE|Edits a file.";

/// A file that is being edited.
#[derive(Debug)]
struct Editing(Document);

fn start(program: &'static str, words: &[&str], at: &mut Machine) -> Result<Box<dyn Job>, Output> {
    if words.contains(&"--version") {
        return Err(Output::good(match program {
            "nano" => " GNU nano, version 7.2\n",
            "emacs" => "GNU Emacs 28.2\n",
            _ => "VIM - Vi IMproved 9.0 (2022 Jun 28, compiled May 04 2023 10:24:44)\n",
        }));
    }
    let can_edit = at.system().is_some_and(|system| system.can_edit());
    if !can_edit || !at.is_terminal(0) || !at.is_terminal(1) {
        return Err(Output::bad(
            match program {
                "nano" => "Standard input is not a terminal",
                "emacs" => "emacs: standard input is not a tty",
                _ => "Vim: Warning: Input is not from a terminal\nVim: Error reading input, exiting...\nVim: Finished.",
            },
            1,
        ));
    }
    let mut names = words.iter().filter(|w| !w.starts_with(['-', '+']));
    let name = names.next().copied().unwrap_or("");
    let mut message = String::new();
    let text = match at.text(name) {
        Ok(text) => text,
        Err(errno) if errno.text() == "No such file or directory" => {
            message = "New File".into();
            String::new()
        }
        Err(errno) if program == "nano" => {
            let text = match errno.text() {
                "Is a directory" => format!("\"{name}\" is a directory"),
                why => format!("Error reading {name}: {why}"),
            };
            return Err(Output::bad(text, 1));
        }
        Err(errno) => return Err(Output::bad(format!("\"{name}\" [{errno}]"), 1)),
    };
    Ok(Box::new(Editing(Document {
        program,
        name: name.into(),
        text: RefCell::new(text),
        message: RefCell::new(message),
        asked: RefCell::default(),
    })))
}

impl Job for Editing {
    fn poll(&mut self, at: &mut Machine) -> Option<i32> {
        let document = &self.0;
        for asked in document.asked.take() {
            let (text, closes) = match asked {
                Asked::Close => return Some(0),
                Asked::Save(text) => (text, false),
                Asked::SaveAndClose(text) => (text, true),
            };
            // A file of text ends with the end of a line.
            let text = match text.is_empty() || text.ends_with('\n') {
                true => text,
                false => text + "\n",
            };
            let (lines, name) = (text.matches('\n').count(), document.name.as_str());
            let done = at.write(name, &text, false);
            let message = match (&done, document.program) {
                (Ok(()), "nano") if lines == 1 => "[ Wrote 1 line ]".into(),
                (Ok(()), "nano") => format!("[ Wrote {lines} lines ]"),
                (Ok(()), "emacs") => format!("Wrote {}", at.path(name)),
                (Ok(()), _) => format!("\"{name}\" {lines}L, {}B written", text.len()),
                (Err(why), "nano") => format!("[ Error writing {why} ]"),
                (Err(_), _) => format!("\"{name}\" E212: Can't open file for writing"),
            };
            at.print(&format!("{message}\n"));
            if done.is_ok() {
                *document.text.borrow_mut() = text;
            }
            *document.message.borrow_mut() = message;
            if closes && done.is_ok() {
                return Some(0);
            }
        }
        None
    }

    fn document(&self) -> Option<&Document> {
        Some(&self.0)
    }
}
