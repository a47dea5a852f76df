//! Time as a value: it is handed in, never asked for, so every run can be replayed.

use std::fmt;
use std::ops::{Add, Sub};
use std::time::Duration;

/// A moment, in microseconds since 1970-01-01 00:00:00 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub u64);

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];

/// A moment read off the calendar, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Four digits.
    pub year: u64,
    /// 1 to 12.
    pub month: u64,
    /// 1 to 31.
    pub day: u64,
    /// 0 to 23.
    pub hour: u64,
    /// 0 to 59.
    pub minute: u64,
    /// 0 to 59.
    pub second: u64,
    weekday: usize,
}

impl Time {
    /// The end of time: the last moment of the year 9999. What is later never comes.
    pub const LAST: Time = Time(253_402_300_799_999_999);

    /// Whole seconds since the epoch.
    pub fn seconds(self) -> u64 {
        self.0 / 1_000_000
    }

    /// The microseconds of the current second.
    pub fn micros(self) -> u64 {
        self.0 % 1_000_000
    }

    /// The date and time of day (Howard Hinnant's `civil_from_days`).
    pub fn calendar(self) -> Calendar {
        let days = self.seconds() / 86_400;
        let of_day = self.seconds() % 86_400;
        let z = days + 719_468;
        let era = z / 146_097;
        let day_of_era = z % 146_097;
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let month = if shifted < 10 {
            shifted + 3
        } else {
            shifted - 9
        };
        Calendar {
            year: year_of_era + era * 400 + u64::from(month <= 2),
            month,
            day: day_of_year - (153 * shifted + 2) / 5 + 1,
            hour: of_day / 3_600,
            minute: of_day / 60 % 60,
            second: of_day % 60,
            weekday: (days % 7) as usize,
        }
    }

    /// The stamp of a line in mail.log: `Nov 24 01:55:53`.
    ///
    /// ```
    /// use smtp_terminal::time::Time;
    /// assert_eq!(Time(1_795_485_353_000_000).log_stamp(), "Nov 24 01:55:53");
    /// ```
    pub fn log_stamp(self) -> String {
        let c = self.calendar();
        let month = MONTHS[(c.month - 1) as usize];
        format!(
            "{month} {:2} {:02}:{:02}:{:02}",
            c.day, c.hour, c.minute, c.second
        )
    }

    /// The date as a shell's `date` prints it.
    ///
    /// ```
    /// use smtp_terminal::time::Time;
    /// assert_eq!(Time(1_795_485_353_000_000).shell_date(), "Tue Nov 24 01:55:53 UTC 2026");
    /// ```
    pub fn shell_date(self) -> String {
        let c = self.calendar();
        format!("{} {} UTC {}", DAYS[c.weekday], self.log_stamp(), c.year)
    }

    /// The date of an mbox `From ` line and of mailq (C's `asctime`).
    ///
    /// ```
    /// use smtp_terminal::time::Time;
    /// assert_eq!(Time(1_795_485_353_000_000).mailbox_date(), "Tue Nov 24 01:55:53 2026");
    /// ```
    pub fn mailbox_date(self) -> String {
        let c = self.calendar();
        format!("{} {} {}", DAYS[c.weekday], self.log_stamp(), c.year)
    }

    /// The date of a header (RFC 5322 section 3.3), as Postfix writes it.
    ///
    /// ```
    /// use smtp_terminal::time::Time;
    /// let date = Time(1_795_485_353_000_000).header_date();
    /// assert_eq!(date, "Tue, 24 Nov 2026 01:55:53 +0000 (UTC)");
    /// ```
    pub fn header_date(self) -> String {
        let c = self.calendar();
        format!(
            "{}, {:2} {} {} {:02}:{:02}:{:02} +0000 (UTC)",
            DAYS[c.weekday],
            c.day,
            MONTHS[(c.month - 1) as usize],
            c.year,
            c.hour,
            c.minute,
            c.second
        )
    }
}

/// A span in milliseconds. (The standard library's are of 128 bits, which weigh in the browser.)
pub fn millis(span: Duration) -> u64 {
    let seconds = span.as_secs().saturating_mul(1_000);
    seconds.saturating_add(u64::from(span.subsec_millis()))
}

/// A span in microseconds.
pub fn micros(span: Duration) -> u64 {
    let seconds = span.as_secs().saturating_mul(1_000_000);
    seconds.saturating_add(u64::from(span.subsec_micros()))
}

impl Add<Duration> for Time {
    type Output = Time;
    fn add(self, span: Duration) -> Time {
        Time(self.0.saturating_add(micros(span)))
    }
}

impl Sub for Time {
    type Output = Duration;
    fn sub(self, earlier: Time) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.log_stamp())
    }
}
