//! Mail on its way: the servers' queues are looked after, and what they hand to other hosts travels
//! over the same network as what the learner types.
//!
//! | file      | holds                                          |
//! |-----------|------------------------------------------------|
//! | `cargo`   | what is on its way                             |
//! | `certificate` | what a host shows in a handshake           |
//! | `courier` | takes it from host to host                     |
//! | `record`  | what has happened, for who judges it           |
//! | `tap`     | what was on the wire                           |
//! | `watched` | the learner's last session                     |

pub(super) mod cargo;
mod certificate;
mod courier;
pub mod record;
pub mod tap;
pub mod watched;
