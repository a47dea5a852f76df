//! cleanup: what becomes of a message between its last dot and the queue.
//!
//! | file        | holds                                                        |
//! |-------------|--------------------------------------------------------------|
//! | `message`   | the whole of it: envelope, headers, content                  |
//! | `received`  | the `Received:` header                                       |
//! | `rewriting` | canonical maps, masquerading, virtual aliases, copies        |
//! | `checks`    | header_checks(5)                                             |
//! | `mime`      | which lines of a message are headers, and whose              |
//! | `headers`   | a stored message: its headers and its size                   |

#[cfg(feature = "full")]
pub mod checks;
#[cfg(feature = "full")]
pub mod headers;
#[cfg(feature = "full")]
pub mod message;
#[cfg(feature = "full")]
pub mod mime;
pub mod received;
#[cfg(feature = "full")]
pub mod rewriting;
