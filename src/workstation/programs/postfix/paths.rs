//! Where Postfix has its files.

use crate::postfix::config::main_cf::{Config, Fatal, EVERY_PROGRAM};
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
        Err(fatal) if fatal.program == EVERY_PROGRAM => Err(fatal),
        _ => Ok(config),
    }
}
