//! The light build has no lessons.

use std::process::ExitCode;

use clap::Subcommand;

/// What can be done with lessons: nothing.
#[derive(Subcommand)]
pub enum Command {}

/// There is nothing to be run.
pub fn run(command: &Command) -> ExitCode {
    match *command {}
}
