//! `smtp-terminal lesson …`: for who writes lessons, and for who marks results.
//!
//! | file      | holds                                                          |
//! |-----------|----------------------------------------------------------------|
//! | `load`    | a lesson's file with its scenario                              |
//! | `check`   | what is wrong with lessons                                     |
//! | `names`   | what a lesson names that is not there: hosts, commands         |
//! | `keys`    | what looks like a key and is none                              |
//! | `mark`    | results, played again by several threads                       |
//! | `report`  | marks as a table, CSV or JSON                                  |
//! | `pack`    | a package for a learning platform; `scorm` its manifest, `zip` its form |
//! | `link`    | a lesson in a link                                             |
//! | `told`    | what a command has to say                                      |
//! | `example` | what a new lesson begins with                                  |

mod check;
mod example;
mod idle;
mod keys;
mod link;
mod load;
mod mark;
mod names;
mod pack;
mod report;
mod scorm;
mod told;
mod values;
mod zip;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use report::Style;
use scorm::Edition;

/// What can be done with lessons.
#[derive(Subcommand)]
pub enum Command {
    /// Say what is wrong with lessons, and where.
    ///
    /// Reads lessons, types each solution, and makes each mistake that has an example.
    ///
    /// What is wrong is named with its place in the document (`steps[2].goal.reply.code`) and what was
    /// expected there; with --verbose also what the terminal showed.
    Check(Check),
    /// Mark results: play them again, and compare what comes of it with what they claim.
    ///
    /// Plays results again, in the world of their lesson, and says of each who reached what, and whether
    /// it is what the result claims.
    Mark(Mark),
    /// Write a package that a learning platform takes.
    ///
    /// Writes a zip file with a page, the lesson, and the bundle, which a learning platform takes as a
    /// SCORM package. Completion, score and time are set there.
    Pack(Pack),
    /// Print a link that has a small lesson in it.
    ///
    /// Prints a link to a page of lessons with the lesson in its fragment, which no server gets to see. A
    /// lesson that names a scenario gets it written into it. A link has 16,384 characters at most: of a
    /// lesson in several languages it has English and those that fit beside it, and what is left out is
    /// said; --lang chooses others.
    Link(Link),
    /// Write a lesson to begin with, in which everything is explained.
    ///
    /// Writes a lesson of two steps, in which comments explain what can be written.
    New(New),
}

/// What `lesson check` is given.
#[derive(Args)]
#[command(after_help = "\
Exit status: 0 all is well, 1 something is wrong, 2 a mistake in the command or a file that cannot
be read. docs/LESSONS.md says what a lesson may have in it.")]
pub struct Check {
    /// Lessons in JSON, or folders of them. A scenario that one names is read from its folder.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Show what the terminal showed, and mistakes that have no example.
    #[arg(short, long)]
    verbose: bool,
}

/// What `lesson mark` is given.
#[derive(Args)]
#[command(after_help = "\
The verdict is one of
  agrees      what was done gives what is claimed, to the byte
  spoilt      the file is not as it was when it was written
  differs     it gives something else; what, is said
  unreadable  it is no result of this version of this lesson; why, is said
What is printed is what the replay has given, not what is claimed.

Exit status: 0 all results agree, 1 one does not, 2 a mistake in the command, or a lesson that cannot
be read.")]
pub struct Mark {
    /// The lesson.
    #[arg(value_name = "LESSON")]
    lesson: PathBuf,
    /// Results in JSON, or folders of them.
    #[arg(required = true, value_name = "RESULT")]
    results: Vec<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Style::Table)]
    format: Style,
    /// How many to mark at the same time; as many as this machine has processors without it.
    #[arg(long, value_name = "NUMBER")]
    threads: Option<usize>,
}

/// What `lesson pack` is given.
#[derive(Args)]
pub struct Pack {
    /// The lesson.
    #[arg(value_name = "LESSON")]
    lesson: PathBuf,
    /// The folder of the bundle, in which smtp-terminal.js is (`make dist` writes it).
    #[arg(long, value_name = "FOLDER", default_value = "dist")]
    bundle: PathBuf,
    /// The edition of SCORM.
    #[arg(long, value_enum, default_value_t = Edition::V12)]
    scorm: Edition,
    /// The language of the page, of those that the lesson has (de, pt-BR).
    #[arg(long, value_name = "LANG", default_value = "en")]
    lang: String,
    /// Where to write; `ID-scorm12.zip` or `ID-scorm2004.zip` without it.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What `lesson link` is given.
#[derive(Args)]
pub struct Link {
    /// The lesson.
    #[arg(value_name = "LESSON")]
    lesson: PathBuf,
    /// The page.
    #[arg(long, value_name = "ADDRESS", default_value = "lesson.html")]
    page: String,
    /// A language that the link is to have (de, pt-BR); several with commas, or given again.
    #[arg(long, value_name = "LANG", value_delimiter = ',')]
    lang: Vec<String>,
}

/// What `lesson new` is given.
#[derive(Args)]
pub struct New {
    /// The lesson's id: letters, digits and hyphens; that of --output without it [default: my-lesson]. The file
    /// is called so, with `.json` behind it.
    #[arg(value_name = "ID")]
    id: Option<String>,
    /// Where to write instead; `-` is the standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Runs the command.
pub fn run(command: &Command) -> ExitCode {
    let done = match command {
        Command::Check(given) => check::run(&given.files, given.verbose),
        Command::Mark(given) => mark::run(&given.lesson, &given.results, given.threads)
            .map(|(loaded, marks)| report::tell(&loaded.lesson, &marks, given.format)),
        Command::Pack(given) => {
            let output = given.output.as_deref();
            pack::run(
                &given.lesson,
                &given.bundle,
                given.scorm,
                &given.lang,
                output,
            )
        }
        Command::Link(given) => link::run(&given.lesson, &given.page, &given.lang),
        Command::New(given) => example::run(given.id.as_deref(), given.output.as_deref()),
    };
    match done {
        Ok(told) => {
            // Who closes the pipe has read enough.
            let _ = std::io::stdout().lock().write_all(told.text.as_bytes());
            ExitCode::from(u8::from(!told.is_well))
        }
        Err(problem) => {
            eprintln!("smtp-terminal: {problem}");
            ExitCode::from(2)
        }
    }
}
