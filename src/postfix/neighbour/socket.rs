//! The socket at which Postfix asks Dovecot for mechanisms and passwords (`smtpd_sasl_path`).

use crate::files::who::{Access, Who};
use crate::files::Files;
use crate::postfix::neighbour::people::PEOPLE;
use crate::postfix::neighbour::place::{is_same, QUEUE};
use crate::postfix::neighbour::LIST;

/// In the list of what answers: a Dovecot of which nothing is said, which is wherever Postfix looks for it. So is
/// one on a host that has no list.
pub const ANYWHERE: &str = "auth";

/// The mechanisms that Dovecot offers at a place.
///
/// # Errors
/// Why nobody can be asked there.
pub fn mechanisms(path: &str, files: &Files) -> Result<String, &'static str> {
    const REFUSED: &str = "Connection refused";
    let list = files.get(LIST);
    let lines = || list.unwrap_or(ANYWHERE).lines();
    let is_inet = path.starts_with("inet:");
    // Nor is it at the place where Postfix looks if nobody tells it.
    if lines().any(|own| own == ANYWHERE) && (is_inet || path.contains("auth")) {
        return Ok("PLAIN LOGIN".into());
    }
    let place = match is_inet {
        true => path.to_string(),
        false => format!("unix:{path}"),
    };
    if !is_inet {
        let text = |path| files.get(path).unwrap_or("");
        let postfix = Who::named("postfix", text("/etc/passwd"), text("/etc/group"));
        let path = match path.starts_with('/') {
            true => path.to_string(),
            false => format!("{QUEUE}{path}"),
        };
        let postfix = postfix.unwrap_or(Who::ROOT);
        let found = files.check(&path, &postfix, Access::Write);
        found.map_err(|errno| errno.text())?;
    }
    if !lines().any(|own| is_same(own, &place)) {
        return Err(REFUSED);
    }
    let mut told = lines().filter_map(|own| own.strip_prefix(PEOPLE));
    Ok(told.next().unwrap_or("").trim().to_ascii_uppercase())
}
