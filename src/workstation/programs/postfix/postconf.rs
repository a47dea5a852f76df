//! postconf: the parameters of main.cf.

use crate::postfix::config::expansion::{scan, Malformed};
use crate::postfix::config::main_cf::Config;
use crate::postfix::config::parameter::{self, Kind};
use crate::workstation::programs::machine::{invalid_option, Machine};
use crate::workstation::programs::output::Output;
use crate::workstation::programs::postfix::paths::MAIN_CF;

/// postconf, with -n, -d, -e, -x and names.
pub(super) fn postconf(arguments: &[&str], at: &mut Machine) -> Output {
    let letters: String = arguments
        .iter()
        .filter_map(|w| w.strip_prefix('-'))
        .collect();
    let names: Vec<&str> = arguments
        .iter()
        .copied()
        .filter(|w| !w.starts_with('-'))
        .collect();
    if let Some(odd) = letters.chars().find(|c| !"ndexhH".contains(*c)) {
        return invalid_option("postconf", odd);
    }
    let text = at.read(MAIN_CF).unwrap_or_default();
    let config = match Config::parse(&text) {
        Ok(config) => config,
        Err(fatal) => return at.refuse("postconf", fatal),
    };
    if letters.contains('e') || names.iter().any(|n| n.contains('=')) {
        return edit(&names, &text, at);
    }
    let mut output = Output::default();
    let shows_defaults = letters.contains('d');
    if !shows_defaults {
        if let Err(malformed) = inspect(&config, &mut output) {
            return refuse(malformed, output);
        }
    }
    let value_of = |name: &str| {
        let known = parameter::find(name);
        let raw = match shows_defaults {
            true => known.map(|known| known.default.to_string()),
            false => config.raw(name),
        };
        let is_raw = known.is_some_and(|known| known.kind == Kind::Raw);
        raw.map(|raw| match letters.contains('x') && !is_raw {
            true => config.expand(&raw),
            false => Ok(raw),
        })
    };
    let wanted: Vec<String> = if !names.is_empty() {
        names.iter().map(|n| n.to_string()).collect()
    } else if letters.contains('n') {
        config
            .explicit()
            .map(|(name, _)| name.to_string())
            .collect()
    } else {
        let mut all: Vec<String> = parameter::all().map(|known| known.name.into()).collect();
        all.sort();
        all
    };
    for name in wanted {
        match value_of(&name) {
            Some(Err(malformed)) => return refuse(malformed, output),
            Some(Ok(value)) if letters.contains('h') => {
                output.text.push_str(&format!("{value}\n"));
            }
            Some(Ok(value)) => {
                let line = format!("{name} = {value}");
                output.text.push_str(&format!("{}\n", line.trim_end()));
            }
            None => {
                output.complain_first(format!("postconf: warning: {name}: unknown parameter\n"))
            }
        }
    }
    output
}

/// Before postconf says anything it looks at each value of main.cf, and expands those of Postfix's
/// own parameters.
fn inspect(config: &Config, output: &mut Output) -> Result<(), Malformed> {
    let is_raw = |name: &str| parameter::find(name).is_some_and(|known| known.kind == Kind::Raw);
    for (_, value) in config.explicit().filter(|(name, _)| !is_raw(name)) {
        if let Err(malformed) = scan(value, &|_| ()) {
            warn(&malformed, output);
        }
    }
    for (_, value) in config
        .explicit()
        .filter(|(name, _)| !is_raw(name) && parameter::find(name).is_some())
    {
        config.expand(value)?;
    }
    Ok(())
}

fn warn(malformed: &Malformed, output: &mut Output) {
    for warning in malformed.warnings.lines() {
        output.complain(format!("postconf: warning: {warning}\n"));
    }
}

/// What postconf says of a value with which it does not go on.
fn refuse(malformed: Malformed, mut output: Output) -> Output {
    warn(&malformed, &mut output);
    let reason = malformed.fatal.as_deref();
    let reason = reason.unwrap_or("macro processing error");
    output.fail(1, format!("postconf: fatal: {reason}\n"));
    output
}

/// Writes parameters into main.cf: over those that are there, or at its end.
fn edit(settings: &[&str], text: &str, at: &mut Machine) -> Output {
    let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
    for setting in settings {
        let Some((name, value)) = setting.split_once('=') else {
            return at.fatal(
                "postconf",
                format!("missing '=' after attribute name: \"{setting}\""),
            );
        };
        let (name, value) = (name.trim(), value.trim());
        let line = format!("{name} = {value}").trim_end().to_string();
        let is_same = |l: &String| l.split_once('=').is_some_and(|(n, _)| n.trim() == name);
        match lines.iter().position(is_same) {
            Some(place) => {
                // With the lines that went on with it.
                let more = lines[place + 1..]
                    .iter()
                    .take_while(|l| l.starts_with([' ', '\t']));
                let end = place + 1 + more.count();
                lines.splice(place..end, [line]);
            }
            None => lines.push(line),
        }
    }
    match at.write(MAIN_CF, &(lines.join("\n") + "\n"), false) {
        Ok(()) => Output::default(),
        Err(why) => Output::bad(format!("postconf: fatal: {why}"), 1),
    }
}
