//! WORKSTATION: the learner's terminal, the shell behind it, and its programs.
//!
//! | file       | holds                                                                       |
//! |------------|-----------------------------------------------------------------------------|
//! | `front`    | the terminal: keys, the line being typed, lines that wait                   |
//! | `line`     | a line and the keys that change it                                          |
//! | `screen`   | what the learner sees                                                       |
//! | `light`    | what is behind the terminal in the light build                              |
//! | `seat`     | what is behind it in the full build                                         |
//! | `trust`    | the certificates that machines have from the start                          |
//! | `system`   | processes, descriptors, pipes, signals                                      |
//! | `shell`    | bash                                                                        |
//! | `batch`    | a command run to its end without a terminal                                 |
//! | `conversion` | printf's conversions                                                      |
//! | `programs` | what can be run                                                             |

pub mod answer;
pub mod front;
pub mod line;
pub mod programs;
pub mod screen;

#[cfg(not(feature = "full"))]
mod light;
#[cfg(not(feature = "full"))]
use light as seat;

#[cfg(feature = "full")]
#[path = "."]
mod full {
    pub mod batch;
    pub mod conversion;
    pub mod seat;
    pub mod shell;
    pub mod system;
    pub mod trust;

    pub use seat::furnish;
}
#[cfg(feature = "full")]
pub use full::*;

use crate::network::World;
pub use answer::Signal;
pub use front::Shell;

/// The server that examples talk to: another host than the workstation, if there is one.
pub fn example_server<'a>(world: &'a World, own: &str) -> &'a str {
    let servers = || world.hosts.iter().filter(|h| h.server.is_some());
    let other = servers().find(|h| !h.name.eq_ignore_ascii_case(own));
    let found = other.or(servers().next());
    found.map_or("HOST", |host| &host.name)
}
