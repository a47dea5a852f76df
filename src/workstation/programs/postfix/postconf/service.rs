//! An entry of master.cf, as it is read and written.

use crate::files::many::Many;
use crate::postfix::config::syntax::{in_braces, name_value};

/// The names of the fields.
pub(super) const FIELDS: [&str; 8] = [
    "service",
    "type",
    "private",
    "unprivileged",
    "chroot",
    "wakeup",
    "process_limit",
    "command",
];

/// Where each field begins.
const COLUMNS: [usize; 8] = [0, 11, 17, 25, 33, 41, 49, 57];

/// The width of a line, and what continues one.
pub(super) const WIDTH: usize = 80;
pub(super) const INDENT: &str = "\n    ";

/// The parameters of a service, of which each has a default of its own.
pub(super) const TRANSPORT: &str = "time_limit=command_time_limit \
    recipient_limit=default_recipient_limit \
    extra_recipient_limit=default_extra_recipient_limit \
    recipient_refill_limit=default_recipient_refill_limit \
    recipient_refill_delay=default_recipient_refill_delay \
    delivery_slot_cost=default_delivery_slot_cost \
    delivery_slot_loan=default_delivery_slot_loan \
    delivery_slot_discount=default_delivery_slot_discount \
    minimum_delivery_slots=default_minimum_delivery_slots \
    initial_destination_concurrency=initial_destination_concurrency \
    destination_concurrency_limit=default_destination_concurrency_limit \
    destination_recipient_limit=default_destination_recipient_limit \
    destination_concurrency_positive_feedback=default_destination_concurrency_positive_feedback \
    destination_concurrency_negative_feedback=default_destination_concurrency_negative_feedback \
    destination_concurrency_failed_cohort_limit=default_destination_concurrency_failed_cohort_limit \
    destination_rate_delay=default_destination_rate_delay \
    transport_rate_delay=default_transport_rate_delay";

/// A service.
#[derive(Clone, Debug)]
pub(super) struct Service {
    /// The eight fields, and the arguments of the command.
    pub(super) fields: Vec<String>,
    /// What `-o` sets.
    pub(super) params: Option<Many>,
    /// Those of them that somebody uses.
    pub(super) valid: Vec<String>,
}

impl Service {
    fn field(&self, number: usize) -> &str {
        self.fields.get(number).map_or("", String::as_str)
    }

    /// `smtp/inet`.
    pub(super) fn space(&self) -> String {
        format!("{}/{}", self.field(0), self.field(1))
    }

    /// What a name stands for within this service.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        let process = || self.field(7).rsplit('/').next().unwrap_or("");
        match name {
            "process_name" => Some(process().into()),
            "service_name" => Some(self.field(0).into()),
            _ => self.params.as_ref()?.get(name).map(str::to_string),
        }
    }

    /// The entry on a line, or folded; `show` is what a value of `-o` looks like.
    pub(super) fn line(
        &self,
        folds: bool,
        show: &mut dyn FnMut(&str) -> Result<String, String>,
    ) -> Result<String, String> {
        let mut line = String::new();
        for (field, column) in self.fields.iter().zip(COLUMNS) {
            if !line.is_empty() {
                line.push(' ');
                while line.len() < column {
                    line.push(' ');
                }
            }
            line.push_str(field);
        }
        self.arguments(line, folds, show)
    }

    /// A line with the arguments of the command after it.
    pub(super) fn arguments(
        &self,
        mut line: String,
        folds: bool,
        show: &mut dyn FnMut(&str) -> Result<String, String>,
    ) -> Result<String, String> {
        let braced = |text: &str| match text.contains([' ', '\t', '\r', '\n']) {
            true => format!("{{{text}}}"),
            false => text.to_string(),
        };
        let mut length = line.len();
        let mut are_options = true;
        let mut rest = self.fields.iter().skip(FIELDS.len()).peekable();
        while let Some(argument) = rest.next() {
            // The first that is no option is shown as it is.
            let were_options = are_options;
            are_options &= argument.starts_with('-') && argument != "--";
            let takes = are_options && argument.get(1..2) == Some("o");
            let value = rest.next_if(|_| takes);
            let text = match (are_options, value) {
                (_, Some(value)) => {
                    length = WIDTH;
                    let value = match argument.as_str() {
                        "-o" => show(value)?,
                        _ => value.clone(),
                    };
                    format!("{argument} {}", braced(&value))
                }
                (false, None) if !were_options => braced(argument),
                _ => argument.clone(),
            };
            if length > 4 {
                match folds && length + 1 + text.len() >= WIDTH {
                    true => {
                        line.push_str(INDENT);
                        length = 4;
                    }
                    false => {
                        line.push(' ');
                        length += 1;
                    }
                }
            }
            line.push_str(&text);
            length = if value.is_some() {
                WIDTH
            } else {
                length + text.len()
            };
        }
        line.push('\n');
        Ok(line)
    }

    /// Whether the fields are such as master(5) has them; `raw` is what stands there.
    ///
    /// # Errors
    /// The first that is not.
    pub(super) fn check(&self, raw: &str) -> Result<(), String> {
        let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        for (number, name) in FIELDS.iter().enumerate().take(7).skip(1) {
            let text = self.field(number);
            let fits = match number {
                1 => ["unix", "fifo", "inet", "pass", "unix-dgram"].contains(&text),
                5 => {
                    let text = text.strip_suffix('?').unwrap_or(text);
                    text == "-" || is_number(text)
                }
                6 => text == "-" || is_number(text),
                _ => ["y", "n", "-", ""].contains(&text),
            };
            if !fits {
                let raw = raw.replace('\n', " ");
                return Err(format!("invalid {name} field \"{text}\" in \"{raw}\""));
            }
        }
        Ok(())
    }

    /// Brings what follows the command into the form that postconf shows.
    pub(super) fn normalize(&mut self, said: &mut Vec<String>) {
        let mut warn = |why: String| said.push(format!("master.cf: {why}"));
        let mut number = FIELDS.len();
        while let Some(argument) = self.fields.get(number).cloned() {
            if !argument.starts_with('-') || argument == "--" {
                break;
            }
            // `-vo` is `-v -o`, and `-oname` is `-o name`, unless there is another `o`.
            let letters = argument.get(2..).unwrap_or("");
            let mut own = argument.as_str();
            if let Some(place) = letters.find('o') {
                let (before, from) = argument.split_at(place + 2);
                self.fields.insert(number + 1, format!("-{from}"));
                own = before;
            }
            if own.starts_with("-o") && own.len() > 2 {
                let (option, value) = own.split_at(2);
                self.fields.insert(number + 1, value.into());
                own = option;
            }
            if let Some(field) = self.fields.get_mut(number) {
                *field = own.into();
            }
            if self
                .fields
                .get(number)
                .is_some_and(|field| field.starts_with("-o"))
            {
                number += 1;
                if let Some(field) = self.fields.get_mut(number) {
                    if field.starts_with('{') {
                        *field = extract(field, &mut warn);
                        match name_value(field) {
                            Ok((name, value)) => *field = format!("{name}={value}"),
                            Err(why) => warn(format!("{why}: \"{field}\"")),
                        }
                    }
                }
            }
            number += 1;
        }
        for field in self.fields.iter_mut().skip(number) {
            if field.starts_with('{') {
                *field = extract(field, &mut warn);
            }
        }
    }

    /// Notes what `-o` sets.
    fn read_params(&mut self) {
        let mut rest = self.fields.iter().skip(FIELDS.len()).peekable();
        while let Some(argument) = rest.next() {
            if !argument.starts_with('-') || argument == "--" {
                break;
            }
            let takes = argument.get(1..2) == Some("o");
            let Some(value) = rest.next_if(|_| takes) else {
                continue;
            };
            if let Some((name, value)) = name_value(value).ok().filter(|_| argument == "-o") {
                let all = self.params.get_or_insert_with(Many::default);
                all.insert(name, value);
            }
        }
    }
}

/// What stands in braces, without blanks around it.
fn extract(text: &str, warn: &mut dyn FnMut(String)) -> String {
    let inner = match in_braces(text) {
        Ok(inner) => inner,
        Err(why) => {
            warn(why);
            let inner = text.strip_prefix('{').unwrap_or(text);
            inner.rsplit_once('}').map_or(inner, |(inner, _)| inner)
        }
    };
    inner.trim_ascii().into()
}

/// Words of master.cf; what stands in braces holds together.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut level = 0usize;
    let mut is_between = true;
    for c in text.chars() {
        if level == 0 && matches!(c, ' ' | '\t' | '\r' | '\n') {
            is_between = true;
            continue;
        }
        match c {
            '{' => level += 1,
            '}' => level = level.saturating_sub(1),
            _ => {}
        }
        if std::mem::take(&mut is_between) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(c);
        }
    }
    words
}

/// Reads an entry.
///
/// # Errors
/// What is wrong with it.
pub(super) fn parse(text: &str, said: &mut Vec<String>) -> Result<Service, String> {
    let mut service = Service {
        fields: words(text),
        params: None,
        valid: Vec::new(),
    };
    if service.fields.len() < FIELDS.len() {
        return Err("bad field count".into());
    }
    service.check(text)?;
    service.normalize(said);
    service.read_params();
    Ok(service)
}
