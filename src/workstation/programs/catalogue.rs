//! Which programs a host has, and how one that computes is run.

use crate::network::World;
use crate::workstation::programs::machine::{has_mail, Machine};
use crate::workstation::programs::output::Output;
use crate::workstation::programs::table::{Entry, Program};
use crate::workstation::programs::TABLES;

/// The program of a name on a host.
pub fn find(world: &World, host: &str, name: &str) -> Option<&'static Program> {
    let has_mail = has_mail(world, host);
    let rows = TABLES.iter().flat_map(|table| table.iter());
    rows.into_iter()
        .find(|p| p.name == name && (has_mail || !p.needs_mail))
}

/// Runs a program that computes; `None` where there is none of this name.
pub fn run(words: &[String], at: &mut Machine) -> Option<Output> {
    let (name, arguments) = words.split_first()?;
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match find(at.world, at.host, name)?.entry {
        Entry::Run(run) => {
            let mut output = run(&arguments, at).unwrap_or_else(|early| early);
            let mut work = at.take_work();
            while work.as_mut().is_some_and(|w| w.go_on(at, &mut output)) {}
            Some(output)
        }
        Entry::Job(_) | Entry::Shell | Entry::Script(_) => None,
    }
}

/// `--help`, in our own words: what a program takes here, and what it does.
pub fn help(program: &Program) -> Output {
    let (usage, what) = program.help.rsplit_once('|').unwrap_or_default();
    let name = program.name;
    Output::good(format!("Usage: {name} {usage}\n{what}\n"))
}
