//! The light build looks at no documents.

use std::process::ExitCode;

use clap::Subcommand;

/// What can be done with documents: nothing.
#[derive(Subcommand)]
pub enum Command {}

/// There is nothing to be run.
pub fn run(command: &Command) -> ExitCode {
    match *command {}
}
