//! What runs behind the shell, or was stopped.

use crate::workstation::programs::io::{signal, State as Stand};

/// A job.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its number.
    pub id: u32,
    /// Its processes, and how they stand; the last one decides.
    pub pids: Vec<(u32, Option<Stand>)>,
    /// Its command.
    pub text: String,
    /// The higher, the later it was last dealt with.
    pub stamp: u32,
    /// It has been said how it ended, or that it has stopped.
    pub is_told: bool,
    /// It began in front of the shell.
    pub was_in_front: bool,
}

/// What a signal has done to a program, in bash's words.
pub fn words_for(number: u8) -> &'static str {
    match number {
        signal::HUP => "Hangup",
        signal::INT => "Interrupt",
        signal::QUIT => "Quit",
        6 => "Aborted",
        signal::KILL => "Killed",
        10 => "User defined signal 1",
        11 => "Segmentation fault",
        12 => "User defined signal 2",
        signal::PIPE => "Broken pipe",
        14 => "Alarm clock",
        signal::TERM => "Terminated",
        _ => "Unknown signal",
    }
}

impl Job {
    /// How it stands.
    pub fn stand(&self) -> Stand {
        let stands = || self.pids.iter().map(|(_, s)| s.unwrap_or(Stand::Running));
        let last = self.pids.last().and_then(|(_, s)| *s);
        if let Some(stopped) = stands().find(|s| matches!(s, Stand::Stopped(_))) {
            return stopped;
        }
        match stands().any(|s| s == Stand::Running) {
            true => Stand::Running,
            false => last.unwrap_or(Stand::Exited(0)),
        }
    }

    /// The group of its processes.
    pub fn group(&self) -> u32 {
        self.pids.first().map_or(0, |(pid, _)| *pid)
    }

    /// A line about it.
    pub fn line(&self, mark: char, with_pids: bool) -> String {
        let stand = self.stand();
        let state = match stand {
            Stand::Running => "Running".into(),
            Stand::Stopped(_) => "Stopped".into(),
            Stand::Exited(0) => "Done".into(),
            Stand::Exited(status) => format!("Exit {}", status & 255),
            Stand::Killed(number) => words_for(number).to_string(),
        };
        let end = if stand == Stand::Running { " &" } else { "" };
        let pid = match with_pids {
            true => format!("{} ", self.group()),
            false => String::new(),
        };
        format!("[{}]{mark}  {pid}{state:<24}{}{end}\n", self.id, self.text)
    }
}
