//! The socket at which Postfix asks Dovecot for mechanisms and passwords (`smtpd_sasl_path`).

use crate::files::who::{Access, Who};
use crate::files::Files;
use crate::postfix::neighbour::people::PEOPLE;
use crate::postfix::neighbour::place::{is_same, QUEUE};
use crate::postfix::neighbour::LIST;

/// In the list of what answers: a Dovecot of which nothing is said, which is wherever Postfix looks for it. So is
/// one on a host that has no list.
pub const ANYWHERE: &str = "auth";

/// Under this name a table says which token belongs to whom.
pub const TOKENS: &str = "oauth2";

/// The mechanisms that Dovecot offers at a place.
///
/// # Errors
/// Why nobody can be asked there.
pub fn mechanisms(path: &str, files: &Files) -> Result<String, &'static str> {
    let list = files.get(LIST);
    let lines = || list.unwrap_or(ANYWHERE).lines();
    let is_inet = path.starts_with("inet:");
    // Nor is it at the place where Postfix looks if nobody tells it.
    if lines().any(|own| own == ANYWHERE) && (is_inet || path.contains("auth")) {
        let more = if lines().any(|own| own == TOKENS) {
            " XOAUTH2 OAUTHBEARER"
        } else {
            ""
        };
        return Ok(format!("PLAIN LOGIN{more}"));
    }
    reach(path, files)?;
    let mut told = lines().filter_map(|own| own.strip_prefix(PEOPLE));
    Ok(told.next().unwrap_or("").trim().to_ascii_uppercase())
}

/// Whether Postfix gets through to who listens at a place.
///
/// # Errors
/// Why it does not.
pub(super) fn reach(path: &str, files: &Files) -> Result<(), &'static str> {
    let is_inet = path.starts_with("inet:");
    let place = match is_inet {
        true => path.to_string(),
        false => format!("unix:{path}"),
    };
    if !is_inet {
        allows(path, Access::Write, files)?;
    }
    let list = files.get(LIST).unwrap_or("");
    match list.lines().any(|own| is_same(own, &place)) {
        true => Ok(()),
        false => Err("Connection refused"),
    }
}

/// Whether Postfix may do something with a file.
///
/// # Errors
/// Why it may not.
pub(in crate::postfix) fn allows(
    path: &str,
    access: Access,
    files: &Files,
) -> Result<(), &'static str> {
    let text = |path| files.get(path).unwrap_or("");
    let postfix = Who::named("postfix", text("/etc/passwd"), text("/etc/group"));
    let path = match path.starts_with('/') {
        true => path.to_string(),
        false => format!("{QUEUE}{path}"),
    };
    let found = files.check(&path, &postfix.unwrap_or(Who::ROOT), access);
    found.map_err(|errno| errno.text())
}
