//! cleanup: what becomes of a message between its last dot and the queue.
//!
//! | file        | holds                                                        |
//! |-------------|--------------------------------------------------------------|
//! | `message`   | the whole of it, in order                                    |
//! | `envelope`  | sender, recipients and copies                                |
//! | `headers`   | headers rewritten, added and dropped                         |
//! | `actions`   | what is done with a line that a table has a say about        |
//! | `received`  | the `Received:` header                                       |
//! | `rewriting` | canonical maps, masquerading, virtual aliases, copies        |
//! | `checks`    | header_checks(5)                                             |
//! | `media`     | what a part of a message is, and how it is encoded           |
//! | `mime`      | which lines of a message are headers, and whose              |
//! | `quoted`    | quoted-printable                                             |

mod actions;
pub mod checks;
mod envelope;
pub mod headers;
mod media;
pub mod message;
pub mod mime;
mod quoted;
pub mod received;
pub mod rewriting;
