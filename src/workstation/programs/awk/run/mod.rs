//! Runs a program over its records, a piece at a time.

mod expression;
mod function;
mod record;
mod statement;

use std::collections::HashMap;
use std::ops::{Deref, DerefMut};
use std::rc::Rc;

use crate::files::sorted::Sorted;
use crate::regex::Regex;
use crate::workstation::programs::awk::tree::{Program, Statement, When};
use crate::workstation::programs::awk::value::Value;
use crate::workstation::programs::output::Output;

/// What a program may reach outside of itself: files, commands, the clock.
pub trait Outside {
    /// The text of a file.
    fn read(&mut self, path: &str) -> Result<String, String>;
    /// Writes a file, or appends to it.
    fn write(&mut self, path: &str, text: &str, appends: bool) -> Result<(), String>;
    /// Runs a command with this to read: what it prints, what it complains of, its status.
    fn command(&mut self, line: &str, input: &str) -> (String, String, i32);
    /// Seconds since 1970.
    fn seconds(&self) -> u64;
}

/// How many steps a program may take, how much it may print, and how deep its functions may call
/// one another.
const STEPS: usize = 20_000_000;
const BYTES: usize = 16 << 20;
const CALLS: usize = 100;

/// Steps of one piece.
const PIECE: usize = 50_000;

/// What a record costs besides, in the steps of a piece.
const RECORD: usize = 8;

/// What has become of a statement.
enum Flow {
    On,
    Break,
    Continue,
    Next,
    NextFile,
    Return(Value),
    Exit,
}

/// What ends a program early: a text for standard error.
pub struct Fatal(pub String);

type Run<T> = Result<T, Fatal>;

/// The elements of an array, with the moment of their last use.
#[derive(Clone, Debug, Default)]
struct Table {
    elements: HashMap<Rc<str>, (Value, usize)>,
    uses: usize,
}

impl Table {
    fn get(&mut self, key: &Rc<str>) -> &mut Value {
        self.uses += 1;
        let uses = self.uses;
        let entry = self.elements.entry(Rc::clone(key)).or_default();
        entry.1 = uses;
        &mut entry.0
    }

    /// The keys in mawk's order: by the low bits of their FNV-1a hash, then the last used first.
    fn keys(&self) -> Vec<Rc<str>> {
        let hash = |key: &str| {
            let mut hash = 2_166_136_261_u32;
            for c in key.chars() {
                hash = (hash ^ c as u32).wrapping_mul(16_777_619);
            }
            hash
        };
        // The table doubles where its lists become longer than twelve.
        let mut mask = 63;
        while self.elements.len() > (mask as usize + 1) * 12 {
            mask = mask * 2 + 1;
        }
        let all = self.elements.iter();
        let mut keys: Vec<_> = all
            .map(|(k, (_, uses))| (hash(k) & mask, usize::MAX - uses, k))
            .collect();
        keys.sort_unstable_by_key(|(hash, uses, _)| (*hash, *uses));
        keys.into_iter().map(|(_, _, key)| Rc::clone(key)).collect()
    }
}

#[derive(Clone, Debug)]
enum Slot {
    Value(Value),
    /// By its place among the tables.
    Table(usize),
}

/// Texts that are read line by line.
struct Reader {
    text: String,
    at: usize,
}

/// A statement that others are a part of, and how far it has come.
struct Frame {
    statement: Rc<Statement>,
    at: usize,
    /// What `for (a in b)` has still to go through, the last first.
    keys: Vec<Rc<str>>,
}

/// Which rules it is the turn of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Begin,
    Records,
    End,
}

/// A program that runs, and how far it has come.
pub struct State {
    program: Rc<Program>,
    phase: Phase,
    /// The rule that comes next.
    rule: usize,
    stack: Vec<Frame>,
    slots: Vec<Slot>,
    tables: Vec<Table>,
    frames: Vec<Vec<Slot>>,
    record: Rc<str>,
    /// A text of which is known that each of its characters is one byte.
    plain: Rc<str>,
    fields: Vec<Value>,
    /// Fields have been cut; they have been changed and the record is to be put together again.
    is_split: bool,
    in_range: Vec<bool>,
    inputs: Vec<String>,
    input: String,
    current: Option<Reader>,
    readers: Sorted<Reader>,
    written: Sorted<bool>,
    regexes: Sorted<Rc<Regex>>,
    /// What has been printed, and what went to /dev/stderr, since it was taken from here.
    said: Output,
    /// How much text was taken.
    printed: usize,
    steps: usize,
    /// So many are enough for this piece.
    enough: usize,
    seed: (u64, f64),
    status: i32,
    /// `exit` in a function: whatever runs is left.
    leaves: bool,
}

/// A program that has its turn.
pub struct Machine<'m> {
    outside: &'m mut dyn Outside,
    state: &'m mut State,
}

impl Deref for Machine<'_> {
    type Target = State;

    fn deref(&self) -> &State {
        self.state
    }
}

impl DerefMut for Machine<'_> {
    fn deref_mut(&mut self) -> &mut State {
        self.state
    }
}

impl State {
    /// A program that is to run, with the arguments that follow it and what was piped in.
    pub fn new(program: Program, arguments: &[String], input: String) -> Self {
        let mut machine = State {
            slots: program
                .names
                .iter()
                .map(|_| Slot::Value(Value::Nothing))
                .collect(),
            in_range: vec![false; program.rules.len()],
            program: Rc::new(program),
            phase: Phase::Begin,
            rule: 0,
            stack: Vec::new(),
            tables: Vec::new(),
            frames: Vec::new(),
            record: "".into(),
            plain: "".into(),
            fields: Vec::new(),
            is_split: true,
            inputs: arguments.to_vec(),
            input,
            current: None,
            readers: Sorted::default(),
            written: Sorted::default(),
            regexes: Sorted::default(),
            said: Output::default(),
            printed: 0,
            steps: 0,
            enough: 0,
            seed: (0x2545_f491_4f6c_dd1d, 0.0),
            status: 0,
            leaves: false,
        };
        for (name, value) in [
            ("FS", " "),
            ("OFS", " "),
            ("ORS", "\n"),
            ("RS", "\n"),
            ("SUBSEP", "\u{1c}"),
            ("CONVFMT", "%.6g"),
            ("OFMT", "%.6g"),
        ] {
            machine.set(name, Value::text(value));
        }
        for name in ["NR", "FNR", "NF", "RSTART"] {
            machine.set(name, Value::Number(0.0));
        }
        machine.set("ARGC", Value::Number(arguments.len() as f64 + 1.0));
        machine.set("RLENGTH", Value::Number(-1.0));
        machine
    }

    /// Gives a variable a value, if the program has it.
    pub fn set(&mut self, name: &str, value: Value) {
        if let Some(place) = self.program.names.iter().position(|n| n == name) {
            self.slots[place] = Slot::Value(value);
        }
    }

    /// Makes an array that is there before the program runs.
    pub fn fill(&mut self, name: &str, texts: Vec<(String, String)>) {
        if let Some(place) = self.program.names.iter().position(|n| n == name) {
            let mut table = Table::default();
            for (key, text) in texts {
                *table.get(&key.into()) = Value::Field(text.into());
            }
            self.slots[place] = Slot::Table(self.tables.len());
            self.tables.push(table);
        }
    }

    fn get(&self, name: &str) -> Value {
        let place = self.program.names.iter().position(|n| n == name);
        match place.map(|place| &self.slots[place]) {
            Some(Slot::Value(value)) => value.clone(),
            // What the program does not name has its first value.
            _ => match name {
                "FS" | "OFS" => Value::text(" "),
                "ORS" | "RS" => Value::text("\n"),
                "SUBSEP" => Value::text("\u{1c}"),
                "CONVFMT" | "OFMT" => Value::text("%.6g"),
                _ => Value::Nothing,
            },
        }
    }

    fn string(&self, value: &Value) -> Rc<str> {
        match value {
            Value::Number(_) => value.string(&self.get("CONVFMT").string("")),
            value => value.string(""),
        }
    }

    /// What has been said since this was asked last.
    pub fn take(&mut self) -> Output {
        self.printed += self.said.text.len();
        std::mem::take(&mut self.said)
    }
}

impl<'m> Machine<'m> {
    /// A program, and what it may reach.
    pub fn new(state: &'m mut State, outside: &'m mut dyn Outside) -> Machine<'m> {
        Machine { outside, state }
    }

    /// Goes on for a piece; the exit status once it has ended.
    pub fn go_on(&mut self) -> Run<Option<i32>> {
        let program = Rc::clone(&self.program);
        self.enough = self.steps + PIECE;
        loop {
            let Some(flow) = self.execute(0, true)? else {
                return Ok(None);
            };
            match flow {
                Flow::Exit if self.phase == Phase::End => return self.end(),
                Flow::Exit => self.begin(Phase::End),
                Flow::Next => self.rule = program.rules.len(),
                Flow::NextFile => {
                    self.current = None;
                    self.rule = program.rules.len();
                }
                _ => {}
            }
            if let Some((when, body)) = program.rules.get(self.rule) {
                self.rule += 1;
                if !self.applies(self.rule - 1, when)? {
                    continue;
                }
                if body.is_none() && self.phase == Phase::Records {
                    let (line, end) = (Rc::clone(&self.record), self.get("ORS"));
                    self.print(&line)?;
                    let end = self.string(&end);
                    self.print(&end)?;
                }
                self.then(body.as_ref());
                continue;
            }
            let is_read = |(when, _): &(When, _)| !matches!(when, When::Begin);
            match self.phase {
                Phase::End => return self.end(),
                Phase::Begin if !program.rules.iter().any(is_read) => self.begin(Phase::End),
                _ => match self.next_record()? {
                    Some(record) => {
                        self.set_record(&record);
                        // To read one is work too, but no program runs without end because of it.
                        self.enough = self.enough.saturating_sub(RECORD);
                        self.begin(Phase::Records);
                    }
                    None => self.begin(Phase::End),
                },
            }
        }
    }

    fn begin(&mut self, phase: Phase) {
        self.leaves &= phase != Phase::End;
        (self.phase, self.rule) = (phase, 0);
    }

    /// The program has ended.
    fn end(&mut self) -> Run<Option<i32>> {
        Ok(Some(self.status))
    }

    /// Whether a rule applies now.
    fn applies(&mut self, rule: usize, when: &When) -> Run<bool> {
        Ok(match when {
            When::Begin => self.phase == Phase::Begin,
            When::End => self.phase == Phase::End,
            _ if self.phase != Phase::Records => false,
            When::Is(None) => true,
            When::Is(Some(condition)) => self.value(condition)?.is_true(),
            When::Range(first, last) => {
                if !self.in_range[rule] && !self.value(first)?.is_true() {
                    return Ok(false);
                }
                let ends = self.value(last)?.is_true();
                self.in_range[rule] = !ends;
                true
            }
        })
    }
}

/// `name=value` as an argument.
pub fn assignment(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let is_start = |c: char| c.is_ascii_alphabetic() || c == '_';
    let is_name =
        name.starts_with(is_start) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then_some((name, value))
}
