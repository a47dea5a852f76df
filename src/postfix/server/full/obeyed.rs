//! What each process of a server obeys, and where the server listens.

use std::time::Duration;

use std::sync::Arc;

use crate::postfix::delivery::pipe::Pipe;
use crate::postfix::delivery::smtp::Way;
use crate::postfix::server::build::Built;
use crate::postfix::server::full::dovecot::serves;
use crate::postfix::server::full::services::Handing;
use crate::postfix::server::full::services::Own;
use crate::postfix::server::running::Server;
use crate::smtp::client::Client;
use crate::smtp::envelope::Effect;
use crate::smtp::policy::{Amended, Classes, Facts, Note};
use crate::smtp::settings::Proxy;

impl Built {
    /// What smtpd says where it is to offer AUTH and has no mechanism, before it dies.
    pub(in crate::postfix::server) fn no_mechanisms(&self) -> Vec<Note> {
        let warning = self.after_dot.no_mechanisms.iter().map(Note::warning);
        let fatal = Note::info("fatal: no SASL authentication mechanisms");
        warning.chain([fatal]).collect()
    }

    /// What the postmaster is told of, and how much of a session is kept for that.
    pub(in crate::postfix::server) fn notices(&self) -> (Classes, usize) {
        self.after_dot.notices
    }

    /// What main.cf makes of something that is said, and what there is to say of that in the log.
    pub(in crate::postfix::server) fn amend(
        &self,
        what: Amended,
        text: &str,
        facts: &Facts,
    ) -> (Option<String>, Vec<Note>) {
        let said = &self.after_dot.said;
        said.amend(what, text, facts, &self.settings.myhostname)
    }

    /// Where anvil's counts start over.
    pub(in crate::postfix::server) fn rate_unit(&self) -> Duration {
        self.after_dot.anvil[0]
    }

    /// What is done with each message before all else: the content filter has it.
    pub(in crate::postfix::server) fn effects(&self) -> Vec<Effect> {
        self.after_dot.effects.clone()
    }

    /// The filter that has each message before it is taken.
    pub(in crate::postfix::server) fn proxy(&self) -> Option<Proxy<'_>> {
        let (place, absent, late) = self.after_dot.proxy.as_ref()?;
        Some(Proxy {
            place,
            absent: *absent,
            late: *late,
        })
    }
}

impl Server {
    /// The service that listens at an address and a port, by its place.
    pub fn listens(&self, address: &str, port: u16, _: bool) -> Option<usize> {
        let any = if address.contains(':') {
            "::"
        } else {
            "0.0.0.0"
        };
        let is_any = |own: &String| own == address || own == any;
        let offered = self.services.offered.iter();
        let mut found = offered
            .enumerate()
            .filter(|(_, service)| service.port == port && service.addresses.iter().any(is_any));
        let found = found.next().filter(|_| !self.is_stopped);
        // What Dovecot serves comes behind.
        let behind = || {
            let count = self.services.offered.len();
            serves(&self.neighbours, port).map(|_| count + 1)
        };
        found.map(|(place, _)| place + 1).or_else(behind)
    }

    /// What a service knows of a client, and has to say of it, whose name has been looked up.
    pub fn sees(
        &self,
        service: usize,
        (client, notes): (Client, Vec<Note>),
    ) -> (Client, Vec<Note>) {
        let own = self.own(service);
        let after = own.map_or(&self.built, |own| &own.built);
        let said = &after.after_dot.said;
        if !said.looks_names_up {
            let port = client.port.parse().unwrap_or(0);
            let unnamed = Client::new("unknown", &client.addr, port);
            return (said.called(unnamed), Vec::new());
        }
        (said.called(client), notes)
    }

    /// What a service obeys, where that is not main.cf alone.
    pub(in crate::postfix::server) fn own(&self, service: usize) -> Option<&Own> {
        let service = self.services.offered.get(service.checked_sub(1)?)?;
        service.own.as_deref()
    }

    /// What a process obeys.
    pub(in crate::postfix::server) fn built_of(&self, pid: u32) -> &Built {
        match self.own(self.processes.service(pid)) {
            Some(own) => &own.built,
            None => &self.built,
        }
    }

    /// What master has to say of master.cf, once.
    pub fn master_says(&mut self) -> Vec<String> {
        std::mem::take(&mut self.services.said)
    }

    /// Ports that are open, with the addresses at which they are.
    pub fn open_ports(&self) -> impl Iterator<Item = (u16, &[String])> {
        let offered = self.services.offered.iter();
        offered.map(|service| (service.port, &*service.addresses))
    }

    /// Whether a service hands mail to other hosts.
    pub(in crate::postfix) fn is_smtp_client(&self, transport: &str) -> bool {
        self.handing(transport).is_some()
    }

    fn handing(&self, transport: &str) -> Option<&Handing> {
        let mut clients = self.services.clients.iter();
        clients.find(|client| client.name == transport)
    }

    /// What a service obeys that hands mail to other hosts.
    pub(in crate::postfix) fn way(&self, transport: &str) -> Arc<Way> {
        let own = self
            .handing(transport)
            .and_then(|client| client.way.as_ref());
        own.unwrap_or(&self.routes().way).clone()
    }

    /// Whether it does so by LMTP.
    pub(in crate::postfix) fn is_lmtp_client(&self, transport: &str) -> bool {
        self.services.lmtp.iter().any(|name| name == transport)
    }

    /// The program of a transport that hands mail to other hosts, as the log names it.
    pub(in crate::postfix) fn client(&self, transport: &str) -> &'static str {
        match self.is_lmtp_client(transport) {
            true => "lmtp",
            false => "smtp",
        }
    }

    /// A service that hands mail to a program.
    pub(in crate::postfix) fn pipe(&self, transport: &str) -> Option<Arc<Pipe>> {
        let mut pipes = self.services.pipes.iter();
        pipes.find(|pipe| pipe.name == transport).cloned()
    }

    /// The line that was written last is of a service that has a name of its own in the log.
    pub(in crate::postfix) fn rename_last(&mut self, transport: &str) {
        let name = self
            .handing(transport)
            .and_then(|client| client.log_name.clone());
        if let (Some(name), Some(line)) = (name, self.log.last_mut()) {
            line.name = name;
        }
    }

    /// What is done with mail from this host before all else.
    pub(in crate::postfix) fn effects(&self) -> Vec<Effect> {
        self.built.effects()
    }
}
