//! What the domain name system says, as `smtpd_dns_reply_filter` leaves it.

use crate::dns::{Data, Kind, Missing};
use crate::postfix::access::checker::Checker;
use crate::postfix::access::judgement::Status;
use crate::smtp::policy::Note;

impl Checker<'_> {
    /// Asks for a name as it is.
    pub(in crate::postfix::access) fn records(
        &mut self,
        name: &str,
        kind: Kind,
    ) -> Result<Vec<Data>, Missing> {
        let mut notes = Vec::new();
        let replies = &self.access.lookups.replies;
        let found = replies.look_up(self.ground.dns, name, kind, &mut notes);
        notes
            .into_iter()
            .for_each(|text| self.note(Note::info(text)));
        found
    }

    /// Nothing is said of a name whose records the filter has dropped.
    pub(in crate::postfix::access) fn dropped(&mut self, name: &str, what: &str) -> Status {
        self.warn(format!(
            "{name}: {what} lookup error: DNS reply filter drops all results"
        ));
        Status::Dunno
    }
}
