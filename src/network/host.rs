//! A host: its addresses, what listens on its ports, its mail server.

use crate::postfix::server::Server;

/// One host of the network.
#[derive(Clone, Debug, Default)]
pub struct Host {
    /// Its name.
    pub name: String,
    /// Its addresses.
    pub addresses: Vec<String>,
    /// What listens on its ports; a port that is not here is closed.
    pub ports: Vec<(u16, Port)>,
    /// Its mail server.
    pub server: Option<Box<Server>>,
    /// The files of a host without a mail server, which has its own.
    pub files: crate::files::Files,
}

/// What happens to those who connect to a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Port {
    /// The mail server answers.
    Smtp,
    /// A firewall swallows everything.
    Filtered,
}
