//! Where Postfix has its files.

use crate::postfix::config::main_cf::{Config, Fatal, EVERY_PROGRAM};
use crate::postfix::delivery::routes::stops_all;
use crate::workstation::programs::machine::Machine;

/// The configuration.
pub const MAIN_CF: &str = "/etc/postfix/main.cf";

/// The folder of main.cf, and whether somebody has named it.
pub fn directory(folder: Option<&str>, at: &Machine) -> (String, bool) {
    let named = folder.map(str::to_string);
    let named = named.or_else(|| at.variable("MAIL_CONFIG"));
    let is_named = named.is_some();
    (named.unwrap_or_else(|| "/etc/postfix".into()), is_named)
}

/// main.cf, or that of another folder (`-c`, or MAIL_CONFIG).
///
/// # Errors
/// It cannot be read, or not be understood.
pub fn main_cf(folder: Option<&str>, at: &Machine) -> Result<Config, Fatal> {
    let path = format!("{}/main.cf", directory(folder, at).0);
    let text = at.text(&path);
    let every = |why: String| Fatal {
        program: EVERY_PROGRAM,
        ..Fatal::new(why)
    };
    let text = text.map_err(|errno| every(format!("open {path}: {errno}")))?;
    let config = Config::parse(&text)?;
    match config.verify() {
        Err(fatal) if fatal.program == EVERY_PROGRAM => return Err(fatal),
        _ => {}
    }
    let stops = stops_all(&config).map(every);
    // Another folder is another main.cf, but the host is the same.
    let host = at.world.host(at.host);
    let server = host.and_then(|host| host.server.as_deref());
    let stops = stops.or_else(|| server?.stops_every(&config));
    stops.map_or(Ok(config), Err)
}
