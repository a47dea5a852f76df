//! The administrator's programs, as Postfix 3.7 has them.

//!
//! | file        | programs                            |
//! |-------------|-------------------------------------|
//! | `control`   | postfix, postlog, postlock, postmulti |
//! | `permission` | no program: who may use the queue |
//! | `postmap`   | newaliases, postalias, postmap      |
//! | `postqueue` | mailq, postqueue, qshape            |
//! | `release`   | no program: which release it is     |
//! | others      | the program that each is named for  |

mod control;
mod paths;
mod permission;
mod postcat;
mod postconf;
mod postmap;
mod postqueue;
mod postsuper;
mod release;
pub mod sendmail;
pub mod spool;

use control::{postfix, postlock, postlog, postmulti};
use paths::main_cf;
use postcat::postcat;
use postconf::postconf;
use postmap::{newaliases, postalias, postmap};
use postqueue::{mailq, postqueue, qshape};
use postsuper::postsuper;
use sendmail::sendmail;

use crate::postfix::config::main_cf::{Fatal, EVERY_PROGRAM};
use crate::postfix::server::Server;
use crate::smtp::policy::Note;
use crate::smtp::printable::printable;
use crate::time::Time;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::table::Program;

/// The programs of this file.
pub const PROGRAMS: &[Program] = &[
    Program::new("mailq", |_, at| at.starting("mailq", listed), "|Shows the mail queue.").with_mail(),
    Program::new("newaliases", newaliases, "|Makes /etc/aliases.db of /etc/aliases.").with_mail(),
    Program::new(
        "postalias",
        postalias,
        "[-q KEY] TYPE:FILE...|Makes, asks or shows a table of aliases.",
    )
    .in_sbin()
    .with_mail(),
    Program::new(
        "postcat",
        |words, at| at.starting("postcat", |at| postcat(words, at)),
        "[-e] [-h] [-b] [-o] [-v] -q QUEUE_ID | postcat FILE|Shows a queue file.",
    )
    .in_sbin()
    .with_mail(),
    Program::new(
        "postconf",
        postconf,
        "[-n | -d] [-x] [-h] [NAME]... | postconf -e NAME=VALUE... | postconf -M | -F | -P|Shows or sets parameters of main.cf and services of master.cf.",
    )
    .in_sbin()
    .with_mail(),
    Program::new(
        "postfix",
        |words, at| Ok(postfix(words, at)),
        "status | check | reload | flush | start | stop | abort|Looks after the mail system.",
    )
    .in_sbin()
    .with_mail(),
    Program::new(
        "postmap",
        postmap,
        "[-q KEY] TYPE:FILE... | postmap -s TYPE:FILE|Makes, asks or shows a lookup table.",
    )
    .in_sbin()
    .with_mail(),
    Program::new(
        "postqueue",
        |words, at| at.starting("postqueue", |at| Ok(postqueue(words, at))),
        "-p | -j | -f | -i QUEUE_ID | -s SITE|Shows the queue, or tries messages now.",
    )
    .in_sbin()
    .with_mail(),
    Program::new(
        "postsuper",
        |words, at| at.starting("postsuper", |at| postsuper(words, at)),
        "-d | -e | -f | -h | -H | -r QUEUE_ID | ALL | - [FOLDER]...|Deletes, expires, holds, releases or requeues mail.",
    )
    .in_sbin()
    .with_mail(),
    Program::new(
        "qshape",
        |words, at| Ok(qshape(words, at)),
        "[-s] [-l] [-b COLUMNS] [-t MINUTES] [-w WIDTH] [FOLDER]...|Shows which domains wait, and for how long.",
    )
    .in_sbin()
    .with_mail(),
    Program::new(
        "postlog",
        postlog,
        "[-i] [-p PRIORITY] [-t TAG] [TEXT]...|Writes a line to the mail log.",
    )
    .in_sbin()
    .with_mail(),
    Program::new("postlock", |_, _| Ok(postlock()), "").in_sbin().with_mail(),
    Program::new(
        "postmulti",
        |words, at| at.starts("postmulti").map(|_| postmulti(words, at)),
        "-l|Lists the instances of Postfix.",
    )
    .in_sbin()
    .with_mail(),
    Program::new(
        "sendmail",
        |words, at| at.starting("sendmail", |at| sendmail(words, at)),
        "[-t] [-i] [-v] [-f SENDER] [-F NAME] [-N WHEN] [-R HOW] PERSON... | sendmail -bv PERSON... | -bs | -bp | -q|Hands in a message, speaks SMTP, or shows the queue.",
    )
    .streaming()
    .in_sbin()
    .with_mail(),
];

/// What mailq and `sendmail -bp` let postqueue do.
fn listed(at: &mut Machine) -> Outcome {
    at.starting("postqueue", |at| Ok(mailq(at)))
}

impl Machine<'_> {
    pub(super) fn server(&mut self) -> Option<(&mut Server, Time)> {
        let now = self.world.now();
        let hosts = self.world.hosts.iter_mut();
        let host = hosts
            .into_iter()
            .find(|h| h.name.eq_ignore_ascii_case(self.host))?;
        Some((host.server.as_deref_mut()?, now))
    }

    /// Says something on the screen and in the log, as Postfix's commands do.
    fn report(&mut self, program: &'static str, output: &mut Output, text: String) {
        output.complain(format!("{program}: {}\n", printable(&text, '?', true)));
        // These write no log, and postsuper none before it has understood its options.
        let is_usage = text.starts_with("fatal: usage: ");
        if matches!(program, "postcat" | "postconf") || (program, is_usage) == ("postsuper", true) {
            return;
        }
        if let Some((server, now)) = self.server() {
            server.note_transfer(Note { program, text }, now);
        }
    }

    /// Lets a program begin that reads main.cf first, and says what is odd there.
    fn starting(
        &mut self,
        program: &'static str,
        go_on: impl FnOnce(&mut Machine) -> Outcome,
    ) -> Outcome {
        let warned = self.starts(program)?;
        let mut outcome = go_on(self);
        let (Ok(output) | Err(output)) = &mut outcome;
        output.complain_first(warned.error());
        outcome
    }

    /// Looks whether a program starts with main.cf; what it says of it.
    fn starts(&mut self, program: &'static str) -> Result<Output, Output> {
        match main_cf(None, self) {
            Ok(config) => {
                let mut output = Output::default();
                for warning in config.warnings {
                    self.report(program, &mut output, format!("warning: {warning}"));
                }
                Ok(output)
            }
            Err(fatal) if fatal.program == EVERY_PROGRAM => {
                let mut output = self.refuse(program, fatal);
                output.status = match program {
                    "sendmail" | "mailq" => sendmail::TEMPORARY,
                    "postqueue" => postqueue::UNAVAILABLE,
                    _ => output.status,
                };
                Err(output)
            }
            _ => Ok(Output::default()),
        }
    }

    fn fatal(&mut self, program: &'static str, text: String) -> Output {
        self.refuse(program, Fatal::new(text))
    }

    /// What root alone may do.
    fn superuser(&mut self, program: &'static str, what: &str) -> Output {
        self.fatal(program, format!("{what} is reserved for the superuser"))
    }

    /// What getopt says of a mistake, and how the program is used.
    fn misused(&mut self, program: &'static str, said: Output, usage: String) -> Output {
        let mut output = self.fatal(program, usage);
        let said = said.error();
        let line = match said.lines().next() {
            // There are no long options.
            Some(line) if !line.contains("unrecognized") => format!("{line}\n"),
            _ => format!("{program}: invalid option -- '-'\n"),
        };
        output.complain_first(line);
        output
    }

    /// A main.cf with which a program does not go on.
    fn refuse(&mut self, program: &'static str, fatal: Fatal) -> Output {
        let mut output = Output::status(1);
        for warning in fatal.warnings {
            self.report(program, &mut output, format!("warning: {warning}"));
        }
        self.report(program, &mut output, format!("fatal: {}", fatal.reason));
        output
    }
}
