//! A bound for how much may happen while time passes, so that a world that never comes to rest
//! does not take the page with it.

use crate::network::connection::ConnectionId;
use crate::network::World;
use crate::smtp::connection::Event;
use crate::time::Time;

/// How many moments may pass in one go: a day with a look at the queue every second. More than
/// that, and who watches thinks that the page has died.
const MOMENTS: u32 = 100_000;

/// How often something that goes round is stopped in one go.
const STOPS: u32 = 100;

/// Counts moments.
#[derive(Debug, Default)]
pub(super) struct Fuse {
    moments: u32,
    blown: u32,
}

/// What a fuse says to one moment more.
pub(super) enum Burnt {
    /// It may be.
    No,
    /// There have been too many for the first time.
    Once,
    /// And again.
    Again,
    /// It does not end.
    Out,
}

impl Fuse {
    /// One moment more.
    pub(super) fn burn(&mut self) -> Burnt {
        self.moments += 1;
        if self.moments <= MOMENTS {
            return Burnt::No;
        }
        self.moments = 0;
        self.blown += 1;
        match self.blown {
            1 => Burnt::Once,
            2..STOPS => Burnt::Again,
            _ => Burnt::Out,
        }
    }
}

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
        let (host, client, pid) = (connection.host, connection.client.clone(), connection.pid);
        let had_session = connection.session.take().is_some();
        let server = self.hosts.get_mut(host).and_then(|h| h.server.as_mut());
        if let Some(server) = server.filter(|_| had_session) {
            server.release(&client, pid);
        }
    }
}
