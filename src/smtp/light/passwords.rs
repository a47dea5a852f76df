//! Twin of `passwords`: the light build has no Dovecot.

/// The Cyrus library.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keeper {}

impl Keeper {
    /// That one, whatever is named.
    pub fn of(_: &str) -> Keeper {
        Keeper {}
    }

    /// It is not.
    pub fn is_dovecot(self) -> bool {
        false
    }
}
