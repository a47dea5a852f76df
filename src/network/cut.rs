//! What goes round is stopped, and a connection with both its ends.

use crate::network::id::ConnectionId;
use crate::network::world::World;
use crate::smtp::connection::Event;
use crate::time::Time;

impl World {
    /// Stops whatever is due by a moment, over and over, and says so.
    pub(super) fn stop_what_goes_round(&mut self, at: Time) {
        let packet = self.in_flight.front().filter(|(due, ..)| *due <= at);
        let is_due = |id: &ConnectionId| {
            let due = self.connections.get(*id).and_then(|c| self.patience(c));
            due.is_some_and(|due| due <= at)
        };
        let connection = packet.map(|(_, id, _)| *id);
        match connection.or_else(|| self.connections.ids().into_iter().find(is_due)) {
            Some(id) => self.cut(id),
            None if self.alarm.is_some_and(|(due, _)| due <= at) => self.alarm = None,
            None => self.stop_mail(at),
        }
    }

    /// Ends a connection at both sides, at once.
    pub(super) fn cut(&mut self, id: ConnectionId) {
        self.in_flight.retain(|(_, other, _)| *other != id);
        let Some(connection) = self.connections.get_mut(id) else {
            return;
        };
        connection.end(Event::Closed);
        self.background.stir(connection.cargo.as_ref());
        let (host, client, pid) = (connection.host, connection.client.clone(), connection.pid);
        let had_session = connection.session.take().is_some();
        let screen = connection.screen.take();
        let mut server = self.hosts.get_mut(host).and_then(|h| h.server.as_mut());
        if let (Some(server), Some(screen)) = (&mut server, &screen) {
            server.forget(screen);
        }
        if let Some(server) = server.filter(|_| had_session) {
            server.release(&client, pid);
        }
    }
}
