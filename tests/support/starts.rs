//! What smtpd says of a main.cf when it starts, as plain text:
//!
//! ```text
//! # A comment. The first one says what the file shows.
//! = smtpd_relay_restrictions = permit    a line of main.cf, on top of tests/transcripts/main.cf
//! @ cleanup                              another daemon than smtpd is asked
//! > fatal: in parameter …                a line that smtpd logs
//! > (killed by signal 11)                its end, where that is another than `fatal:`
//!
//! = smtpd_relay_restrictions = reject    the next one, of which smtpd says nothing
//! ```

use std::fmt;
use std::path::PathBuf;

use smtp_terminal::files::Files;
use smtp_terminal::postfix::config::main_cf::EVERY_PROGRAM;
use smtp_terminal::postfix::server::{Accepted, Server};
use smtp_terminal::smtp::client::Client;
use smtp_terminal::time::Time;

use super::{tests, with_lines};

/// One main.cf, and what is said of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Start {
    /// Comment lines.
    pub comments: Vec<String>,
    /// Lines of main.cf.
    pub config: Vec<String>,
    /// Another daemon than smtpd that is asked.
    pub daemon: Vec<String>,
    /// What smtpd says.
    pub said: Vec<String>,
}

/// The file.
pub fn path() -> PathBuf {
    tests("starts.txt")
}

/// All that is in the file.
pub fn read_all() -> Vec<Start> {
    let text = std::fs::read_to_string(path()).unwrap_or_else(|e| panic!("{e}"));
    text.split("\n\n").map(Start::parse).collect()
}

impl Start {
    fn parse(text: &str) -> Start {
        let mut start = Start::default();
        for line in text.lines() {
            let list = match line.get(..2) {
                Some("# ") => &mut start.comments,
                Some("= ") => &mut start.config,
                Some("@ ") => &mut start.daemon,
                Some("> ") => &mut start.said,
                _ => panic!("start the line with =, @, > or # and a space: {line:?}"),
            };
            list.push(line[2..].to_string());
        }
        start
    }

    /// The whole main.cf.
    pub fn main_cf(&self) -> String {
        let base = std::fs::read_to_string(tests("transcripts/main.cf"));
        with_lines(&base.unwrap_or_else(|e| panic!("{e}")), &self.config)
    }

    /// The program that is asked.
    pub fn program(&self) -> &str {
        self.daemon.first().map_or("smtpd", String::as_str)
    }

    /// What our program says: smtpd of what it reads, and when it serves the first client.
    pub fn ours(&self) -> Vec<String> {
        let own = vec!["127.0.0.1".to_string()];
        // A file and a folder that every machine has.
        let mut files = Files::default();
        files.insert("/etc/hosts", "");
        files.insert("/usr/bin/true", "");
        if self.program() != "smtpd" {
            let made = Server::run(&self.main_cf(), files, Vec::new(), own);
            let server = made.unwrap();
            let fault = server.fault().filter(|f| f.program == self.program());
            return fault.iter().map(|f| f.to_string()).collect();
        }
        let run = |files| Server::run(&self.main_cf(), files, Vec::new(), own.clone()).unwrap();
        let made = Server::new(&self.main_cf(), files.clone(), Vec::new(), own.clone());
        let mut server = match made {
            Ok(server) => server,
            Err(fatal) if fatal.program != "smtpd" && fatal.program != EVERY_PROGRAM => run(files),
            Err(fatal) => {
                let warning = |text: &String| match text.starts_with("error: ") {
                    true => text.clone(),
                    false => format!("warning: {text}"),
                };
                let mut said: Vec<String> = fatal.warnings.iter().map(warning).collect();
                said.push(fatal.to_string());
                return said;
            }
        };
        let client = Client::new("localhost", "127.0.0.1", 40_000);
        let accepted = server.accept(&client, &[], Time(1_000_000));
        let mut said = Vec::new();
        for line in server.log.iter() {
            match line.note.program {
                "smtpd" => said.push(line.note.text.clone()),
                _ => said.extend(killed(&line.note.text)),
            }
        }
        let has_died = said.last().is_some_and(|last| last.starts_with('('));
        assert_eq!(matches!(accepted, Accepted::Waits(_)), has_died);
        said
    }
}

/// The end of a process, as master tells of it.
fn killed(text: &str) -> Option<String> {
    let (_, how) = text.split_once(" killed by ")?;
    Some(format!("(killed by {how})"))
}

impl fmt::Display for Start {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for (tag, lines) in [
            ('#', &self.comments),
            ('=', &self.config),
            ('@', &self.daemon),
            ('>', &self.said),
        ] {
            for line in lines {
                writeln!(f, "{tag} {line}")?;
            }
        }
        Ok(())
    }
}

/// The text of a whole file.
pub fn text(all: &[Start]) -> String {
    let texts: Vec<String> = all.iter().map(Start::to_string).collect();
    texts.join("\n")
}
