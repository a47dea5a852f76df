//! What a server does behind its smtpd: nothing.

use std::sync::Arc;
use std::time::Duration;

use crate::dns::Dns;
use crate::postfix::server::build::Built;
use crate::postfix::server::full::services::Own;
use crate::postfix::server::running::Server;
use crate::smtp::client::Client;
use crate::smtp::envelope::{Cleaned, Effect, Message};
use crate::smtp::passwords::Keeper;
use crate::smtp::policy::{Amended, Classes, Facts, Note, Question, Triplet, Verdict};
use crate::smtp::probing::Address;
use crate::smtp::reply::Reply;
use crate::smtp::sasl::proof::{Denied, Proof};
use crate::smtp::session::Report;
use crate::smtp::settings::Proxy;
use crate::time::Time;

impl Built {
    pub(in crate::postfix::server) fn no_mechanisms(&self) -> Vec<Note> {
        Vec::new()
    }

    /// Where anvil's counts start over.
    pub(in crate::postfix::server) fn rate_unit(&self) -> Duration {
        Duration::from_secs(60)
    }

    pub(in crate::postfix::server) fn effects(&self) -> Vec<Effect> {
        Vec::new()
    }

    pub(in crate::postfix::server) fn proxy(&self) -> Option<Proxy<'_>> {
        None
    }

    pub(in crate::postfix::server) fn notices(&self) -> (Classes, usize) {
        Default::default()
    }

    pub(in crate::postfix::server) fn amend(
        &self,
        _: Amended,
        _: &str,
        _: &Facts,
    ) -> (Option<String>, Vec<Note>) {
        (None, Vec::new())
    }
}

impl Server {
    pub(in crate::postfix::server) fn asked_beside(
        &self,
        _: &Keeper,
        _: &str,
        _: &Proof,
    ) -> Option<Result<(), Denied>> {
        None
    }

    pub(in crate::postfix::server) fn secret(&self, _: &Keeper, _: &str) -> Option<String> {
        None
    }

    pub(in crate::postfix) fn serves(&mut self, _: &'static str, _: u32, _: Time) {}

    pub(in crate::postfix::server) fn log_host(&self, built: &Built) -> String {
        built.host.clone()
    }

    pub(in crate::postfix::server) fn replied(&mut self, _: &Reply, _: Time) {}

    pub(in crate::postfix) fn restart(&mut self, _: &'static str, _: Time) {}

    pub(in crate::postfix::server) fn id_at(&self, now: Time) -> Arc<str> {
        format!("{:05X}{:X}", now.micros(), self.next_inode).into()
    }

    pub(in crate::postfix::server) fn enqueue(
        &mut self,
        _: &Message,
        _: Option<&Cleaned>,
        _: u32,
        _: Time,
    ) {
    }

    pub(in crate::postfix::server) fn thin_out(&mut self, _: usize, _: usize) {}

    pub(in crate::postfix::server) fn report(&mut self, report: &Report, _: Time) {
        match *report {}
    }

    pub(in crate::postfix::server) fn remember(&mut self, _: &Triplet, _: &str, _: Time) {}

    pub(in crate::postfix::server) fn hear(
        &self,
        _: &Built,
        _: &str,
        _: &Facts,
        _: &Dns,
    ) -> (Vec<String>, String) {
        Default::default()
    }

    pub(in crate::postfix::server) fn probe(&mut self, address: &Address, _: Time) {
        match *address {}
    }

    pub(in crate::postfix::server) fn ask_others(&self, _: Question, _: &Facts, _: &mut Verdict) {}

    // It is left at what the session has counted, without the envelope's records.
    pub(in crate::postfix::server) fn clean(
        &self,
        _: &Message,
        _: &Built,
        _: &Dns,
    ) -> Result<Option<Box<Cleaned>>, (String, Vec<Note>)> {
        Ok(None)
    }
}

impl Server {
    /// Nothing waits for an agent here.
    #[inline(always)]
    pub(in crate::postfix) fn retry_stalled(&mut self, _: bool) {}

    /// The service that listens at a port, by its place: the one that there is, where the scenario has
    /// named the port.
    pub fn listens(&self, _: &str, _: u16, is_named: bool) -> Option<usize> {
        is_named.then_some(0)
    }

    /// What a service knows of a client whose name has been looked up.
    pub fn sees(&self, _: usize, seen: (Client, Vec<Note>)) -> (Client, Vec<Note>) {
        seen
    }

    pub(in crate::postfix::server) fn own(&self, _: usize) -> Option<&Own> {
        None
    }

    pub(in crate::postfix::server) fn built_of(&self, _: u32) -> &Built {
        &self.built
    }
}
