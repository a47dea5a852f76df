//! Who knows the passwords (`smtpd_sasl_type`): Postfix has the Cyrus library and Dovecot.

/// Who is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keeper {
    /// It is Dovecot.
    pub is_dovecot: bool,
    /// The mechanisms that there are, with a space between them.
    pub mechanisms: String,
    /// Where the Cyrus library finds passwords: `saslauthd`, the path of a sasldb, or nothing where they are the
    /// accounts' own.
    pub place: String,
    /// Of whom the library takes a name to be that has no realm.
    pub realm: String,
    /// What the library says where nobody can be asked there.
    pub gone: String,
}

/// The library, as if its mech_list said so.
impl Default for Keeper {
    fn default() -> Keeper {
        Keeper {
            is_dovecot: false,
            mechanisms: "CRAM-MD5 PLAIN LOGIN".into(),
            place: String::new(),
            realm: String::new(),
            gone: String::new(),
        }
    }
}

impl Keeper {
    /// The one that `smtpd_sasl_type` names.
    pub fn of(kind: &str) -> Keeper {
        match kind {
            "dovecot" => Keeper::dovecot("PLAIN LOGIN"),
            _ => Keeper::default(),
        }
    }

    /// Dovecot, with these mechanisms.
    pub fn dovecot(mechanisms: &str) -> Keeper {
        Keeper {
            is_dovecot: true,
            mechanisms: mechanisms.into(),
            ..Keeper::default()
        }
    }

    /// Whether it is Dovecot, to whom `=` alone is a response that is empty.
    pub fn is_dovecot(&self) -> bool {
        self.is_dovecot
    }

    /// Whether it is Dovecot, and does not take this for a name.
    pub fn takes_no(&self, name: &str) -> bool {
        self.is_dovecot && !is_username(name)
    }

    /// Whether it has no such mechanism.
    pub fn lacks(&self, mechanism: &str) -> bool {
        let mut known = self.mechanisms.split(' ');
        !known.any(|own| own.eq_ignore_ascii_case(mechanism))
    }

    /// What is said of somebody who is not known, and whether that is because nobody can be asked.
    pub fn unknown(&self, detail: &str) -> (String, bool) {
        match (&*self.gone, detail) {
            ("", detail) => (detail.into(), false),
            (gone, "") => (gone.into(), true),
            (gone, detail) => (format!("{gone}\n{detail}"), true),
        }
    }
}

/// What the library writes into the log, in lines of their own.
pub fn failures(detail: &str) -> impl Iterator<Item = String> + '_ {
    detail
        .lines()
        .map(|line| match line.starts_with("unable to open") {
            true => format!("SASL authentication problem: {line}"),
            false => format!("SASL authentication failure: {line}"),
        })
}

/// Whether Dovecot takes a text for a name (`auth_username_chars`).
pub fn is_username(name: &str) -> bool {
    let is_usual = |b: u8| b.is_ascii_alphanumeric() || b".-_@".contains(&b);
    !name.is_empty() && name.bytes().all(is_usual)
}
