//! date, and sleep.

use std::time::Duration;

use crate::platform;
use crate::time::Time;
use crate::workstation::programs::job::Job;
use crate::workstation::programs::machine::{invalid_option, Machine};
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::table::Program;

/// The programs of this file.
pub const PROGRAMS: &[Program] = &[
    Program::new("date", date, "[-u] [-R] [+FORMAT]|Shows date and time."),
    Program::job("sleep", sleep, "NUMBER[smhd]|Lets time pass at once."),
];

/// A time in a format of strftime(3).
pub fn strftime(format: &str, time: Time) -> String {
    // `Tue Nov 24 10:00:00 UTC 2026`
    let names = time.shell_date();
    let (day_name, month_name) = (names.get(..3).unwrap_or(""), names.get(4..7).unwrap_or(""));
    let c = time.calendar();
    let mut out = String::new();
    let mut chars = format.chars();
    while let Some(letter) = chars.next() {
        if letter != '%' {
            out.push(letter);
            continue;
        }
        let text = match chars.next() {
            Some('Y') => c.year.to_string(),
            Some('y') => format!("{:02}", c.year % 100),
            Some('m') => format!("{:02}", c.month),
            Some('d') => format!("{:02}", c.day),
            Some('e') => format!("{:2}", c.day),
            Some('H') => format!("{:02}", c.hour),
            Some('I') => format!("{:02}", (c.hour + 11) % 12 + 1),
            Some('M') => format!("{:02}", c.minute),
            Some('S') => format!("{:02}", c.second),
            Some('p') => if c.hour < 12 { "AM" } else { "PM" }.into(),
            Some('N') => format!("{:06}000", time.micros() % 1_000_000),
            Some('s') => time.seconds().to_string(),
            Some('a') => day_name.into(),
            Some('b' | 'h') => month_name.into(),
            Some('F') => strftime("%Y-%m-%d", time),
            Some('T' | 'X') => strftime("%H:%M:%S", time),
            Some('R') => strftime("%H:%M", time),
            Some('D' | 'x') => strftime("%m/%d/%y", time),
            Some('c') => strftime("%a %b %e %H:%M:%S %Y", time),
            Some('Z') => "UTC".into(),
            Some('z') => "+0000".into(),
            Some('n') => "\n".into(),
            Some('t') => "\t".into(),
            Some('%') => "%".into(),
            Some(other) => format!("%{other}"),
            None => "%".into(),
        };
        out.push_str(&text);
    }
    out
}

fn date(arguments: &[&str], at: &mut Machine) -> Outcome {
    let now = at.world.now();
    Ok(match arguments {
        [] | ["-u" | "--utc"] => Output::good(format!("{}\n", now.shell_date())),
        [format] | ["-u" | "--utc", format] if format.starts_with('+') => {
            Output::good(strftime(&format[1..], now) + "\n")
        }
        ["-R" | "--rfc-email"] => {
            let text = now
                .header_date()
                .replace(" (UTC)", "")
                .replace(",  ", ", 0");
            Output::good(text + "\n")
        }
        [word, ..] if word.starts_with('-') => {
            invalid_option("date", word.chars().nth(1).unwrap_or('-'))
        }
        [word, ..] => Output::bad(format!("date: invalid date ‘{word}’"), 1),
    })
}

/// How long a person sees that it sleeps; the clock is put forward by the rest.
#[derive(Debug)]
struct Sleep {
    until: Time,
    patience: Time,
}

impl Job for Sleep {
    fn poll(&mut self, at: &mut Machine) -> Option<i32> {
        if at.world.now() >= self.until {
            return Some(0);
        }
        at.sleep_until(self.until, self.patience);
        None
    }
}

fn sleep(arguments: &[&str], at: &mut Machine) -> Result<Box<dyn Job>, Output> {
    let hint = "\nTry 'sleep --help' for more information.";
    if arguments.is_empty() {
        return Err(Output::bad(format!("sleep: missing operand{hint}"), 1));
    }
    let mut total = Duration::ZERO;
    for word in arguments {
        let (number, unit) = match word.strip_suffix(['s', 'm', 'h', 'd']) {
            Some(number) => (number, &word[number.len()..]),
            None => (*word, "s"),
        };
        let factor = match unit {
            "m" => 60.0,
            "h" => 3_600.0,
            "d" => 86_400.0,
            _ => 1.0,
        };
        // A world that sleeps longer than a year has nothing left to do.
        match platform::number(number).map(|n| n * factor) {
            Some(seconds) if (0.0..=3.2e7).contains(&seconds) && !number.starts_with('+') => {
                total += Duration::from_micros((seconds * 1e6) as u64);
            }
            _ if *word == "infinity" => total += Duration::from_secs(32_000_000),
            _ => {
                let text = format!("sleep: invalid time interval ‘{word}’{hint}");
                return Err(Output::bad(text, 1));
            }
        }
    }
    let now = at.world.now();
    Ok(Box::new(Sleep {
        until: now + total,
        patience: now + PATIENCE,
    }))
}

/// How long one has to wait at most.
const PATIENCE: Duration = Duration::from_millis(200);
