//! The light build's server ends with the dot: nothing stands behind its smtpd.

use crate::postfix::config::main_cf::Config;
use crate::postfix::lookup::tables::Tables;
use crate::postfix::server::processes::Processes;
use crate::postfix::server::running::Server;
use crate::smtp::envelope::{Cleaned, Message};
use crate::smtp::policy::{Facts, Note, Question, Rate, Triplet, Verdict};
use crate::smtp::reply::Reply;
use crate::time::Time;

/// What waits to be delivered: nothing.
#[derive(Clone, Debug, Default)]
pub struct Queue;

/// Who is kept waiting: nobody.
#[derive(Clone, Debug)]
pub struct Greylist;

/// How the server says what it says: as Postfix does.
#[derive(Clone, Debug, Default)]
pub struct Wording;

/// The processes of the daemons behind smtpd: there are none.
#[derive(Clone, Debug, Default)]
pub(super) struct Daemons;

impl Daemons {
    pub(super) fn process(&mut self, _: &'static str, _: &mut Processes) -> Option<u32> {
        None
    }

    pub(super) fn is_news(&mut self, _: u32, _: &Note) -> bool {
        true
    }
}

/// What main.cf says of what happens after the dot: nothing does.
#[derive(Clone, Debug)]
pub(super) struct AfterDot;

impl AfterDot {
    pub(super) fn new(_: &Config, _: &mut Tables) -> AfterDot {
        AfterDot
    }
}

/// What anvil would write: nothing.
#[derive(Clone, Debug, Default)]
pub(in crate::postfix) struct Statistics;

impl Statistics {
    pub(super) fn note(&mut self, _: Rate, _: usize, _: usize, _: &str, _: Time) {}

    pub(super) fn leave(&mut self, _: Time) {}
}

impl Server {
    pub(super) fn enqueue(&mut self, _: &Message, _: Option<&Cleaned>, _: Time) {}

    pub(super) fn thin_out(&mut self, _: usize) {}

    pub(super) fn remember(&mut self, _: &Triplet, _: &str, _: Time) {}

    pub(super) fn ask_others(&self, _: Question, _: &Facts, _: &mut Verdict) {}

    pub(super) fn reject_footer(&self, _: &Facts) -> String {
        String::new()
    }

    // It is left at what the session has counted, without the envelope's records.
    pub(super) fn clean(&self, _: &Message) -> Result<Option<Box<Cleaned>>, (Reply, Vec<Note>)> {
        Ok(None)
    }
}
