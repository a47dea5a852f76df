//! A real telnet's screens beside ours: the same is typed, and typed when the screen shows what
//! ours shows then, so that it does not matter how fast anybody is.

use serde_json::json;
use smtp_terminal::simulator::Simulator;
use smtp_terminal::workstation::line::key::Key;

use super::support::dialogue::mask;
use super::support::sabotage::Sabotage;
use super::support::screen::{keys, Session};
use super::support::served::Served;
use super::support::tests;
use super::{is_here, run};

const PROMPT: &str = "safeer@penguinpower:~$ ";

/// So many sessions there are at least.
const LEAST: usize = 18;

/// What is typed at once, and what the screen shows after it: so many ends of lines, and so many
/// characters behind the last.
struct Step {
    typed: String,
    lines: usize,
    tail: usize,
    /// telnet has ended.
    ends: bool,
}

/// Our workstation with a telnet in it.
struct Ours {
    simulator: Simulator,
    /// The line that started it.
    command: String,
}

impl Ours {
    fn start(command: &str) -> Ours {
        let mut simulator = Simulator::new("{}").unwrap();
        simulator.run(command);
        simulator.settle();
        Ours {
            simulator,
            command: command.into(),
        }
    }

    /// The screen without the line that started it, and without the prompt that comes when telnet
    /// has ended.
    fn screen(&self) -> String {
        let screen = self.simulator.transcript() + &self.simulator.line().0;
        of_telnet(&self.command, &screen)
    }

    fn step(&mut self, keys: &[Key]) -> Step {
        let mut typed = String::new();
        for key in keys {
            self.simulator.press(*key);
            typed.push(match key {
                Key::Char(c) => *c,
                Key::Enter => '\n',
                Key::Ctrl(c) => char::from(c.to_ascii_uppercase() as u8 & 0x1f),
                other => panic!("{other:?} is no key of a real telnet's session"),
            });
        }
        self.simulator.settle();
        self.seen(typed)
    }

    fn seen(&self, typed: String) -> Step {
        let raw = self.simulator.transcript();
        let screen = self.screen();
        let tail = screen.rsplit('\n').next().unwrap_or("");
        Step {
            typed,
            lines: screen.matches('\n').count(),
            tail: tail.chars().count(),
            ends: raw.ends_with(PROMPT),
        }
    }
}

/// What of a screen is telnet's own.
fn of_telnet(command: &str, screen: &str) -> String {
    let own = screen.strip_prefix(&format!("{PROMPT}{command}\n"));
    let own = own.unwrap_or(screen);
    let lines: Vec<String> = own.split('\n').map(mask).collect();
    let own = lines.join("\n");
    own.strip_suffix(PROMPT).unwrap_or(&own).into()
}

/// The keys of a line, cut where a key does something at once.
fn pieces(line: &str) -> Vec<Vec<Key>> {
    let mut pieces: Vec<Vec<Key>> = vec![Vec::new()];
    for key in keys(line) {
        match (key, pieces.last_mut()) {
            (Key::Ctrl(_), _) => pieces.extend([vec![key], Vec::new()]),
            (_, Some(last)) => last.push(key),
            (_, None) => {}
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// Plays one telnet to both: the real one's screen, ours, and ours as it was.
fn play(script: &str, first: &str, lines: &[String]) -> [String; 3] {
    let mut ours = Ours::start(first);
    let mut steps = vec![ours.seen(String::new())];
    for piece in lines.iter().flat_map(|line| pieces(line)) {
        steps.push(ours.step(&piece));
    }
    let served = Served::start(&[]);
    let port = served.address.port().to_string();
    // A name for what the simulated network has, and for what stands in for it here.
    let real = |text: &str| match text
        .trim_end_matches('\n')
        .strip_suffix("smtp.safeer.in 25")
    {
        Some(start) => format!(
            "{start}127.0.0.1 {port}{}",
            &text[text.trim_end_matches('\n').len()..]
        ),
        None => text.replace("telnet smtp.safeer.in ", "telnet 127.0.0.1 "),
    };
    let simulated = |text: &str| {
        text.replace(&format!("127.0.0.1 {port}"), "smtp.safeer.in 25")
            .replace("Trying 127.0.0.1", "Trying 10.25.0.1")
            .replace("Connected to 127.0.0.1", "Connected to smtp.safeer.in")
            .replace(
                "lready connected to 127.0.0.1",
                "lready connected to smtp.safeer.in",
            )
            .replace("127.0.0.1:", "smtp.safeer.in:")
    };
    let steps = steps.iter().map(|step| {
        json!({ "typed": real(&step.typed), "lines": step.lines, "tail": step.tail, "ends": step.ends })
    });
    let steps = serde_json::Value::from_iter(steps).to_string();
    let command = real(first);
    let mut words = vec![script];
    words.extend(command.split(' ').skip(1));
    let seen = simulated(&run("python3", &words, &steps));
    // The terminal ends lines with CR LF, and so does the server.
    let seen = seen.replace("\r\r\n", "\n").replace("\r\n", "\n");
    let seen: Vec<String> = seen.split('\n').map(mask).collect();
    let raw = ours.simulator.transcript() + &ours.simulator.line().0;
    [seen.join("\n"), ours.screen(), raw]
}

#[test]
fn a_real_telnet_shows_the_same() {
    if !is_here("telnet") || !is_here("python3") {
        return;
    }
    let script = tests("clients/telnet.py").display().to_string();
    let mut problems = Vec::new();
    let mut sabotage = Sabotage::default();
    let sessions = Session::read_all(&tests("sessions"), "telnet-");
    let count = sessions.len();
    let mut screens = 0;
    for session in sessions {
        // Each telnet of the session runs by itself.
        let mut rest = session.typed.as_slice();
        while let Some((first, more)) = rest.split_first() {
            let next = more
                .iter()
                .position(|l| l.starts_with("telnet"))
                .unwrap_or(more.len());
            let (lines, after) = more.split_at(next);
            rest = after;
            screens += 1;
            let [seen, ours, raw] = play(&script, first, lines);
            if seen != ours {
                problems.push(format!(
                    "{}:\n--- telnet\n{seen}\n--- we\n{ours}\n",
                    session.path.display()
                ));
                continue;
            }
            sabotage.plant("screens", &[raw], 3, |_, spoilt| {
                of_telnet(first, &String::from_utf8_lossy(&spoilt)) != seen
            });
        }
    }
    println!(
        "{count} sessions with telnet, {screens} screens, {} differ",
        problems.len()
    );
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
    assert!(count >= LEAST, "there were {LEAST} sessions");
    assert!(sabotage.verdict(&["screens"]));
}
