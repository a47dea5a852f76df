//! What a shell knows, and a subshell inherits.

use std::rc::Rc;

use crate::platform;
use crate::time::Time;
use crate::workstation::shell::syntax::{Text, Tree};
use crate::workstation::shell::variable::{flag, Value, Variable, Variables};

/// What `set` turns on, with its letter and its name for `-o`.
pub const OPTIONS: [(char, &str); 27] = [
    ('a', "allexport"),
    ('B', "braceexpand"),
    ('\0', "emacs"),
    ('e', "errexit"),
    ('E', "errtrace"),
    ('T', "functrace"),
    ('h', "hashall"),
    ('H', "histexpand"),
    ('\0', "history"),
    ('\0', "ignoreeof"),
    ('\0', "interactive-comments"),
    ('k', "keyword"),
    ('m', "monitor"),
    ('C', "noclobber"),
    ('n', "noexec"),
    ('f', "noglob"),
    ('\0', "nolog"),
    ('b', "notify"),
    ('u', "nounset"),
    ('t', "onecmd"),
    ('P', "physical"),
    ('\0', "pipefail"),
    ('\0', "posix"),
    ('p', "privileged"),
    ('v', "verbose"),
    ('\0', "vi"),
    ('x', "xtrace"),
];

/// What `shopt` turns on.
pub const SHOPTS: [&str; 10] = [
    "dotglob",
    "expand_aliases",
    "extglob",
    "failglob",
    "globstar",
    "lastpipe",
    "nocaseglob",
    "nocasematch",
    "nullglob",
    "xpg_echo",
];

/// What a shell knows.
#[derive(Clone, Debug)]
pub struct State {
    /// Its variables.
    pub variables: Variables,
    /// Its functions, by name.
    pub functions: Rc<Vec<(Text, Tree)>>,
    /// Its aliases, by name.
    pub aliases: Rc<Vec<(String, String)>>,
    /// A bit for each of [`OPTIONS`], and above them for each of [`SHOPTS`].
    pub options: u64,
    /// `$0`
    pub name: Text,
    /// `$1`, `$2` …
    pub arguments: Rc<Vec<Text>>,
    /// `$?`
    pub status: i32,
    /// `$!`
    pub background: Option<u32>,
    /// `$$`
    pub pid: u32,
    /// `$LINENO`
    pub line: u32,
    /// Where `$RANDOM` stands.
    pub random: u32,
    /// What `$SECONDS` said, and when: 0 at the start.
    pub elapsed: (i64, Time),
    /// What is done about signals, and at the end.
    pub traps: Rc<Vec<(Text, Text)>>,
    /// In a part of a shell, what was done before: that is shown until it sets its own.
    pub shown_traps: Option<Rc<Vec<(Text, Text)>>>,
    /// It talks to a person: complaints have no lines.
    pub is_interactive: bool,
    /// It is a login shell.
    pub is_login: bool,
    /// The text came with `-c`.
    pub is_command: bool,
    /// Bytes that were assigned since its variables were measured.
    pub grown: usize,
    /// How deep functions and files stand in each other.
    pub calls: u32,
    /// How many commands inside words it is in.
    pub level: u32,
    /// Where `getopts` is within a word.
    pub option_place: usize,
}

impl State {
    /// Whether an option of `set -o` or `shopt` is on.
    pub fn is_on(&self, name: &str) -> bool {
        State::bit(name).is_some_and(|bit| self.options & bit != 0)
    }

    /// The bit of an option.
    pub fn bit(name: &str) -> Option<u64> {
        let set = OPTIONS.iter().position(|(_, n)| *n == name);
        let shopt = || {
            SHOPTS
                .iter()
                .position(|n| *n == name)
                .map(|at| at + OPTIONS.len())
        };
        set.or_else(shopt).map(|at| 1 << at)
    }

    /// Turns an option on or off.
    pub fn turn(&mut self, bit: u64, on: bool) {
        match on {
            true => self.options |= bit,
            false => self.options &= !bit,
        }
    }

    /// The text of a variable.
    pub fn text(&self, name: &str) -> Option<Rc<str>> {
        let name = self.target(name);
        self.variables.find(&name)?.value.text().cloned()
    }

    /// The variable that a name stands for, over references (`declare -n`).
    pub fn target(&self, name: &str) -> Rc<str> {
        let mut name: Rc<str> = name.into();
        for _ in 0..8 {
            let found = self.variables.find(&name);
            let Some(variable) = found.filter(|v| v.flags & flag::REFERENCE != 0) else {
                break;
            };
            match variable.value.text() {
                Some(next) => name = next.clone(),
                None => break,
            }
        }
        name
    }

    /// Gives a variable a text.
    pub fn set(&mut self, name: &str, text: impl Into<Rc<str>>) {
        let name = self.target(name);
        let exports = self.is_on("allexport");
        let variable = self.variables.entry(&name);
        let text = cased(variable, text.into());
        match &mut variable.value {
            Value::List(_) => variable.value.set_at(0, text),
            Value::Map(_) => variable.value.set_named("0", text),
            value => *value = Value::Text(text),
        }
        if exports {
            variable.flags |= flag::EXPORT;
        }
    }

    /// A variable that may not be changed.
    pub fn is_readonly(&self, name: &str) -> bool {
        let name = self.target(name);
        let found = self.variables.find(&name);
        found.is_some_and(|v| v.flags & flag::READONLY != 0)
    }

    /// A function.
    pub fn function(&self, name: &str) -> Option<Tree> {
        let mut all = self.functions.iter();
        all.find(|(n, _)| **n == *name).map(|(_, t)| t.clone())
    }

    /// What is done about a signal.
    pub fn trap(&self, name: &str) -> Option<Text> {
        let mut all = self.traps.iter();
        all.find(|(n, _)| **n == *name).map(|(_, t)| t.clone())
    }

    /// What a complaint begins with.
    pub fn prefix(&self) -> String {
        match self.is_interactive {
            true if self.is_login => "-bash: ".into(),
            true => "bash: ".into(),
            // Functions that came with `-c` have no other name.
            false if self.is_command && self.calls > 0 => {
                format!("environment: line {}: ", self.line)
            }
            false => format!("{}: line {}: ", self.name, self.line),
        }
    }

    /// `$-`
    pub fn letters(&self) -> String {
        let mut letters: String = OPTIONS
            .iter()
            .enumerate()
            .filter(|(at, (letter, _))| self.options & (1 << at) != 0 && *letter != '\0')
            .map(|(_, (letter, _))| *letter)
            .collect();
        letters.extend(self.is_interactive.then_some('i'));
        if self.is_command {
            letters.push('c');
        }
        let mut letters: Vec<char> = letters.chars().collect();
        letters.sort_by_key(|c| (c.is_ascii_uppercase() || *c == 'c', *c));
        letters.into_iter().collect()
    }

    /// The next random number, as bash makes it.
    pub fn next_random(&mut self) -> u32 {
        let high = self.random as i64 / 127_773;
        let low = self.random as i64 - high * 127_773;
        let next = 16_807 * low - high * 2_836;
        self.random = if next < 0 { next + 0x7FFF_FFFF } else { next } as u32;
        (self.random >> 16 ^ self.random & 0xFFFF) & 0x7FFF
    }
}

/// A text as a variable keeps it (`declare -l`, `-u`).
pub fn cased(variable: &Variable, text: Rc<str>) -> Rc<str> {
    match variable.flags & (flag::LOWER | flag::UPPER) {
        flag::LOWER => platform::lower(&text).into(),
        flag::UPPER => platform::upper(&text).into(),
        _ => text,
    }
}
