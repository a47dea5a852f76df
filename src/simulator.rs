//! The one face that a front end touches: keys in, a screen and happenings out.

use std::time::Duration;

use crate::network::{Happening, World};
use crate::scenario::{Fault, Scenario, Workstation};
use crate::time::Time;
use crate::workstation::line::key::Key;
use crate::workstation::screen::{Screen, Voice};
use crate::workstation::{Shell, Signal};

#[cfg_attr(not(feature = "full"), path = "simulator/no_desk.rs")]
mod desk;
#[cfg(feature = "full")]
pub mod marked;
#[cfg_attr(not(feature = "full"), path = "simulator/untaught.rs")]
mod taught;
#[cfg(feature = "full")]
pub mod tried;

use desk::Taught;

/// A workstation in its world.
///
/// ```
/// use smtp_terminal::simulator::Simulator;
/// let mut simulator = Simulator::new("{}").unwrap();
/// simulator.run("telnet smtp.safeer.in 25\nHELO penguinpower\nQUIT");
/// simulator.settle();
/// assert_eq!(simulator.transcript(), "\
/// safeer@penguinpower:~$ telnet smtp.safeer.in 25
/// Trying 10.25.0.1...
/// Connected to smtp.safeer.in.
/// Escape character is '^]'.
/// 220 smtp.safeer.in ESMTP Postfix (Ubuntu)
/// HELO penguinpower
/// 250 smtp.safeer.in
/// QUIT
/// 221 2.0.0 Bye
/// Connection closed by foreign host.
/// safeer@penguinpower:~$ ");
/// ```
#[derive(Debug)]
pub struct Simulator {
    world: World,
    shell: Shell,
    scenario: String,
    outside: Outside,
    elapsed: Duration,
    /// What the front end's clock said last, and how far it has been put back since the start.
    seen: Duration,
    put_back: Duration,
    /// How long it was asleep: this world has slept as well.
    slept: Duration,
    start: Time,
    taught: Taught,
}

/// So many turns over so long a time are taken for something that goes on for ever.
const TURNS: usize = 200;
const WHILE: Duration = Duration::from_secs(100);

/// How late a front end may be before that is taken for sleep. Browsers let a tab behind others
/// have its turn once a minute.
const ASLEEP: Duration = Duration::from_secs(300);

/// How often a shell that never rests is let go on when nobody can stop it.
const ENDLESS: usize = 3_000;

/// How many programs that are started are as much as that.
const PROGRAMS: usize = 8;

/// The same behind a prompt, where it keeps nobody from the next line.
const BEHIND: usize = ENDLESS / 10;

/// How often it is let go on before time passes beside it, and how much each time: `sleep` ends.
const BUSY: usize = 100;
const MOMENT: Duration = Duration::from_millis(10);

/// What a front end brings from the world outside. The default is the same on every machine, so
/// that a run can be replayed to the byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outside {
    /// What the clock says at the start; a scenario's own `start` goes before it.
    pub now: Time,
    /// Where random numbers begin; a scenario's own `seed` goes before it.
    pub seed: u64,
}

/// 2026-11-24 10:00:00 UTC, and the number one.
impl Default for Outside {
    fn default() -> Outside {
        Outside {
            now: Time(1_795_514_400_000_000),
            seed: 1,
        }
    }
}

impl Simulator {
    /// Builds the world of a scenario (JSON); `{}` is the tutorial's. Clock and random numbers
    /// are the default ones.
    ///
    /// # Errors
    /// What is wrong with the scenario, and where.
    pub fn new(scenario: &str) -> Result<Simulator, Fault> {
        Simulator::with(scenario, Outside::default())
    }

    /// Builds the world of a scenario with a clock and random numbers of one's own.
    ///
    /// # Errors
    /// What is wrong with the scenario, and where.
    pub fn with(scenario: &str, outside: Outside) -> Result<Simulator, Fault> {
        let mut simulator = Simulator::of(Scenario::parse(scenario)?, outside);
        simulator.scenario = scenario.into();
        Ok(simulator)
    }

    fn of(scenario: Scenario, outside: Outside) -> Simulator {
        let Scenario {
            mut world,
            workstation,
            start,
            seed,
        } = scenario;
        let start = start.unwrap_or(outside.now);
        world.tick(start);
        world.randomize(seed.unwrap_or(outside.seed));
        let shell = Shell::new(workstation, &mut world);
        Simulator {
            world,
            shell,
            scenario: String::new(),
            outside,
            elapsed: Duration::ZERO,
            seen: Duration::ZERO,
            put_back: Duration::ZERO,
            slept: Duration::ZERO,
            start,
            taught: Taught::default(),
        }
    }

    /// Starts over: the same scenario and clock, an empty screen, nothing has happened.
    pub fn reset(&mut self) {
        // It was parsed before, so it can be parsed again.
        if let Ok(fresh) = self.fresh() {
            let generation = self.shell.screen.generation + 1;
            *self = fresh;
            self.shell.screen.generation = generation;
        }
    }

    /// One key press.
    pub fn press(&mut self, key: Key) {
        self.hear_key(key);
        self.shell.press(key, &mut self.world);
        self.look();
    }

    /// Sets the line that is being typed, as a text field in a page has it; the cursor counts
    /// characters.
    pub fn set_line(&mut self, text: &str, cursor: usize) {
        self.hear_set(text, cursor);
        self.shell.editor.set(text, cursor);
    }

    /// The line that is being typed, and its cursor.
    pub fn line(&self) -> (String, usize) {
        (self.shell.editor.text(), self.shell.editor.cursor())
    }

    /// Types lines as a person would: each is read when the program in front is ready for it.
    /// What is half typed already becomes the start of the first line.
    pub fn run(&mut self, text: &str) {
        self.run_bytes(text.as_bytes());
    }

    /// [`run`](Simulator::run), of bytes that need not be UTF-8.
    pub fn run_bytes(&mut self, bytes: &[u8]) {
        let text = self.shell.editor.take_with(bytes);
        self.hear_set("", 0);
        for line in text.strip_suffix('\n').unwrap_or(&text).split('\n') {
            self.type_line(line.strip_suffix('\r').unwrap_or(line));
        }
    }

    fn type_line(&mut self, line: &str) {
        self.hear_line(line);
        self.shell.type_line(line, &mut self.world);
        self.look();
    }

    /// Lets time pass until `elapsed` since the start. A clock that is set back goes on from where
    /// it is: time never goes back here, and never stands still.
    pub fn tick(&mut self, elapsed: Duration) {
        let back = self.seen.saturating_sub(elapsed);
        self.put_back = self.put_back.saturating_add(back);
        self.seen = elapsed;
        let elapsed = self.taught.less(elapsed.saturating_add(self.put_back));
        let elapsed = elapsed.saturating_sub(self.slept);
        self.hear_tick(elapsed);
        self.elapsed = elapsed;
        self.go_on();
    }

    /// [`tick`](Simulator::tick), for a front end that may have been asleep: a lid was shut, a tab
    /// frozen. Time stood still here too, so that what was due happens once.
    pub fn catch_up(&mut self, elapsed: Duration) {
        let expected = self.deadline().unwrap_or(elapsed).max(self.seen);
        let late = elapsed.saturating_sub(expected);
        if late > ASLEEP {
            self.slept = self.slept.saturating_add(late);
        }
        self.tick(elapsed);
    }

    fn go_on(&mut self) {
        let until = self.start + self.elapsed + self.world.skipped();
        self.shell.begin_turn();
        // The shell may answer what a packet brings, so time passes from one to the next. One that
        // does not rest has had its turn: what it prints in one is as much as a frame can draw.
        let shell = &mut self.shell;
        let mut is_over = false;
        let look = &mut |world: &mut World| {
            if !is_over {
                shell.advance(world);
                is_over = shell.is_running();
            }
        };
        self.world.pass(until, look);
        look(&mut self.world);
        while let Some(text) = self.world.notice() {
            self.say(&text);
        }
        self.look();
    }

    /// Tells the learner what no program says.
    fn say(&mut self, text: &str) {
        let screen = &mut self.shell.screen;
        let start = if screen.is_at_line_start() { "" } else { "\n" };
        screen.write(
            Voice::Workstation,
            &format!("{start}smtp-terminal: {text}\n"),
        );
    }

    /// Whether there is something to do at once.
    pub fn is_running(&self) -> bool {
        self.shell.is_running()
    }

    /// How long after the start something happens next by itself.
    pub fn deadline(&self) -> Option<Duration> {
        if self.shell.is_running() {
            return Some(self.seen);
        }
        let start = self.start + self.world.skipped();
        let next = self.world.deadline()?;
        let next = (next - start).saturating_add(self.slept);
        Some(self.taught.more(next).saturating_sub(self.put_back))
    }

    /// Lets as much time pass as replies need, but not the patience of servers: for tests and
    /// for input from a pipe.
    pub fn settle(&mut self) {
        if !self.rest() && !self.world.is_quiet() {
            self.say("This goes on for ever, and is no longer waited for.");
        }
    }

    /// The same; whether all has come to rest. It has not where something goes on for ever, or
    /// where lines wait that nothing in front reads.
    pub fn rest(&mut self) -> bool {
        // Each turn delivers something; a scenario that never rests is left alone all the same, and
        // so is a loop that never ends.
        let mut endless = 0;
        let (begun, before) = (self.elapsed, self.shell.seat().started());
        for turn in 0..200_000 {
            if turn > TURNS && self.elapsed.saturating_sub(begun) > WHILE {
                break;
            }
            endless += usize::from(self.shell.is_running() && !self.shell.is_reading());
            if self.is_resting() {
                return true;
            }
            let most = match self.is_in_program() {
                true => ENDLESS,
                false => BEHIND,
            };
            // Who starts programs has done more than steps.
            let started = self.shell.seat().started() - before;
            if endless + started / PROGRAMS > most {
                break;
            }
            let passes = self.shell.is_running() && endless > BUSY;
            match self.deadline() {
                Some(next) if passes => self.tick(next + MOMENT),
                Some(next) => self.tick(next),
                None => return !self.shell.has_input_waiting(),
            }
        }
        false
    }

    /// Ctrl-C for what never ends; the lines that wait stay.
    pub fn break_off(&mut self) {
        self.hear_break();
        self.shell.break_off(&mut self.world);
        self.look();
    }

    /// What has happened, one thing at a time.
    pub fn poll(&mut self) -> Option<Happening> {
        self.world.poll()
    }

    /// What the shell tells its surroundings.
    pub fn signal(&mut self) -> Option<Signal> {
        self.shell.signal()
    }

    /// What is to be seen.
    pub fn screen(&self) -> &Screen {
        &self.shell.screen
    }

    /// The text of the screen.
    pub fn transcript(&self) -> String {
        self.shell.screen.text()
    }

    /// The world, to look into.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Whether a program such as telnet reads what is typed.
    pub fn is_in_program(&self) -> bool {
        self.shell.is_busy()
    }

    /// Whether all that was typed has been read and answered.
    pub fn is_resting(&self) -> bool {
        let shell = &self.shell;
        self.world.is_quiet() && !shell.has_input_waiting() && !shell.is_running()
    }

    /// Whether a connection of the learner's is open.
    pub fn is_connected(&self) -> bool {
        self.world.is_connected()
    }

    /// Whether what is typed is not to be seen (a password).
    pub fn hides_typing(&self) -> bool {
        self.shell.hides_typing()
    }

    /// Where and as whom the learner is logged in.
    pub fn workstation(&self) -> &Workstation {
        self.shell.workstation()
    }
}

/// What only the full build can do.
#[cfg(feature = "full")]
impl Simulator {
    /// Writes the main.cf of a host and lets its server read it.
    ///
    /// # Errors
    /// What Postfix says of a mistake; the text is kept, and the server goes on as before.
    pub fn configure(&mut self, host: &str, text: &str) -> Result<(), String> {
        self.hear_main_cf(host, text);
        let configured = crate::views::configure(&mut self.world, host, text);
        self.look();
        configured
    }

    /// The front end has an editor: nano and its kind hand their file to it
    /// ([`document`](Simulator::document)) and do not refuse.
    pub fn let_edit(&mut self) {
        self.hear_editor();
        self.shell.seat_mut().let_edit();
    }

    /// The file that nano or its kind has open, to be shown.
    pub fn document(&self) -> Option<&crate::workstation::answer::Document> {
        self.shell.seat().document()
    }

    /// Tells the editor what to do.
    pub fn edit(&mut self, asked: crate::workstation::answer::Asked) {
        self.hear_edit(&asked);
        if let Some(document) = self.document() {
            document.asked.borrow_mut().push(asked);
        }
        self.go_on();
    }

    /// Puts the clock forward; what was due in that time happens.
    pub fn skip(&mut self, time: Duration) {
        self.hear_skip(time);
        self.world.skip(time);
        self.go_on();
    }

    /// What a row of the screen means, in the words of a language; `None` for one that is empty or
    /// is not there.
    pub fn explain(
        &self,
        texts: &crate::explain::Explain,
        row: usize,
    ) -> Option<crate::explain::Explanation> {
        texts.row(self.screen(), row, &self.world)
    }

    /// What probably went wrong with the last line that was typed, and the row that tells of it.
    pub fn likely(&self, texts: &crate::explain::Explain) -> Option<(usize, String)> {
        texts.likely(self.screen(), &self.world)
    }
}
