//! Who knows the passwords (`smtpd_sasl_type`): Postfix has the Cyrus library and Dovecot.

use crate::smtp::sasl::dovecot::is_username;

/// Who is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keeper {
    is_dovecot: bool,
}

impl Keeper {
    /// The one that `smtpd_sasl_type` names.
    pub fn of(kind: &str) -> Keeper {
        let is_dovecot = kind == "dovecot";
        Keeper { is_dovecot }
    }

    /// Whether it is Dovecot, to whom `=` alone is a response that is empty.
    pub fn is_dovecot(self) -> bool {
        self.is_dovecot
    }

    /// Whether it is Dovecot, and does not take this for a name.
    pub fn takes_no(self, name: &str) -> bool {
        self.is_dovecot && !is_username(name)
    }
}
