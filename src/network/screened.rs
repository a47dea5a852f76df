//! A client that postscreen looks at, before a session of smtpd's begins.

use crate::network::connection::Packet;
use crate::network::happening::Happening;
use crate::network::id::ConnectionId;
use crate::network::world::World;
use crate::postfix::server::{Exchanged, Screened};
use crate::smtp::session::Session;

impl World {
    /// Lets postscreen look at a client, if it is to; whether it still is.
    pub(super) fn is_screened(&mut self, id: ConnectionId) -> bool {
        let now = self.now;
        let Some(connection) = self.connections.get_mut(id) else {
            return false;
        };
        let Some(mut screen) = connection.screen.take() else {
            return false;
        };
        let is_watched = !connection.is_background();
        // Of what smtpd would know there is nothing yet.
        let session = Session::new(connection.client.clone());
        let Some(host) = self.hosts.get_mut(connection.host) else {
            return false;
        };
        let Some(server) = host.server.as_mut() else {
            return false;
        };
        let (exchanged, screened) = server.look(&mut screen, &self.dns, now);
        let host = host.name.clone();
        for one in exchanged {
            match one {
                Exchanged::Line(line) if is_watched => {
                    self.record.said(id, &line, false, now);
                    self.tell(Happening::Line {
                        host: host.clone(),
                        line,
                        is_content: false,
                    });
                }
                Exchanged::Line(_) => {}
                Exchanged::Said(bytes) => self.post(self.latency, id, Packet::ToClient(bytes)),
                Exchanged::Reply(reply) => {
                    let mut bytes = Vec::new();
                    reply.write_to(&mut bytes);
                    if is_watched {
                        self.record.replied(id, &session, &reply, now);
                        let host = host.clone();
                        self.tell(Happening::Reply { host, reply });
                    }
                    self.post(self.latency, id, Packet::ToClient(bytes));
                }
            }
        }
        match screened {
            Screened::Waits => {
                if let Some(connection) = self.connections.get_mut(id) {
                    connection.screen = Some(screen);
                }
            }
            Screened::Passed => {
                self.serve(id);
                // It greets before it hears what was said before.
                self.run_session(id);
                let session = self
                    .connections
                    .get_mut(id)
                    .and_then(|c| c.session.as_mut());
                if let Some(session) = session {
                    session.receive(&screen.unread());
                    if screen.has_hung_up() {
                        session.disconnect();
                    }
                }
            }
            Screened::Closed => self.post(self.latency, id, Packet::Closed),
        }
        screened != Screened::Passed
    }
}
