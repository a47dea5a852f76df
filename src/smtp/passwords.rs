//! Who knows the passwords (`smtpd_sasl_type`): Postfix has the Cyrus library and Dovecot.

/// Who is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keeper {
    /// Dovecot's mechanisms, if it is Dovecot.
    mechanisms: Option<String>,
}

impl Keeper {
    /// The one that `smtpd_sasl_type` names.
    pub fn of(kind: &str) -> Keeper {
        let mechanisms = (kind == "dovecot").then(|| "PLAIN LOGIN".into());
        Keeper { mechanisms }
    }

    /// Dovecot, with these mechanisms.
    pub fn dovecot(mechanisms: &str) -> Keeper {
        let mechanisms = Some(mechanisms.into());
        Keeper { mechanisms }
    }

    /// Whether it is Dovecot, to whom `=` alone is a response that is empty.
    pub fn is_dovecot(&self) -> bool {
        self.mechanisms.is_some()
    }

    /// Whether it is Dovecot, and does not take this for a name.
    pub fn takes_no(&self, name: &str) -> bool {
        self.is_dovecot() && !is_username(name)
    }

    /// Whether it is Dovecot, and has no such mechanism; the Cyrus library says so itself.
    pub fn lacks(&self, mechanism: &str) -> bool {
        let is_it = |own: &str| own.eq_ignore_ascii_case(mechanism);
        let known = self.mechanisms.as_ref();
        known.is_some_and(|known| !known.split(' ').any(is_it))
    }
}

/// Whether Dovecot takes a text for a name (`auth_username_chars`).
pub fn is_username(name: &str) -> bool {
    let is_usual = |b: u8| b.is_ascii_alphanumeric() || b".-_@".contains(&b);
    !name.is_empty() && name.bytes().all(is_usual)
}
