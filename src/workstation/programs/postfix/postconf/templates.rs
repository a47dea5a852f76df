//! The words of notifications, as they are written (`-t`) and with their values (`-b`).

use super::book::Book;
use crate::postfix::config::main_cf::Config;
use crate::postfix::delivery::template::{Templates, CLASSES};
use crate::workstation::programs::machine::Machine;

/// Shows the templates of a file, or of main.cf's.
///
/// # Errors
/// What postconf cannot go on after.
pub(super) fn run(
    book: &mut Book,
    expands: bool,
    names: &[&str],
    at: &Machine,
) -> Result<(), String> {
    let path = format!("{}/main.cf", book.directory);
    let main_cf = at
        .text(&path)
        .map_err(|errno| format!("open {path}: {errno}"))?;
    let config = Config::parse(&main_cf).map_err(|fatal| fatal.reason)?;
    let file = match names {
        [] => config.get("bounce_template_file"),
        [file] => file.to_string(),
        _ => return Err("options -b and -t require at most one template file".into()),
    };
    let own = match file.is_empty() {
        true => Ok(String::new()),
        false => at
            .text(&file)
            .map_err(|errno| format!("open {file}: {errno}")),
    };
    let mut said = Vec::new();
    let mut text = String::new();
    let all = own.and_then(|own| Templates::read(&file, &own, &mut said));
    let done = all.and_then(|all| {
        for (place, class) in CLASSES.iter().enumerate() {
            let template = all.of(place, &mut said);
            let (name, shown) = match expands {
                true => (
                    format!("expanded_{class}_text"),
                    template.expand(&config, &mut said)?,
                ),
                false => (format!("{class}_template"), template.dump()),
            };
            let space = if text.is_empty() { "" } else { "\n" };
            text.push_str(&format!("{space}{name} = <<EOF\n{shown}EOF\n"));
        }
        Ok(())
    });
    // It is bounce that is asked.
    for warning in said {
        book.output
            .complain(format!("postfix/bounce: warning: {warning}\n"));
    }
    match done {
        Ok(()) => book.text.push_str(&text),
        Err(why) => book
            .output
            .fail(1, format!("postfix/bounce: fatal: {why}\n")),
    }
    Ok(())
}
