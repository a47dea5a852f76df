//! How a shell reads its commands, whether a person types them or not.

use crate::smtp::bytes::decode;
use crate::workstation::programs::io::{Io, Read, Take};
use crate::workstation::screen::Voice;
use crate::workstation::shell::bash::{Bash, Frame, Kind, Unwind};
use crate::workstation::shell::fault::Fault;
use crate::workstation::shell::parser::Parser;
use crate::workstation::shell::recall;
use crate::workstation::shell::source::{Origin, Source};
use crate::workstation::system::kernel::Kernel;
use crate::workstation::system::kernel::Step;

/// How much text one command may have.
const LENGTH: usize = 1 << 20;

impl Bash {
    fn source(&mut self) -> Option<&mut Source> {
        match self.frames.last_mut() {
            Some(Frame {
                kind: Kind::Source(source),
                ..
            }) => Some(source),
            _ => None,
        }
    }

    fn set_place(&mut self, at: usize) {
        if let Some(frame) = self.frames.last_mut() {
            frame.at = at;
        }
    }

    /// The source on top goes on.
    pub fn step_source(&mut self, k: &mut Kernel) -> Step {
        let at = self.frames.last().map_or(0, |f| f.at);
        let Some(source) = self.source() else {
            return Step::Went;
        };
        match (source.origin, at) {
            (Origin::Prompt, 0) => self.ask(false, k),
            (Origin::Input | Origin::Prompt, _) => self.read_line(k),
            _ => self.next_command(k),
        }
    }

    /// A whole text: its next command.
    fn next_command(&mut self, k: &mut Kernel) -> Step {
        let aliases = match self.state.is_on("expand_aliases") {
            true => self.state.aliases.clone(),
            false => Default::default(),
        };
        let extended = self.state.is_on("extglob");
        let Some(source) = self.source() else {
            return Step::Went;
        };
        source.parser.extended = extended;
        let found = source.parser.command_line(&aliases);
        let warnings = std::mem::take(&mut source.parser.warnings);
        self.warn(warnings, k);
        match found {
            Ok(Some(_)) if self.state.is_on("noexec") && !self.state.is_interactive => {}
            Ok(Some(tree)) => self.push_node(&tree, false),
            Ok(None) => self.end_source(k),
            Err(fault) => self.mistake(&fault, k),
        }
        Step::Went
    }

    fn warn(&mut self, warnings: Vec<(u32, String)>, k: &mut Kernel) {
        for (line, what) in warnings {
            let before = std::mem::replace(&mut self.state.line, line);
            self.complain(&format!("warning: {what}"), k);
            self.state.line = before;
        }
    }

    fn end_source(&mut self, k: &mut Kernel) {
        if let Some(source) = self.source() {
            let (origin, outer) = (source.origin, source.outer);
            if matches!(origin, Origin::Eval | Origin::File | Origin::Trap) {
                self.state.line = outer;
            }
        }
        self.pop(k);
    }

    /// What is wrong with the text, as bash says it.
    fn mistake(&mut self, fault: &Fault, k: &mut Kernel) {
        let Some(source) = self.source() else {
            return;
        };
        let (origin, line) = (source.origin, source.parser.line);
        let shown = match fault {
            Fault::Token(_) | Fault::Listed(_) | Fault::Inner(_) => {
                Some(source.parser.line_text().to_string())
            }
            _ => None,
        };
        let is_listed = matches!(fault, Fault::Listed(_));
        let is_inner = matches!(fault, Fault::Inner(_));
        let last = source.parser.last_line() + 1;
        let line = match fault {
            Fault::Open(')') | Fault::End | Fault::Document(_) => last,
            _ => line,
        };
        let name = self.state.name.clone();
        let prefix = |line| match origin {
            Origin::Prompt => self.state.prefix(),
            Origin::Command => format!("{name}: -c: line {line}: "),
            Origin::Eval | Origin::Trap => {
                let what = if origin == Origin::Eval {
                    "eval: "
                } else {
                    "exit trap: "
                };
                match self.state.is_interactive {
                    true => format!("{}{what}line {line}: ", self.state.prefix()),
                    false => format!("{name}: {what}line {line}: "),
                }
            }
            _ => format!("{name}: line {line}: "),
        };
        let lost = match fault {
            Fault::Lost(_) => format!("{}{}\n", prefix(last), Fault::Open(')').text()),
            _ => String::new(),
        };
        let prefix = prefix(line);
        let mut text = match fault {
            Fault::Other(what) if what.is_empty() => String::new(),
            fault => format!("{prefix}{}\n", fault.text()),
        };
        if let (Some(shown), true) = (shown, origin != Origin::Prompt) {
            text.push_str(&format!("{prefix}`{shown}'\n"));
        }
        text.push_str(&lost);
        let _ = k.write(2, &text);
        // Conditions leave the status alone.
        let status = match fault {
            Fault::Other(what) if !what.contains("`newline'") => self.state.status,
            Fault::Listed(_) | Fault::Lost(_) => 1,
            Fault::Inner(_) if self.state.is_command => 127,
            Fault::Inner(_) if matches!(origin, Origin::Eval | Origin::Trap) => 1,
            _ => 2,
        };
        self.state.status = status;
        match origin {
            Origin::Prompt => {
                if let Some(source) = self.source() {
                    source.forget();
                }
                self.set_place(0);
            }
            Origin::Command | Origin::Script | Origin::File if is_listed => {
                if let Some(source) = self.source() {
                    source.parser.leave_line();
                }
            }
            Origin::Eval | Origin::File | Origin::Trap
                if !is_inner || self.state.is_interactive =>
            {
                self.end_source(k);
            }
            _ => self.cut(Unwind::Exit, status),
        }
    }

    /// Shows the prompt.
    fn ask(&mut self, is_second: bool, k: &mut Kernel) -> Step {
        if !is_second {
            self.report_jobs(k);
            let group = k.os.me().group;
            k.os.system.terminal.group = group;
            k.os.system.terminal.echoes = true;
        }
        let name = if is_second { "PS2" } else { "PS1" };
        let text = self.prompt_text(name, k);
        let _ = k.os.write(2, Voice::Prompt, &text, k.world);
        if let Some(source) = self.source() {
            source.prompt = text;
        }
        self.set_place(1);
        Step::Went
    }

    /// Reads a line, and runs what has come together.
    fn read_line(&mut self, k: &mut Kernel) -> Step {
        if self.source().is_some_and(|s| s.has_ended) {
            self.end_source(k);
            return Step::Went;
        }
        let read = k.read(0, Take::LINE);
        let Some(source) = self.source() else {
            return Step::Went;
        };
        let is_prompt = source.origin == Origin::Prompt;
        match read {
            Read::Bytes(bytes) => {
                source.bytes.extend(bytes);
                if source.bytes.last() != Some(&b'\n') {
                    return Step::Went;
                }
            }
            Read::Wait => return Step::Waits,
            Read::End | Read::Fault(_) if is_prompt && source.text.is_empty() => {
                return self.leave_prompt(k);
            }
            Read::End | Read::Fault(_) => {
                source.has_ended = !is_prompt;
                if source.bytes.is_empty() && source.text.is_empty() {
                    return Step::Went;
                }
                return self.run_text(false, k);
            }
        }
        let bytes = std::mem::take(&mut source.bytes);
        let mut line = decode(&bytes).into_owned();
        // What goes into a document or is in quotes that are still open recalls nothing.
        let is_quoted = self.source().is_some_and(|source| {
            let count = |quote| source.text.matches(quote).count() % 2;
            source.document.is_some() || count('\'') == 1 && count('"') == 0
        });
        if is_prompt && !is_quoted && self.state.is_on("histexpand") {
            match recall::recall(line.trim_end_matches('\n'), k.os.history) {
                Ok(None) => {}
                Ok(Some(recalled)) => {
                    let _ = k.write(1, &format!("{recalled}\n"));
                    line = recalled + "\n";
                }
                Err(why) => {
                    self.complain(&why, k);
                    if let Some(source) = self.source() {
                        source.forget();
                    }
                    self.set_place(0);
                    return Step::Went;
                }
            }
        }
        let Some(source) = self.source() else {
            return Step::Went;
        };
        if is_prompt {
            let is_text = source.document.is_some();
            k.os.history
                .add_command(&source.text, line.trim_end_matches('\n'), is_text);
        }
        source.text.push_str(&line);
        let waits = source.document.as_ref().is_some_and(|delimiter| {
            line.trim_start_matches('\t').trim_end_matches('\n') != delimiter
        });
        source.is_lost |= source.text.len() > LENGTH;
        if source.is_lost {
            // What belongs to a here-document must not be run as commands.
            if waits {
                source.text.clear();
                return self.ask_more(k);
            }
            source.forget();
            self.complain("this is too much for one command", k);
            self.set_place(0);
            return Step::Went;
        }
        if waits {
            return self.ask_more(k);
        }
        self.run_text(true, k)
    }

    fn ask_more(&mut self, k: &mut Kernel) -> Step {
        match self.source().is_some_and(|s| s.origin == Origin::Prompt) {
            true => self.ask(true, k),
            false => Step::Went,
        }
    }

    /// Runs the commands that have been read, or asks for more.
    fn run_text(&mut self, is_open: bool, k: &mut Kernel) -> Step {
        let aliases = match self.state.is_on("expand_aliases") {
            true => self.state.aliases.clone(),
            false => Default::default(),
        };
        let extended = self.state.is_on("extglob");
        let Some(source) = self.source() else {
            return Step::Went;
        };
        source
            .text
            .extend(decode(&std::mem::take(&mut source.bytes)).chars());
        source.parser = Parser::new(source.text.clone().into(), 0, source.line, 0);
        source.parser.is_open = is_open;
        source.parser.extended = extended;
        let mut trees = Vec::new();
        loop {
            match source.parser.command_line(&aliases) {
                Ok(Some(tree)) => trees.push(tree),
                Ok(None) => break,
                Err(fault) if is_open && fault.is_open() => {
                    source.document = match fault {
                        Fault::Document(delimiter) => Some(delimiter),
                        _ => None,
                    };
                    return self.ask_more(k);
                }
                Err(fault) => {
                    self.mistake(&fault, k);
                    return Step::Went;
                }
            }
        }
        let warnings = std::mem::take(&mut source.parser.warnings);
        source.line += source.text.matches('\n').count() as u32;
        source.forget();
        self.warn(warnings, k);
        self.set_place(0);
        if self.state.is_on("noexec") && !self.state.is_interactive {
            trees.clear();
        }
        for tree in trees.iter().rev() {
            self.push_node(tree, false);
        }
        Step::Went
    }

    /// Ctrl-D at the prompt.
    fn leave_prompt(&mut self, k: &mut Kernel) -> Step {
        let word = if self.state.is_login {
            "logout\n"
        } else {
            "exit\n"
        };
        let _ = k.os.write(2, Voice::Typed, word, k.world);
        if self.warns_of_jobs(k) {
            self.set_place(0);
            return Step::Went;
        }
        let status = self.state.status;
        self.cut(Unwind::Exit, status);
        Step::Went
    }
}
