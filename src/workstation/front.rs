//! The terminal that the learner sits at: keys, the line that is being typed, lines that were, and
//! what waits to be read. What reads them is the [`Seat`], of which each build has its own.

use std::collections::VecDeque;

use crate::network::World;
use crate::scenario::Workstation;
use crate::workstation::answer::Reply;
pub use crate::workstation::answer::Signal;
use crate::workstation::line::editor::Editor;
use crate::workstation::line::history::History;
use crate::workstation::line::key::Key;
use crate::workstation::screen::{Screen, Voice};
use crate::workstation::seat::Seat;

/// A shell at a workstation.
#[derive(Debug)]
pub struct Shell {
    /// What the learner sees.
    pub screen: Screen,
    /// The line that is being typed.
    pub editor: Editor,
    history: History,
    /// Lines that wait until the program in front reads them.
    ahead: VecDeque<Typed>,
    /// How many have been read in this turn.
    has_read: usize,
    /// More could be read at once.
    is_reading: bool,
    seat: Seat,
}

/// How many lines that wait are read in one turn: what is pasted may have hundreds of thousands.
const AT_ONCE: usize = 50;

/// Input that waits for its turn.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Typed {
    Line(String),
    Escape,
}

impl Shell {
    /// A shell that shows its first prompt.
    pub fn new(workstation: Workstation, world: &mut World) -> Shell {
        let mut screen = Screen::default();
        let mut history = History::default();
        Shell {
            seat: Seat::new(workstation, world, &mut screen, &mut history),
            screen,
            editor: Editor::default(),
            history,
            ahead: VecDeque::new(),
            has_read: 0,
            is_reading: false,
        }
    }

    /// Where and as whom the learner is logged in.
    pub fn workstation(&self) -> &Workstation {
        self.seat.workstation()
    }

    /// What reads the lines.
    pub fn seat(&self) -> &Seat {
        &self.seat
    }

    /// The same, to be told something.
    pub fn seat_mut(&mut self) -> &mut Seat {
        &mut self.seat
    }

    /// Whether a program runs in front of the shell.
    pub fn is_busy(&self) -> bool {
        self.seat.is_busy()
    }

    /// Whether there is something to do at once.
    pub fn is_running(&self) -> bool {
        self.seat.is_running() || self.is_reading
    }

    /// Time goes on: as many lines as one turn may read are read again.
    pub fn begin_turn(&mut self) {
        self.has_read = 0;
    }

    /// Whether that is only lines that were pasted.
    pub fn is_reading(&self) -> bool {
        self.is_reading
    }

    /// Whether what is typed is not to be seen (a password).
    pub fn hides_typing(&self) -> bool {
        self.seat.hides_typing()
    }

    /// Whether lines still wait to be read.
    pub fn has_input_waiting(&self) -> bool {
        !self.ahead.is_empty()
    }

    /// What the surroundings are to know, once.
    pub fn signal(&mut self) -> Option<Signal> {
        self.seat.signal()
    }

    /// Types a whole line and the Enter key, as a person would: it is read when the program in
    /// front is ready for it.
    pub fn type_line(&mut self, line: &str, world: &mut World) {
        for (i, part) in line.split('\u{1d}').enumerate() {
            if i > 0 {
                self.ahead.push_back(Typed::Escape);
            }
            // Ctrl-] takes effect at once; what follows it on the line is typed afterwards.
            let is_last = line.matches('\u{1d}').count() == i;
            if is_last && (i == 0 || !part.is_empty()) {
                self.ahead.push_back(Typed::Line(part.to_string()));
            }
        }
        // Lines that wait for the next turn need not be looked at one by one.
        if !self.is_reading {
            self.advance(world);
        }
    }

    /// Ctrl-C for a program that reads nothing; the lines that wait stay.
    pub fn break_off(&mut self, world: &mut World) {
        let ahead = std::mem::take(&mut self.ahead);
        self.press(Key::Ctrl('c'), world);
        self.ahead = ahead;
        self.advance(world);
    }

    /// One key.
    pub fn press(&mut self, key: Key, world: &mut World) {
        if self.ask_seat(key, world) {
            return self.advance(world);
        }
        let in_program = self.seat.is_busy();
        match key {
            Key::Enter => {
                let line = self.editor.take();
                self.ahead.push_back(Typed::Line(line));
                self.advance(world);
            }
            Key::Ctrl(']') if in_program => {
                self.ahead.push_back(Typed::Escape);
                self.advance(world);
            }
            // What was typed is dropped, and so is what waits to be read; a program decides for
            // itself what it does about it.
            Key::Ctrl('c') => {
                let typed = self.editor.take();
                self.ahead.clear();
                self.seat.interrupt(&typed, world, &mut self.screen);
                self.advance(world);
            }
            Key::Ctrl('d') if self.editor.is_empty() => {
                self.seat.end_of_input(world, &mut self.screen);
                self.advance(world);
            }
            Key::Ctrl('l') => {
                self.screen.clear();
                if let Some(prompt) = self.seat.prompt() {
                    self.screen.write(Voice::Prompt, &prompt);
                }
            }
            Key::Up | Key::Ctrl('p') => self.editor.older(self.history.of(in_program)),
            Key::Down | Key::Ctrl('n') => self.editor.newer(self.history.of(in_program)),
            key => self.editor.press(key),
        }
    }

    /// Keys that only the seat knows: whether this was one.
    fn ask_seat(&mut self, key: Key, world: &mut World) -> bool {
        let line = self.editor.before_cursor();
        let (screen, history) = (&mut self.screen, &mut self.history);
        match self.seat.key(key, &line, world, screen, history) {
            Reply::Unknown => return false,
            Reply::Done => {}
            Reply::Insert(text) => text.chars().for_each(|c| self.editor.press(Key::Char(c))),
            Reply::Choices(choices) => {
                self.screen.write(Voice::Typed, &self.editor.text());
                let text = format!("\n{}\n", choices.join("  "));
                self.screen.write(Voice::Workstation, &text);
                if let Some(prompt) = self.seat.prompt() {
                    self.screen.write(Voice::Prompt, &prompt);
                }
            }
            Reply::Show(row, line) => {
                self.screen.rewrite(Voice::Prompt, &row);
                self.editor.set(&line, usize::MAX);
            }
        }
        true
    }

    /// Goes on as far as possible: shows what has come, and reads lines that wait.
    pub fn advance(&mut self, world: &mut World) {
        self.is_reading = false;
        loop {
            self.seat
                .advance(world, &mut self.screen, &mut self.history);
            if !self.seat.is_ready(world) {
                return;
            }
            // Whoever sits in front has a turn, and may stop it.
            self.is_reading = self.has_read >= AT_ONCE && !self.ahead.is_empty();
            if self.is_reading {
                return;
            }
            self.has_read += 1;
            match self.ahead.pop_front() {
                None => return,
                Some(Typed::Escape) => {
                    self.seat.escape(world, &mut self.screen, &mut self.history);
                }
                Some(Typed::Line(line)) => {
                    if !self.seat.hides_typing() {
                        self.screen.write(Voice::Typed, &line);
                        self.screen.write(Voice::Typed, "\n");
                    }
                    self.seat
                        .line(&line, world, &mut self.screen, &mut self.history);
                }
            }
        }
    }
}
