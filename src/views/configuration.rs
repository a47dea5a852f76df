//! The main.cf of each server, to be read and written.

use crate::network::World;
use crate::smtp::bytes::decode;

/// The main.cf of each server, with its host.
pub fn configurations(world: &World) -> Vec<(String, String)> {
    let server = |host: &crate::network::Host| {
        let text = host.server.as_ref()?.files.get(MAIN_CF)?;
        Some((host.name.clone(), text.to_string()))
    };
    world.hosts.iter().filter_map(server).collect()
}

/// Writes the main.cf of a host and lets its server read it.
///
/// # Errors
/// What Postfix says of a mistake; the text is kept, and the server goes on as before.
pub fn configure(world: &mut World, host: &str, text: &str) -> Result<(), String> {
    let mut hosts = world.hosts.iter_mut();
    let found = hosts.find(|h| h.name == host);
    match found.and_then(|h| h.server.as_mut()) {
        Some(server) => {
            server.files.insert(MAIN_CF, decode(text.as_bytes()));
            server.reload().map_err(|fatal| fatal.to_string())
        }
        None => Ok(()),
    }
}

const MAIN_CF: &str = "/etc/postfix/main.cf";
