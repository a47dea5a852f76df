//! Who may use the queue: `authorized_submit_users`, `authorized_mailq_users`, `authorized_flush_users`,
//! and as whom somebody may send (`local_login_sender_maps`).

use crate::postfix::lookup::list::{List, Style};
use crate::postfix::lookup::maps::Maps;
use crate::postfix::lookup::tables::Tables;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::postfix::paths::main_cf;

impl Machine<'_> {
    /// Why this user may not do what a list of users is for; nothing where main.cf cannot be read, which
    /// is said elsewhere.
    pub(super) fn forbidden(&self, list: &str, what: &str) -> Option<String> {
        let config = main_cf(None, self).ok()?;
        // Postfix looks no further either: most lists say that everybody may.
        if config.get(list).starts_with("static:") {
            return None;
        }
        let files = self.files().cloned().unwrap_or_default();
        let mut tables = Tables::new(&config, &files);
        let users = List::open(&config, list, Style::Exact, &mut tables);
        if users.has_name(self.user) == Ok(true) {
            return None;
        }
        let uid = self.who().uid;
        let user = self.user;
        Some(format!("User {user}({uid}) is not allowed to {what}"))
    }

    /// Whether this user may send as somebody.
    pub(super) fn may_send_as(&self, sender: &str) -> bool {
        let Ok(config) = main_cf(None, self) else {
            return true;
        };
        let name = "local_login_sender_maps";
        if config.get(name) == "static:*" {
            return true;
        }
        let files = self.files().cloned().unwrap_or_default();
        let mut tables = Tables::new(&config, &files);
        let maps = Maps::open(&config, name, &mut tables);
        let Ok(Some(found)) = maps.get(self.user) else {
            return false;
        };
        let delimiters = config.get("recipient_delimiter");
        let (local, domain) = sender.rsplit_once('@').unwrap_or((sender, ""));
        let end = local
            .find(|c| delimiters.contains(c))
            .filter(|end| *end > 0);
        let bare = local.get(..end.unwrap_or(local.len())).unwrap_or(local);
        let nobody = config.get("empty_address_local_login_sender_maps_lookup_key");
        let takes = |pattern: &str| match pattern.strip_prefix('@') {
            _ if pattern == "*" => true,
            _ if sender.is_empty() => pattern == nobody,
            Some(own) => own.eq_ignore_ascii_case(domain),
            None => [sender.to_string(), format!("{bare}@{domain}")]
                .iter()
                .any(|own| own.eq_ignore_ascii_case(pattern)),
        };
        let mut patterns = found
            .split([',', ' ', '\t'])
            .filter(|word| !word.is_empty());
        patterns.any(takes)
    }
}
