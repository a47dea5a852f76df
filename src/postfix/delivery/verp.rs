//! Variable envelope return paths (VERP_README): each delivery has a sender that names its recipient.

use crate::postfix::queue::file::{Addressee, QueueFile};

impl QueueFile {
    /// What stands between sender and recipient, and in the place of the recipient's `@`, where each delivery
    /// has a sender of its own: a record of the envelope.
    pub(in crate::postfix) fn verp(&self) -> Option<&str> {
        let mut records = self.envelope.lines();
        records.find_map(|line| line.strip_prefix("verp_delimiters: "))
    }

    /// The sender of the delivery to one recipient: `list@here` to `user@there` is
    /// `list+user=there@here`. What the recipient was before aliases counts.
    pub(super) fn sender_to(&self, recipient: &Addressee) -> String {
        let mut delimiters = self.verp().unwrap_or_default().chars();
        let (Some(first), Some(second)) = (delimiters.next(), delimiters.next()) else {
            return self.sender.clone();
        };
        let split = |address: &str| match address.rsplit_once('@') {
            Some((local, domain)) => (local.to_string(), domain.to_string()),
            None => (address.to_string(), String::new()),
        };
        let to = match recipient.original.as_str() {
            "" => &recipient.address,
            original => original,
        };
        let ((mut sender, home), (user, domain)) = (split(&self.sender), split(to));
        sender.push(first);
        sender.push_str(&user);
        for (mark, domain) in [(second, domain), ('@', home)] {
            if !domain.is_empty() {
                sender.push(mark);
                sender.push_str(&domain);
            }
        }
        sender
    }
}
