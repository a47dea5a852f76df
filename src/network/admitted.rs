//! Clients that are handed to smtpd, and those that wait because no process of it lives.

use crate::network::connection::Connection;
use crate::network::id::ConnectionId;
use crate::network::world::World;
use crate::postfix::server::Accepted;
use crate::smtp::session::Session;

impl World {
    /// A session begins.
    pub(super) fn serve(&mut self, id: ConnectionId) {
        let now = self.now;
        if let Some(connection) = self.connections.get_mut(id) {
            let mut session = Session::new(connection.client.clone());
            if !connection.is_background() {
                session.watch();
            }
            connection.session = Some(session);
            connection.waits_until = Some(now);
            self.admit(id);
        }
    }

    /// Hands a connection that waits to a process of the server's, if there is one.
    pub(super) fn admit(&mut self, id: ConnectionId) {
        let now = self.now;
        let waits = |c: &&mut Connection| c.waits_until.is_some_and(|until| until <= now);
        let Some(connection) = self.connections.get_mut(id).filter(waits) else {
            return;
        };
        let host = self.hosts.get_mut(connection.host);
        let Some(server) = host.and_then(|host| host.server.as_mut()) else {
            connection.waits_until = None;
            return;
        };
        let service = connection.service;
        match server.accept_at(service, &connection.client, &connection.notes, now) {
            Accepted::Served(pid) => {
                connection.pid = pid;
                connection.waits_until = None;
            }
            Accepted::Waits(until) => connection.waits_until = Some(until),
        }
    }
}
