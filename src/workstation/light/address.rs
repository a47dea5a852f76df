//! The addresses of hosts, as far as a record names them.

use crate::dns::numeric_text;
use crate::network::World;

/// The addresses of a host.
pub fn addresses(world: &World, _: &str, name: &str) -> Vec<String> {
    if let Some(addr) = numeric_text(name) {
        vec![addr]
    } else if name == "localhost" {
        vec!["127.0.0.1".to_string()]
    } else {
        world.dns.addresses(name).unwrap_or_default()
    }
}
