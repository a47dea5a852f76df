//! Where Postfix has its files.

use crate::postfix::config::main_cf::{Config, Fatal, EVERY_PROGRAM};
use crate::postfix::delivery::routes::relays_to_itself;
use crate::workstation::programs::machine::Machine;

/// The configuration.
pub const MAIN_CF: &str = "/etc/postfix/main.cf";

/// main.cf, or that of another folder (`-c`).
///
/// # Errors
/// It cannot be read, or not be understood.
pub fn main_cf(folder: Option<&str>, at: &Machine) -> Result<Config, Fatal> {
    let path = format!("{}/main.cf", folder.unwrap_or("/etc/postfix"));
    let text = at.text(&path);
    let text = text.map_err(|errno| Fatal::new(format!("open {path}: {errno}")))?;
    let config = Config::parse(&text)?;
    match config.verify() {
        Err(fatal) if fatal.program == EVERY_PROGRAM => return Err(fatal),
        _ => {}
    }
    relays_to_itself(&config).map_or(Ok(config), |why| {
        let program = EVERY_PROGRAM;
        let fatal = Fatal::new(why);
        Err(Fatal { program, ..fatal })
    })
}
