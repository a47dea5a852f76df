//! date, and sleep.

use std::time::Duration;

use crate::platform;
use crate::time::Time;
use crate::workstation::programs::job::Job;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::options::Known;
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::table::Program;

/// The programs of this file.
pub const PROGRAMS: &[Program] = &[
    Program::new(
        "date",
        date,
        "[-d MOMENT] [-r FILE] [-I] [-R] [-u] [+FORMAT]|Shows date and time.",
    ),
    Program::job("sleep", sleep, "NUMBER[smhd]|Lets time pass at once."),
];

const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A time in a format of strftime(3).
pub fn strftime(format: &str, time: Time) -> String {
    let c = time.calendar();
    let days = time.seconds() / 86_400;
    let weekday = (days + 4) % 7;
    let first = days_of(c.year as i64, 1, 1).unwrap_or(0).unsigned_abs();
    let day = days.saturating_sub(first);
    let mut out = String::new();
    let mut chars = format.chars().peekable();
    while let Some(letter) = chars.next() {
        if letter != '%' {
            out.push(letter);
            continue;
        }
        // GNU's date knows signs before a letter.
        let sign = chars.next_if(|c| "-_0^#:".contains(*c));
        let mut wide = 0;
        while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
            wide = (10 * wide + digit as usize).min(99);
            chars.next();
        }
        let letter = chars.next();
        let name = |names: &[&'static str], at: u64| names.get(at as usize).copied().unwrap_or("");
        let (number, width, fill) = match letter {
            Some('Y') => (c.year, 1, '0'),
            Some('C') => (c.year / 100, 2, '0'),
            Some('y') => (c.year % 100, 2, '0'),
            Some('m') => (c.month, 2, '0'),
            Some('d') => (c.day, 2, '0'),
            Some('e') => (c.day, 2, ' '),
            Some('H') => (c.hour, 2, '0'),
            Some('k') => (c.hour, 2, ' '),
            Some('I') => ((c.hour + 11) % 12 + 1, 2, '0'),
            Some('l') => ((c.hour + 11) % 12 + 1, 2, ' '),
            Some('M') => (c.minute, 2, '0'),
            Some('S') => (c.second, 2, '0'),
            Some('j') => (day + 1, 3, '0'),
            Some('u') => ((weekday + 6) % 7 + 1, 1, '0'),
            Some('w') => (weekday, 1, '0'),
            Some('U') => ((day + 7 - weekday) / 7, 2, '0'),
            Some('W') => ((day + 7 - (weekday + 6) % 7) / 7, 2, '0'),
            Some(letter @ ('V' | 'G')) => {
                // The week is of the year that its Thursday is in (ISO 8601).
                let thursday = days + 3 - (weekday + 6) % 7;
                let year = Time(thursday * 86_400_000_000).calendar().year;
                let first = days_of(year as i64, 1, 1).unwrap_or(0).unsigned_abs();
                let week = thursday.saturating_sub(first) / 7 + 1;
                if letter == 'V' {
                    (week, 2, '0')
                } else {
                    (year, 1, '0')
                }
            }
            Some('q') => (c.month.div_ceil(3), 1, '0'),
            // `%3N` has three digits of it.
            Some('N') if (1..9).contains(&wide) => {
                let parts = time.micros() % 1_000_000 * 1_000;
                (parts / 10_u64.pow(9 - wide as u32), wide, '0')
            }
            Some('N') => (time.micros() % 1_000_000 * 1_000, 9, '0'),
            Some('s') => (time.seconds(), 1, '0'),
            other => {
                let text = match other {
                    Some('P') => if c.hour < 12 { "am" } else { "pm" }.into(),
                    Some('p') => if c.hour < 12 { "AM" } else { "PM" }.into(),
                    Some('a') => name(&DAYS, weekday).get(..3).unwrap_or("").into(),
                    Some('A') => name(&DAYS, weekday).into(),
                    Some('b' | 'h') => name(&MONTHS, c.month - 1).get(..3).unwrap_or("").into(),
                    Some('B') => name(&MONTHS, c.month - 1).into(),
                    Some('F') => strftime("%Y-%m-%d", time),
                    Some('T' | 'X') => strftime("%H:%M:%S", time),
                    Some('r') => strftime("%I:%M:%S %p", time),
                    Some('R') => strftime("%H:%M", time),
                    Some('D' | 'x') => strftime("%m/%d/%y", time),
                    Some('c') => strftime("%a %b %e %H:%M:%S %Y", time),
                    Some('Z') => "UTC".into(),
                    Some('z') if sign == Some(':') => "+00:00".into(),
                    Some('z') => "+0000".into(),
                    Some('n') => "\n".into(),
                    Some('t') => "\t".into(),
                    Some('%') => "%".into(),
                    Some(other) => format!("%{other}"),
                    None => "%".into(),
                };
                let text: String = text;
                out.push_str(&if sign == Some('^') {
                    text.to_ascii_uppercase()
                } else {
                    text
                });
                continue;
            }
        };
        let fill = match sign {
            Some('0') => '0',
            Some('_') => ' ',
            _ => fill,
        };
        let text = number.to_string();
        if sign != Some('-') {
            for _ in text.len()..width.max(wide) {
                out.push(fill);
            }
        }
        out.push_str(&text);
    }
    out
}

/// Days since 1970 (Howard Hinnant's `days_from_civil`).
fn days_of(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=12).contains(&month) || !(1970..=9_999).contains(&year) {
        return None;
    }
    let is_long = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 => 28 + i64::from(is_long),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if !(1..=last).contains(&day) {
        return None;
    }
    let y = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (y / 400, y % 400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// A moment in words, as date(1) reads them: `2026-11-24 10:00`, `2 days ago`, `@1795514400`.
pub fn moment(text: &str, now: Time) -> Option<Time> {
    let text = text.to_ascii_lowercase().replace(',', " ");
    if let Some(seconds) = text.strip_prefix('@') {
        let whole = seconds.split('.').next()?;
        return Some(Time(
            whole.parse::<u64>().ok()?.min(253_402_300_799) * 1_000_000,
        ));
    }
    const DAY: i64 = 86_400;
    let mut seconds = now.seconds() as i64;
    let mut shift = 0;
    let mut months = 0;
    let mut number: Option<i64> = None;
    let mut sign = 1;
    let mut has_time = false;
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_ago = words.contains(&"ago");
    for (place, word) in words.iter().enumerate() {
        let word = word.trim_end_matches('.');
        // `2026-11-24t10:00:00z`
        let (date, time) = match word
            .split_once('t')
            .filter(|(d, _)| d.matches('-').count() == 2)
        {
            Some((date, time)) => (date, Some(time)),
            None => (word, None),
        };
        let parts: Vec<i64> = date
            .split(['-', '/'])
            .filter_map(|p| p.parse().ok())
            .collect();
        let is_date = date.matches(['-', '/']).count() == 2 && parts.len() == 3;
        if let (true, [a, b, c]) = (is_date, parts.as_slice()) {
            let days = match date.contains('-') {
                true => days_of(*a, *b, *c)?,
                false => days_of(*c, *a, *b)?,
            };
            seconds = days * DAY + if has_time { seconds % DAY } else { 0 };
        }
        let clock = time.or(Some(word).filter(|w| w.contains(':')));
        if let Some(clock) = clock {
            let clock = clock.trim_end_matches('z').trim_end_matches("+00:00");
            let mut of_day = 0;
            let mut unit = 3_600;
            for part in clock.split(':') {
                let part: i64 = part
                    .split('.')
                    .next()?
                    .parse()
                    .ok()
                    .filter(|p| (0..61).contains(p))?;
                of_day += part * unit;
                unit /= 60;
            }
            if of_day >= DAY {
                return None;
            }
            seconds = seconds - seconds % DAY + of_day;
            has_time = true;
            continue;
        }
        if is_date {
            has_time = true;
            continue;
        }
        if let Some(at) = MONTHS
            .iter()
            .position(|m| word.len() > 2 && m.to_ascii_lowercase().starts_with(word))
        {
            // `Nov 24 2026` or `24 Nov 2026`
            let near = |at: Option<usize>| words.get(at?).and_then(|w| w.parse::<i64>().ok());
            let (before, after) = (near(place.checked_sub(1)), near(Some(place + 1)));
            let (day, year) = match before {
                Some(day) => (day, after),
                None => (after?, near(Some(place + 2))),
            };
            // `Feb 22 10:00:00 2027 GMT`, as openssl has it.
            let mut later = words.iter().skip(place + 2).filter(|w| w.len() == 4);
            let year = year.or_else(|| later.find_map(|w| w.parse().ok()));
            let year = year.unwrap_or(now.calendar().year as i64);
            seconds =
                days_of(year, at as i64 + 1, day)? * DAY + if has_time { seconds % DAY } else { 0 };
            has_time = true;
            number = None;
            continue;
        }
        let digits = word.trim_start_matches(['+', '-']);
        let letters = digits.trim_start_matches(|c: char| c.is_ascii_digit());
        let count = digits.len() - letters.len();
        if count > 0 {
            let value: i64 = digits
                .get(..count)?
                .parse()
                .ok()
                .filter(|n| *n < 100_000_000)?;
            number = Some(if word.starts_with('-') { -value } else { value });
            let zone = place.checked_sub(1).and_then(|p| words.get(p));
            if letters.is_empty()
                && count == 4
                && count < word.len()
                && zone.is_some_and(|w| w.contains(':'))
            {
                shift -= number.take().map_or(0, |z| z / 100 * 3_600 + z % 100 * 60);
                continue;
            }
            if letters.is_empty() && count == 8 && count == word.len() {
                seconds = days_of(value / 10_000, value / 100 % 100, value % 100)? * DAY;
                (number, has_time) = (None, true);
                continue;
            }
            if letters.is_empty() {
                continue;
            }
        }
        match letters {
            "am" | "pm" => {
                let hour = number.take().map_or(seconds % DAY, |hour| hour * 3_600);
                let half = if letters == "pm" { DAY / 2 } else { 0 };
                seconds += hour % (DAY / 2) + half - seconds % DAY;
                has_time = true;
            }
            "now" | "today" | "utc" | "gmt" | "z" | "ago" | "at" | "" => continue,
            "yesterday" => shift -= DAY,
            "tomorrow" => shift += DAY,
            "midnight" => seconds -= seconds % DAY,
            "noon" => seconds = seconds - seconds % DAY + DAY / 2,
            "next" => number = Some(1),
            "last" => number = Some(-1),
            _ if DAYS
                .iter()
                .any(|d| letters.len() > 2 && d.to_ascii_lowercase().starts_with(letters)) =>
            {
                let at = DAYS
                    .iter()
                    .position(|d| d.to_ascii_lowercase().starts_with(letters))?;
                let today = (seconds / DAY + 4) % 7;
                let ahead = (at as i64 - today).rem_euclid(7);
                let more = match number.take() {
                    Some(n) if n < 0 => -7,
                    Some(n) if n > 0 && ahead == 0 => 7,
                    _ => 0,
                };
                seconds += (ahead + more) * DAY;
                if !has_time {
                    seconds -= seconds % DAY;
                }
            }
            unit => {
                if is_ago {
                    sign = -1;
                }
                let unit = unit
                    .strip_suffix('s')
                    .filter(|u| !u.is_empty())
                    .unwrap_or(unit);
                let many = number.take().unwrap_or(1) * sign;
                match unit {
                    "sec" | "second" => shift += many,
                    "min" | "minute" => shift += many * 60,
                    "hour" => shift += many * 3_600,
                    "day" => shift += many * DAY,
                    "week" => shift += many * 7 * DAY,
                    "fortnight" => shift += many * 14 * DAY,
                    "month" => months += many,
                    "year" => months += many * 12,
                    _ => return None,
                }
            }
        }
    }
    if months != 0 {
        let c = Time(seconds.max(0) as u64 * 1_000_000).calendar();
        let count = c.year as i64 * 12 + c.month as i64 - 1 + months;
        let first = days_of(count.div_euclid(12), count.rem_euclid(12) + 1, 1)?;
        seconds = (first + c.day as i64 - 1) * DAY + seconds % DAY;
    }
    let fraction = if has_time { 0 } else { now.micros() };
    let seconds = u64::try_from(seconds + shift).ok()?;
    Some(Time(seconds.min(253_402_300_799) * 1_000_000 + fraction))
}

fn date(arguments: &[&str], at: &mut Machine) -> Outcome {
    const KNOWN: Known = Known {
        program: "date",
        short: "d:f:I::r:Rs:u",
        long: &[
            "date=d",
            "iso-8601=I",
            "reference=r",
            "rfc-email=R",
            "set=s",
            "utc=u",
            "universal=u",
            "rfc-2822=R",
            "rfc-3339=3",
        ],
        status: 1,
    };
    let mut words = arguments.to_vec();
    let mut format = None;
    for (option, shape) in [
        ("--rfc-3339=seconds", "%F %T+00:00"),
        ("--rfc-3339=date", "%F"),
    ] {
        if words.contains(&option) {
            words.retain(|w| *w != option);
            format = Some(shape);
        }
    }
    let options = KNOWN.read(&words)?;
    let mut time = at.world.now();
    if let Some(text) = options.value('d') {
        let bad = || Output::bad(format!("date: invalid date ‘{text}’"), 1);
        time = match text.trim() {
            "" => Time((time.seconds() - time.seconds() % 86_400) * 1_000_000),
            _ => moment(text, time).ok_or_else(bad)?,
        };
    }
    if let Some(name) = options.value('r') {
        let meta = at.meta(name, true);
        let bad = |errno| Output::bad(format!("date: {name}: {errno}"), 1);
        time = meta.map_err(bad)?.written;
    }
    if options.has('R') {
        format = Some("%a, %d %b %Y %H:%M:%S %z");
    }
    if let Some(text) = options.value('I') {
        format = Some(match text {
            "hours" => "%FT%H+00:00",
            "minutes" => "%FT%R+00:00",
            "seconds" => "%FT%T+00:00",
            _ => "%F",
        });
    }
    match options.operands.as_slice() {
        [] if options.has('s') => {}
        [] => {
            return Ok(Output::good(
                strftime(format.unwrap_or("%a %b %e %T UTC %Y"), time) + "\n",
            ))
        }
        [word] if word.starts_with('+') => {
            return Ok(Output::good(
                strftime(word.get(1..).unwrap_or(""), time) + "\n",
            ));
        }
        [_, extra, ..] => return Err(KNOWN.mistake(&format!("extra operand ‘{extra}’"))),
        [word] if !word.bytes().all(|b| b.is_ascii_digit()) => {
            return Err(Output::bad(format!("date: invalid date ‘{word}’"), 1));
        }
        _ => {}
    }
    Err(Output::bad(
        "date: cannot set date: Operation not permitted",
        1,
    ))
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

/// A span such as `2m` or `1.5`.
pub fn span(word: &str) -> Option<Duration> {
    let (number, unit) = match word.strip_suffix(['s', 'm', 'h', 'd']) {
        Some(number) => (number, &word[number.len()..]),
        None => (word, "s"),
    };
    let factor = match unit {
        "m" => 60.0,
        "h" => 3_600.0,
        "d" => 86_400.0,
        _ => 1.0,
    };
    // A world that sleeps longer than a year has nothing left to do.
    match platform::number(number).map(|n| n * factor) {
        Some(seconds) if seconds >= 0.0 && !number.starts_with('+') => {
            Some(Duration::from_micros((seconds.min(3.2e7) * 1e6) as u64))
        }
        _ if word == "infinity" => Some(Duration::from_secs(32_000_000)),
        _ => None,
    }
}

fn sleep(arguments: &[&str], at: &mut Machine) -> Result<Box<dyn Job>, Output> {
    let hint = "\nTry 'sleep --help' for more information.";
    if arguments.is_empty() {
        return Err(Output::bad(format!("sleep: missing operand{hint}"), 1));
    }
    let mut total = Duration::ZERO;
    for word in arguments {
        match span(word) {
            Some(more) => total += more,
            None => {
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
