//! `smtp-terminal doc check`: are the SMTP transcripts of a document what Postfix says?
//!
//! | file | holds |
//! | --- | --- |
//! | `document`, `format` | a file as lines with their places, read by `markdown`, `html` or `plain` |
//! | `table` | a column for the client and one for the server |
//! | `directive` | what an author's comments say |
//! | `marks`, `words` | who speaks in a line, and by which words it is known |
//! | `transcript` | from lines to what happens in them |
//! | `dialogue` | from what happens to conversations: each command with its reply |
//! | `maker` | whose server it is |
//! | `world` | the main.cf with which it would be as it is shown |
//! | `standing`, `offered` | where a conversation stands; what the server has offered |
//! | `filled` | what a reader has to fill in |
//! | `talk` | the simulated server at the other end |
//! | `judge`, `doubt`, `compare` | plays conversations, gives them the benefit of the doubt, and compares replies |
//! | `programs` | what other programs of the mail system print |
//! | `settings` | parameters of main.cf that a document writes |
//! | `check`, `finding`, `report` | a whole document, what was found, and how it is told |

mod check;
mod compare;
mod dialogue;
mod directive;
mod document;
mod doubt;
mod extensions;
mod filled;
mod finding;
mod format;
mod html;
mod judge;
mod maker;
mod markdown;
mod marks;
mod offered;
mod plain;
mod programs;
mod report;
mod settings;
mod standing;
mod table;
mod talk;
mod transcript;
mod words;
mod world;

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use check::Report;
use format::Format;
use report::{Detail, Style};
use talk::Worlds;

/// Folders are entered so deep.
const DEEPEST: usize = 20;

/// Files of more bytes are refused.
const LARGEST: u64 = 32 << 20;

/// What can be done with documents.
#[derive(Subcommand)]
pub enum Command {
    /// Say which replies of a document's SMTP transcripts Postfix would not have given.
    ///
    /// Finds SMTP transcripts in documents, plays them to a simulated Postfix, and reports each reply
    /// that Postfix would not have given: where it stands, what the document says, and what Postfix says.
    ///
    /// Names, queue IDs, banners, sizes and whatever else an author is free to choose do not count;
    /// whoever is shown to exist exists, and what a server offers is taken from its reply to EHLO. Servers
    /// that say that they are no Postfix are left out.
    Check(Check),
}

/// What `doc check` is told.
#[derive(Args)]
#[command(after_help = "\
In a document, comments say what cannot be seen:
  <!-- smtp-terminal: accept -->               the next block is as it should be
  <!-- smtp-terminal: accept TEXT -->          its lines with this text are
  <!-- smtp-terminal: ignore -->               the next block is not looked at
  <!-- smtp-terminal: off -->, on              nothing is, up to on
  <!-- smtp-terminal: postfix -->              a server that does not say what it is is a Postfix
  <!-- smtp-terminal: new -->                  what comes next is another conversation
  <!-- smtp-terminal: main.cf NAME = VALUE --> from here on (more lines, or ; between them)
  <!-- smtp-terminal: scenario=FILE.json -->   from here on the world of a scenario
In other texts: .. smtp-terminal: …   // smtp-terminal: …   # smtp-terminal: …

Exit status: 0 nothing found, 1 something found, 2 a mistake in the command or a file that cannot
be read.")]
pub struct Check {
    /// Documents, or folders of them: Markdown (.md), HTML (.html), or text of another kind (.txt,
    /// .rst, .adoc). - is the standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How to report.
    #[arg(long, value_enum, default_value_t = Style::Text)]
    format: Style,
    /// How the files are written, whatever their names end with.
    #[arg(long, value_enum, value_name = "FORMAT")]
    read_as: Option<Format>,
    /// Take a server that does not say what it is for a Postfix.
    #[arg(long)]
    postfix: bool,
    /// Say what was left out, and how much was looked at.
    #[arg(short, long)]
    verbose: bool,
    /// Say nothing of how much was looked at.
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
}

/// Runs the command.
pub fn run(command: &Command) -> ExitCode {
    let Command::Check(check) = command;
    match check.run() {
        Ok(report) => {
            let text = report::write(&report, check.format, check.detail());
            // Who closes the pipe has read enough.
            let _ = std::io::stdout().lock().write_all(text.as_bytes());
            match report.findings.is_empty() {
                true => ExitCode::SUCCESS,
                false => ExitCode::from(1),
            }
        }
        Err(problem) => {
            eprintln!("smtp-terminal: {problem}");
            ExitCode::from(2)
        }
    }
}

impl Check {
    fn detail(&self) -> Detail {
        match (self.quiet, self.verbose) {
            (true, _) => Detail::Quiet,
            (_, true) => Detail::Verbose,
            _ => Detail::Counted,
        }
    }

    fn run(&self) -> Result<Report, String> {
        let mut report = Report::default();
        let mut worlds = Worlds::default();
        for path in &self.files {
            if path == Path::new("-") {
                let mut bytes = Vec::new();
                let read = std::io::stdin()
                    .lock()
                    .take(LARGEST)
                    .read_to_end(&mut bytes);
                read.map_err(|e| format!("standard input: {e}"))?;
                let format = self.read_as.unwrap_or(Format::Markdown);
                self.check("-", &bytes, format, &mut worlds, &mut report);
            } else if path.is_dir() {
                for file in documents(path, DEEPEST)? {
                    self.file(&file, &mut worlds, &mut report)?;
                }
            } else {
                self.file(path, &mut worlds, &mut report)?;
            }
        }
        Ok(report)
    }

    fn file(&self, path: &Path, worlds: &mut Worlds, report: &mut Report) -> Result<(), String> {
        let name = path.display().to_string();
        let complaint = |e: std::io::Error| format!("{name}: {e}");
        if std::fs::metadata(path).map_err(complaint)?.len() > LARGEST {
            return Err(format!("{name}: more than {LARGEST} bytes"));
        }
        let bytes = std::fs::read(path).map_err(complaint)?;
        let format = self.read_as.unwrap_or(Format::of(&name));
        self.check(&name, &bytes, format, worlds, report);
        Ok(())
    }

    fn check(
        &self,
        name: &str,
        bytes: &[u8],
        format: Format,
        worlds: &mut Worlds,
        report: &mut Report,
    ) {
        let text = String::from_utf8_lossy(bytes);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        check::check(name, text, format, self.postfix, worlds, report);
    }
}

/// The documents of a folder, in order of name.
fn documents(folder: &Path, depth: usize) -> Result<Vec<PathBuf>, String> {
    let complaint = |e: std::io::Error| format!("{}: {e}", folder.display());
    let entries = std::fs::read_dir(folder).map_err(complaint)?;
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or("");
        let is_hidden = name.starts_with('.') || name == "node_modules";
        let kinds = [
            ".md",
            ".markdown",
            ".mdx",
            ".html",
            ".htm",
            ".xhtml",
            ".txt",
            ".rst",
            ".adoc",
        ];
        if is_hidden || path.is_symlink() {
            continue;
        }
        if path.is_dir() && depth > 0 {
            found.extend(documents(&path, depth - 1)?);
        } else if kinds.iter().any(|kind| name.ends_with(kind)) {
            found.push(path);
        }
    }
    Ok(found)
}
