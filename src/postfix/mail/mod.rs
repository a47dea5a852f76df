//! What happens after the dot: messages are stored (cleanup), wait in the queue (qmgr), are
//! delivered (local, virtual, error, discard; smtp by the network) and come back (bounce).
//!
//! | file        | holds                                                       |
//! |-------------|-------------------------------------------------------------|
//! | `cleaning`  | cleanup: what becomes of a message before it is queued      |
//! | `rewriting` | canonical maps, masquerading, virtual aliases, copies       |
//! | `checks`    | header_checks(5)                                            |
//! | `mime`      | which lines of a message are headers, and whose             |
//! | `stored`    | a stored message: its headers and its size                  |
//! | `mailq`     | what mailq shows                                            |
//! | `queue`     | the queue with its files, and when each is tried again      |
//! | `intake`    | how messages come in: cleanup and pickup                    |
//! | `local`     | local and virtual: aliases, `.forward`, mailboxes           |
//! | `exchanger` | which hosts take mail for a domain                          |
//! | `routes`    | aliases and tables that say where an address leads          |
//! | `delivery`  | qmgr's turn: one attempt for each recipient that is left    |
//! | `mailbox`   | a message as it stands in a mailbox                         |
//! | `transfer`  | smtp: the dialogue with another host, sans I/O              |
//! | `bounce`    | delivery status notifications (RFC 3464)                    |

pub mod bounce;
pub mod checks;
pub mod cleaning;
pub mod delivery;
pub mod exchanger;
pub mod intake;
mod local;
pub mod mailbox;
pub mod mailq;
pub mod mime;
pub mod queue;
pub mod rewriting;
pub mod routes;
pub mod stored;
pub mod transfer;
