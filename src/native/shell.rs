//! `smtp-terminal shell`: the workstation in a real terminal, or fed from a pipe.

use std::io::{self, BufRead, IsTerminal, Write};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use crossterm::terminal;
use smtp_terminal::simulator::{Outside, Simulator};
use smtp_terminal::time::Time;
use smtp_terminal::workstation::line::key::Key;
use smtp_terminal::workstation::Signal;

use crate::native::{capture, editor};

/// Runs the workstation of a scenario; what was on the wire goes into a file.
pub fn run(scenario: Option<&Path>, pcap: Option<&Path>) -> Result<(), String> {
    let text = match scenario {
        Some(path) => crate::native::file::read(path)?,
        None => "{}".into(),
    };
    let is_terminal = io::stdin().is_terminal();
    // What comes from a pipe is a script, and gives the same output every time.
    let outside = if is_terminal {
        today()
    } else {
        Outside::default()
    };
    let mut simulator = Simulator::with(&text, outside).map_err(|fault| fault.to_string())?;
    warn(&simulator);
    let outcome = match is_terminal {
        true => interactive(&mut simulator),
        false => from_pipe(&mut simulator),
    };
    outcome.map_err(|e| e.to_string())?;
    pcap.map_or(Ok(()), |path| capture::write(&simulator, path))
}

/// Tells the scenario's author of a main.cf that a program does not start with, which may be meant.
fn warn(simulator: &Simulator) {
    for host in &simulator.world().hosts {
        let fault = host.server.as_ref().and_then(|server| server.fault());
        if let Some(fatal) = fault {
            let (name, program) = (&host.name, fatal.program);
            eprintln!("smtp-terminal: warning: {name}: {program} does not start: {fatal}");
        }
    }
}

/// This machine's clock; its microseconds serve as random numbers.
fn today() -> Outside {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let micros = since.unwrap_or_default().as_micros() as u64;
    Outside {
        now: Time(micros),
        seed: micros,
    }
}

/// Reads lines and prints the screen, row by row as it is finished.
fn from_pipe(simulator: &mut Simulator) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let mut shown = Shown::default();
    simulator.settle();
    for line in io::stdin().lock().split(b'\n') {
        type_line(simulator, &line?);
        // Who sits at a keyboard stops what never ends (`tail -f`, `watch`) and goes on.
        let mut tries = 0;
        while !simulator.rest() && simulator.is_in_program() && tries < 3 {
            simulator.break_off();
            tries += 1;
        }
        simulator.settle();
        shown.print(simulator, &mut out, "\n")?;
        forget_happenings(simulator);
        if simulator.signal() == Some(Signal::Exit) {
            return out.flush();
        }
    }
    // A program that still reads gets the end of its input, as from a keyboard; mail asks for
    // copies then.
    for _ in 0..2 {
        // A command that is not whole (PS2) is told so by its shell.
        let is_begun = simulator.screen().last().bytes() == b"> ";
        if is_begun || simulator.is_in_program() {
            simulator.press(Key::Ctrl('d'));
            simulator.settle();
        }
    }
    shown.print(simulator, &mut out, "\n")?;
    out.write_all(&simulator.screen().last().bytes())?;
    out.flush()
}

/// Types a line, in which Ctrl-C and Ctrl-D are keys; a line of such keys alone has no Enter.
fn type_line(simulator: &mut Simulator, line: &[u8]) {
    let mut rest = line;
    while let Some(at) = rest.iter().position(|byte| matches!(byte, 3 | 4)) {
        let text = String::from_utf8_lossy(&rest[..at]);
        if !text.is_empty() {
            simulator.set_line(&text, text.chars().count());
        }
        simulator.press(Key::Ctrl(if rest[at] == 3 { 'c' } else { 'd' }));
        simulator.settle();
        rest = &rest[at + 1..];
    }
    if rest.len() == line.len() || !rest.is_empty() {
        simulator.run_bytes(rest);
    }
}

/// Nobody watches here, and what is not taken is kept.
fn forget_happenings(simulator: &mut Simulator) {
    while simulator.poll().is_some() {}
}

/// How much of the screen has been printed.
#[derive(Default)]
struct Shown {
    rows: usize,
    generation: u32,
}

impl Shown {
    fn print(&mut self, simulator: &Simulator, out: &mut impl Write, end: &str) -> io::Result<()> {
        let screen = simulator.screen();
        if screen.generation != self.generation {
            self.generation = screen.generation;
            self.rows = 0;
        }
        for row in &screen.rows()[self.rows..] {
            out.write_all(&row.bytes())?;
            out.write_all(end.as_bytes())?;
        }
        self.rows = screen.rows().len();
        Ok(())
    }
}

/// Leaves the terminal as it was, whatever happens.
struct RawMode;

impl Drop for RawMode {
    fn drop(&mut self) {
        // There is nothing left to do if even that fails.
        let _ = terminal::disable_raw_mode();
    }
}

fn interactive(simulator: &mut Simulator) -> io::Result<()> {
    editor::prepare(simulator);
    terminal::enable_raw_mode()?;
    let _guard = RawMode;
    let begun = Instant::now();
    let mut out = io::stdout();
    let mut shown = Shown::default();
    loop {
        simulator.catch_up(begun.elapsed());
        if shown.generation != simulator.screen().generation {
            write!(out, "\x1b[2J\x1b[H")?;
        }
        write!(out, "\r\x1b[K")?;
        shown.print(simulator, &mut out, "\r\n")?;
        forget_happenings(simulator);
        if editor::is_wanted(simulator) {
            terminal::disable_raw_mode()?;
            editor::edit(simulator)?;
            terminal::enable_raw_mode()?;
            continue;
        }
        let (line, cursor) = simulator.line();
        let back = line.chars().count() - cursor;
        out.write_all(&simulator.screen().last().bytes())?;
        write!(out, "{line}")?;
        if back > 0 {
            write!(out, "\x1b[{back}D")?;
        }
        out.flush()?;
        if simulator.signal() == Some(Signal::Exit) {
            write!(out, "\r\x1b[K")?;
            return out.flush();
        }
        let wait = simulator.deadline().map_or(Duration::from_secs(1), |at| {
            at.saturating_sub(begun.elapsed())
        });
        if !event::poll(wait.min(Duration::from_secs(1)))? {
            continue;
        }
        match event::read()? {
            Event::Key(key) if key.kind != KeyEventKind::Release => {
                if let Some(key) = translate(key.code, key.modifiers) {
                    press(simulator, key);
                }
            }
            Event::Paste(text) => simulator.run(&text),
            _ => {}
        }
    }
}

/// Whether a pager waits for a key; on the page it is a line that it waits for.
fn is_paged(simulator: &Simulator) -> bool {
    let last = simulator.screen().last().bytes();
    simulator.is_in_program()
        && simulator.line().0.is_empty()
        && (last == b":" || last == b"(END)" || last.starts_with(b"--More--("))
}

/// Presses a key; a pager's own need no Enter here.
fn press(simulator: &mut Simulator, key: Key) {
    let is_whole = matches!(key, Key::Char(' ' | '<' | '>' | 'G' | 'b' | 'g' | 'q'));
    let ends = is_whole && is_paged(simulator);
    if !ends || key != Key::Char(' ') {
        simulator.press(key);
    }
    if ends {
        simulator.press(Key::Enter);
    }
}

fn translate(code: KeyCode, modifiers: KeyModifiers) -> Option<Key> {
    Some(match code {
        // A terminal sends Ctrl-] as the byte that is also Ctrl-5, and Ctrl-\\ as that of Ctrl-4.
        KeyCode::Char('4') if modifiers.contains(KeyModifiers::CONTROL) => Key::Ctrl('\\'),
        KeyCode::Char('5') if modifiers.contains(KeyModifiers::CONTROL) => Key::Ctrl(']'),
        KeyCode::Char(c) if modifiers.contains(KeyModifiers::CONTROL) => {
            Key::Ctrl(c.to_ascii_lowercase())
        }
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::Enter => Key::Enter,
        KeyCode::Tab => Key::Tab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pager_has_its_keys_without_enter() {
        for (line, keys, end) in [
            ("seq 50 | less", "q", ":q"),
            ("seq 50 | less", " bGq", "(END)q"),
            ("seq 50 | more", " q", "--More--(88%)q"),
        ] {
            let mut simulator = Simulator::new("{}").unwrap_or_else(|fault| panic!("{fault}"));
            simulator.run(line);
            simulator.settle();
            assert!(is_paged(&simulator), "{line}");
            for key in keys.chars() {
                press(&mut simulator, Key::Char(key));
                simulator.settle();
            }
            assert!(!simulator.is_in_program(), "{}", simulator.transcript());
            let text = simulator.transcript();
            let (_, shown) = text.split_once("\n50\n").unwrap_or(("", &text));
            assert!(text.contains(&format!("{end}\n")), "{shown}");
        }
        // A word after `/` is a line.
        let mut simulator = Simulator::new("{}").unwrap_or_else(|fault| panic!("{fault}"));
        simulator.run("seq 50 | less");
        simulator.settle();
        for key in "/49q".chars() {
            press(&mut simulator, Key::Char(key));
        }
        simulator.settle();
        assert!(simulator.is_in_program());
        assert_eq!(simulator.line().0, "/49q");
    }
}
