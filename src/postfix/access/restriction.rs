//! What a restriction is: its name, what follows it in a list, since which release it is known, and
//! what it does. Here it has a table entry, there it is called.

use crate::postfix::access::checker::Checker;
use crate::postfix::access::judgement::{Check, Subject};
use crate::smtp::release::Release;

/// A restriction that stands in a list.
#[derive(Clone, Copy)]
pub(super) struct Call<'a> {
    /// Its name, as it is written.
    pub(super) word: &'a str,
    /// What follows it: its argument, where it takes one.
    pub(super) next: Option<&'a str>,
    /// Who or what is judged, as a reply names it.
    pub(super) name: &'a str,
    pub(super) subject: Subject,
}

impl<'a> Call<'a> {
    /// The argument of a restriction that takes one.
    pub(super) fn argument(&self) -> &'a str {
        self.next.unwrap_or("")
    }

    /// `<name>: Client host rejected: …`
    pub(super) fn rejected(&self, why: &str) -> String {
        format!("<{}>: {} rejected: {why}", self.name, self.subject.name())
    }
}

/// What a restriction takes from the list behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
// Some are for the full build's restrictions alone.
#[allow(dead_code)]
pub(super) enum Takes {
    Nothing,
    /// `type:table`; anything else is an error of the server's.
    Table,
    /// A domain; without one nothing happens.
    Domain,
    /// Digits; anything else is an error of the server's.
    Number,
    /// `transport:server`; anything else is an error of the server's.
    Service,
}

/// A restriction that Postfix knows.
pub(super) struct Word {
    pub(super) name: &'static str,
    pub(super) takes: Takes,
    pub(super) since: Release,
    pub(super) run: fn(&mut Checker<'_>, &Call<'_>) -> Check,
}

impl Word {
    /// One that every release knows.
    pub(super) const fn new(
        name: &'static str,
        takes: Takes,
        run: fn(&mut Checker<'_>, &Call<'_>) -> Check,
    ) -> Word {
        Word {
            name,
            takes,
            since: Release(0, 0),
            run,
        }
    }

    /// The same, known since a release.
    pub(super) const fn since(mut self, release: Release) -> Word {
        self.since = release;
        self
    }
}
