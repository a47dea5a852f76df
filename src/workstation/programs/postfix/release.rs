//! Which release of Postfix a host has (`mail_version`).

use crate::workstation::programs::machine::Machine;

/// Whether it is older than this one.
pub(super) fn is_before(at: &mut Machine, major: u32, minor: u32) -> bool {
    let version = at.server().map(|(s, _)| s.config.get("mail_version"));
    let version = version.unwrap_or_default();
    let mut parts = version.split('.').map(|p| p.parse::<u32>().unwrap_or(0));
    let own = (parts.next().unwrap_or(3), parts.next().unwrap_or(0));
    own < (major, minor)
}
