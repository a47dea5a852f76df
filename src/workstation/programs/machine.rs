//! Where a program runs: the host, the person, the directory, its input.

use crate::network::World;
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::table::Program;
use crate::workstation::programs::TABLES;

/// Where a program runs.
pub struct Machine<'a> {
    /// The network with its hosts.
    pub world: &'a mut World,
    /// The host.
    pub host: &'a str,
    /// Who runs it.
    pub user: &'a str,
    /// The directory that it is in.
    pub directory: &'a str,
    input: Option<&'a str>,
}

/// An operand that names something to read: its text, or why there is none.
pub type Source = (String, Result<String, &'static str>);

impl<'a> Machine<'a> {
    /// A place for a program.
    pub fn new(
        world: &'a mut World,
        host: &'a str,
        user: &'a str,
        directory: &'a str,
        input: Option<&'a str>,
    ) -> Machine<'a> {
        Machine {
            world,
            host,
            user,
            directory,
            input,
        }
    }

    /// All that there is to read on the program's input.
    ///
    /// # Errors
    /// It is not there yet: the program returns that, and is called again when it is. So a program
    /// asks for its input before it changes anything.
    pub fn input(&self) -> Result<&'a str, Output> {
        self.input.ok_or_else(Output::waiting)
    }

    /// What operands name: files, the input for `-`, and the input where there are none.
    ///
    /// # Errors
    /// As [`Machine::input`].
    pub fn sources(&self, names: &[&str]) -> Result<Vec<Source>, Output> {
        let names = if names.is_empty() { &["-"] } else { names };
        let read = |name: &&str| {
            let text = match self.read(name) {
                _ if *name == "-" => Ok(self.input()?.to_string()),
                Some(text) => Ok(text),
                None if self.is_directory(name) => Err("Is a directory"),
                None => Err("No such file or directory"),
            };
            Ok((name.to_string(), text))
        };
        names.iter().map(read).collect()
    }

    /// Whether this host has a mail server.
    pub fn has_mail(&self) -> bool {
        let host = self.world.host(self.host);
        host.is_some_and(|h| h.server.is_some())
    }

    /// The program of a name.
    pub fn find(&self, name: &str) -> Option<&'static Program> {
        let rows = TABLES.iter().copied().flatten();
        rows.into_iter()
            .find(|p| p.name == name && (!p.needs_mail || self.has_mail()))
    }
}

/// Runs a program; `None` where there is none of this name.
pub fn run(words: &[String], at: &mut Machine) -> Option<Output> {
    let (name, arguments) = words.split_first()?;
    let program = at.find(name)?;
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if arguments.contains(&"--help") && !program.help.is_empty() {
        return Some(help(program));
    }
    let outcome: Outcome = (program.run)(&arguments, at);
    Some(outcome.unwrap_or_else(|early| early))
}

/// `--help`, in our own words: what a program takes here, and what it does.
fn help(program: &Program) -> Output {
    let (usage, what) = program.help.rsplit_once('|').unwrap_or_default();
    let name = program.name;
    Output::good(format!("Usage: {name} {usage}\n{what}\n"))
}

/// `program: invalid option -- 'x'`, as the programs of GNU say it.
pub(super) fn invalid_option(program: &str, option: char) -> Output {
    Output::bad(
        format!(
            "{program}: invalid option -- '{option}'\nTry '{program} --help' for more information."
        ),
        1,
    )
}
