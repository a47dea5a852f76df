//! Twin of `passwords`: the light build has no Dovecot.

/// The Cyrus library.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keeper {}

impl Keeper {
    /// That one, whatever is named.
    pub fn of(_: &str) -> Keeper {
        Keeper {}
    }

    /// It is not.
    pub fn is_dovecot(&self) -> bool {
        false
    }

    /// Nobody looks at names beforehand.
    pub fn takes_no(&self, _: &str) -> bool {
        false
    }

    /// It says so itself.
    pub fn lacks(&self, _: &str) -> bool {
        false
    }

    /// Whoever can be asked is.
    pub fn unknown(&self, detail: &str) -> (String, bool) {
        (detail.into(), false)
    }
}

/// What the library writes into the log.
pub fn failures(detail: &str) -> std::option::IntoIter<String> {
    let text = (!detail.is_empty()).then(|| format!("SASL authentication failure: {detail}"));
    text.into_iter()
}
