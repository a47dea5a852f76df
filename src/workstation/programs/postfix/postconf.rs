//! postconf: the parameters of main.cf.

use crate::postfix::config::expansion::Malformed;
use crate::postfix::config::main_cf::{Config, Fatal};
use crate::postfix::config::parameter;
use crate::workstation::programs::machine::{invalid_option, Machine};
use crate::workstation::programs::output::Output;
use crate::workstation::programs::postfix::MAIN_CF;

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
    let value_of = |name: &str| {
        let raw = match letters.contains('d') {
            true => parameter::find(name).map(|known| known.default.to_string()),
            false => config.raw(name),
        };
        raw.map(|raw| match letters.contains('x') {
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
            Some(Err(malformed)) => return malformed_value(malformed, at),
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

/// A value with which postconf does not go on.
fn malformed_value(malformed: Malformed, at: &mut Machine) -> Output {
    let fatal = malformed.fatal;
    let reason = fatal.unwrap_or_else(|| "macro processing error".into());
    let fatal = Fatal {
        warnings: malformed.warnings.lines().to_vec(),
        ..Fatal::new(reason)
    };
    at.refuse("postconf", fatal)
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
