//! The certificate at the other end of a connection.

use crate::network::id::ConnectionId;
use crate::network::world::World;
use crate::postfix::delivery::certificate::Certificate;

impl World {
    /// What the host at the other end shows in a handshake: what its main.cf names, or else one that it
    /// has signed itself, for the name that the client knows.
    pub fn certificate(&self, id: Option<ConnectionId>, name: &str) -> Certificate {
        let host = id.and_then(|id| self.connections.get(id)).map(|c| c.host);
        let host = host.and_then(|place| self.hosts.get(place));
        let server = host.and_then(|host| host.server.as_ref());
        let own = server.and_then(|s| Certificate::of(&s.config, &s.files));
        own.unwrap_or_else(|| Certificate::own(name, self.now))
    }
}
