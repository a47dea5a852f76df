//! date, and sleep.

use std::time::Duration;

use crate::workstation::programs::machine::{invalid_option, Machine};
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::table::Program;

/// The programs of this file.
pub const PROGRAMS: &[Program] = &[
    Program::new("date", date, "[-u] [-R] [+%s]|Shows date and time."),
    Program::new("sleep", sleep, "NUMBER[smhd]|Lets time pass at once."),
];

fn date(arguments: &[&str], at: &mut Machine) -> Outcome {
    let now = at.world.now();
    Ok(match arguments {
        [] => Output::good(format!("{}\n", now.shell_date())),
        ["+%s"] => Output::good(format!("{}\n", now.seconds())),
        ["-R" | "--rfc-email"] => {
            let text = now
                .header_date()
                .replace(" (UTC)", "")
                .replace(",  ", ", 0");
            Output::good(text + "\n")
        }
        ["-u" | "--utc"] => Output::good(format!("{}\n", now.shell_date())),
        [word, ..] if word.starts_with('-') => {
            invalid_option("date", word.chars().nth(1).unwrap_or('-'))
        }
        [word, ..] => Output::bad(format!("date: invalid date ‘{word}’"), 1),
    })
}

/// The clock of the world is put forward, so that nobody has to wait.
fn sleep(arguments: &[&str], at: &mut Machine) -> Outcome {
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
            "m" => 60,
            "h" => 3_600,
            "d" => 86_400,
            _ => 1,
        };
        let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
        let millis = format!("{part:0<3}")
            .get(..3)
            .and_then(|p| p.parse::<u32>().ok());
        match (whole.parse::<u32>(), millis) {
            // A world that sleeps longer than a year has nothing left to do.
            (Ok(seconds), Some(millis)) if u64::from(seconds) * u64::from(factor) < 32_000_000 => {
                total += (Duration::from_secs(seconds.into())
                    + Duration::from_millis(millis.into()))
                    * factor;
            }
            _ => {
                let text = format!("sleep: invalid time interval ‘{word}’{hint}");
                return Err(Output::bad(text, 1));
            }
        }
    }
    at.world.skip(total);
    Ok(Output::default())
}
