//! The program in front of the shell: telnet, or commands that wait for something.

use crate::network::World;
use crate::workstation::pipeline::Pipeline;
use crate::workstation::programs::telnet::Telnet;
use crate::workstation::screen::Screen;

/// A program that has taken the terminal.
#[derive(Debug)]
pub enum Job {
    /// telnet.
    Telnet(Telnet),
    /// A pipeline that waits for the network, for typing or for a file to grow.
    Pipeline(Box<Pipeline>),
}

impl Job {
    /// Shows what has come; gives the exit status once it has ended.
    pub fn advance(&mut self, world: &mut World, screen: &mut Screen) -> Option<i32> {
        match self {
            Job::Telnet(job) => job.advance(world, screen),
            Job::Pipeline(job) => job.advance(world, screen),
        }
    }

    /// Whether it reads the next line.
    pub fn is_ready(&self, world: &World) -> bool {
        match self {
            Job::Telnet(job) => job.is_ready(world),
            Job::Pipeline(job) => job.is_ready(world),
        }
    }

    /// A line has been typed.
    pub fn line(&mut self, line: &str, world: &mut World, screen: &mut Screen) -> Option<i32> {
        match self {
            Job::Telnet(job) => job.line(line, world, screen),
            Job::Pipeline(job) => job.line(line, world, screen),
        }
    }

    /// Ctrl-C.
    pub fn interrupt(&mut self, typed: &str, world: &mut World, screen: &mut Screen) {
        match self {
            Job::Telnet(job) => job.interrupt(typed, world, screen),
            Job::Pipeline(job) => job.interrupt(typed, world, screen),
        }
    }

    /// Ctrl-D on an empty line.
    pub fn end_of_input(&mut self, world: &mut World, screen: &mut Screen) {
        match self {
            Job::Telnet(job) => job.end_of_input(world, screen),
            Job::Pipeline(job) => job.end_of_input(world, screen),
        }
    }

    /// Ctrl-], which only telnet knows.
    pub fn escape(&mut self, screen: &mut Screen) {
        if let Job::Telnet(job) = self {
            job.escape(screen);
        }
    }

    /// The prompt that is shown, if any.
    pub fn prompt(&self) -> Option<&'static str> {
        match self {
            Job::Telnet(job) => job.prompt(),
            Job::Pipeline(_) => None,
        }
    }
}
