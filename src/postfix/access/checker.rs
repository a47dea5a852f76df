//! One evaluation: what it stands on, and what is known so far.

use crate::dns::Dns;
use crate::postfix::access::full::position::{Neighbours, Position, Verified};
use crate::postfix::access::lists::AccessControl;
use crate::postfix::address::resolve::Resolver;
use crate::smtp::policy::{Deferral, Facts, Memory, Verdict};
use crate::smtp::settings::Settings;

/// What the restrictions stand on, besides their own parameters.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// What sessions obey.
    pub settings: &'a Settings,
    /// How addresses are resolved.
    pub resolver: &'a Resolver,
    /// The names of the network.
    pub dns: &'a Dns,
    /// `mail_name`.
    pub mail_name: &'a str,
    /// What answers on the host beside its Postfix.
    // The light build has nothing there.
    #[allow(dead_code)]
    pub neighbours: &'a Neighbours,
    /// What probes have found out.
    #[allow(dead_code)]
    pub verified: &'a Verified,
}

/// One evaluation.
pub(super) struct Checker<'a> {
    pub(super) access: &'a AccessControl,
    pub(super) ground: Ground<'a>,
    pub(super) facts: Facts,
    pub(super) memory: Memory,
    /// `defer_if_permit` is in force.
    pub(super) deferring: bool,
    pub(super) defer_if_reject: Option<Deferral>,
    /// The depth at which `warn_if_reject` was met, or 0.
    pub(super) warn_if_reject: usize,
    /// How many lists are inside one another.
    pub(super) recursion: usize,
    /// How many of these are restriction classes, since the last table.
    pub(super) nested: usize,
    /// How many restrictions have been tried.
    pub(super) steps: usize,
    pub(super) discard: bool,
    /// The text of the last rejection.
    pub(super) text: String,
    pub(super) verdict: Verdict,
    pub(super) etrn: Option<String>,
    /// The list that is being gone through, for those who watch.
    pub(super) position: Position,
}

impl<'a> Checker<'a> {
    /// One that begins with what a session knows.
    pub(super) fn new(access: &'a AccessControl, facts: &Facts, ground: Ground<'a>) -> Self {
        Checker {
            access,
            ground,
            facts: facts.clone(),
            memory: facts.memory.clone(),
            deferring: false,
            defer_if_reject: None,
            warn_if_reject: 0,
            recursion: 0,
            nested: 0,
            steps: 0,
            discard: facts.memory.discard,
            text: String::new(),
            verdict: Verdict::default(),
            etrn: None,
            position: Position::default(),
        }
    }
}
