//! The command `smtp-terminal`: the same simulator in a real terminal and behind a real port.

mod file;
mod serve;
mod shell;

#[cfg(feature = "full")]
#[path = "."]
mod parts {
    pub mod capture;
    pub mod doc;
    pub mod editor;
    pub mod explain;
    pub mod lesson;
    pub mod near;
    pub mod unused;
}
#[cfg(not(feature = "full"))]
#[path = "."]
mod parts {
    #[path = "no_capture.rs"]
    pub mod capture;
    #[path = "no_doc.rs"]
    pub mod doc;
    #[path = "no_editor.rs"]
    pub mod editor;
    #[path = "no_explain.rs"]
    pub mod explain;
    #[path = "no_lesson.rs"]
    pub mod lesson;
}
use parts::*;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// An SMTP simulator: a Postfix-like mail system and the workstation to talk to it.
#[derive(Parser)]
#[command(name = "smtp-terminal", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Sit down at the workstation. With standard input from a pipe, reads lines and prints
    /// what the screen would show.
    Shell {
        /// A scenario in JSON; without it, the tutorial's.
        #[arg(long, value_name = "FILE")]
        scenario: Option<PathBuf>,
        /// Write all that was on the wire into this file at the end, as tcpdump would (pcap).
        #[arg(long, value_name = "FILE")]
        pcap: Option<PathBuf>,
    },
    /// Say what a line means: a reply, a command, a line of the log, a header, a parameter.
    Explain {
        /// A scenario in JSON, whose values are named; without it, the tutorial's.
        #[arg(long, value_name = "FILE")]
        scenario: Option<PathBuf>,
        /// Texts in another language, in JSON, over the English ones.
        #[arg(long, value_name = "FILE")]
        texts: Option<PathBuf>,
        /// What was typed before the line.
        #[arg(long, value_name = "COMMAND", default_value = "")]
        after: String,
        /// The line. Without one, lines are read from standard input.
        line: Option<String>,
    },
    /// Listen on real TCP ports, with the log on standard error. Mail is accepted and sent nowhere.
    Serve {
        /// The address and port to listen on; port 0 takes a free one.
        #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:2525")]
        listen: String,
        /// A main.cf; without it, the tutorial's.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// An account, with the password for AUTH. May be given more than once.
        #[arg(long, value_name = "NAME:PASSWORD")]
        user: Vec<String>,
        /// The address that clients are taken to come from, for example 10.25.0.57.
        #[arg(long, value_name = "NAME[ADDRESS]")]
        client: Option<String>,
        /// A folder in maildir form, in which each message that is accepted is a file before the
        /// client hears 250. Without it the last ones are kept in memory, and nobody reads them.
        #[arg(long, value_name = "DIR")]
        maildir: Option<PathBuf>,
        /// A file in mbox form for the same, which mail programs read; nobody else may write there.
        #[arg(long, value_name = "FILE", conflicts_with = "maildir")]
        mbox: Option<PathBuf>,
        /// Offer STARTTLS, although main.cf does not. Where neither it nor an option names a certificate,
        /// one is made that is signed by itself.
        #[arg(long)]
        tls: bool,
        /// The certificate in PEM, and those that it is signed with. Implies --tls.
        #[arg(long, value_name = "FILE")]
        tls_cert: Option<PathBuf>,
        /// Its key in PEM, without a password.
        #[arg(long, value_name = "FILE")]
        tls_key: Option<PathBuf>,
        /// Listen on a second port, with TLS from the first byte, as port 465 has it. Implies --tls.
        #[arg(long, value_name = "ADDRESS:PORT")]
        tls_listen: Option<String>,
        /// A master.cf: the options of its service smtp hold for --listen, others are asked for by --service.
        #[arg(long, value_name = "FILE")]
        master: Option<PathBuf>,
        /// A further port for a service of that master.cf, for example submission=127.0.0.1:2587.
        /// May be given more than once.
        #[arg(long, value_name = "NAME=ADDRESS:PORT")]
        service: Vec<String>,
    },
    /// Write lessons, and mark what learners have done.
    #[command(subcommand)]
    Lesson(lesson::Command),
    /// Look at documents.
    #[command(subcommand)]
    Doc(doc::Command),
}

/// Runs the command.
pub fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Shell { scenario, pcap } => shell::run(scenario.as_deref(), pcap.as_deref()),
        Command::Explain {
            scenario,
            texts,
            after,
            line,
        } => explain::run(scenario.as_deref(), texts.as_deref(), &after, line),
        Command::Serve {
            listen,
            config,
            user,
            client,
            maildir,
            mbox,
            tls,
            tls_cert,
            tls_key,
            tls_listen,
            master,
            service,
        } => serve::run(&serve::Wanted {
            listen: &listen,
            config,
            users: &user,
            client: client.as_deref(),
            maildir,
            mbox,
            tls,
            tls_files: (tls_cert, tls_key),
            tls_listen: tls_listen.as_deref(),
            master,
            services: &service,
        }),
        Command::Lesson(command) => return lesson::run(&command),
        Command::Doc(command) => return doc::run(&command),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            // Where standard error is full or closed, the status says it.
            let _ = writeln!(std::io::stderr(), "smtp-terminal: {problem}");
            ExitCode::FAILURE
        }
    }
}
