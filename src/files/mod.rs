//! FILES: what a host keeps, by path. May use `time` alone.
//!
//! The light build knows texts by path; the full one has a Unix file system with directories,
//! owners, permissions and links, of which a plain path and its text is still the common case.
//!
//! | file          | holds                                                              |
//! |---------------|--------------------------------------------------------------------|
//! | `sorted`      | things by name                                                     |
//! | `dictionary`  | texts by name                                                      |
//! | `many`        | the same, of which there may be very many                          |
//! | `tree`        | directories, files and links, and what can be done with them       |
//! | `node`        | one of them: its kind, owner, permissions and time                 |
//! | `who`         | on whose behalf something is done, and whether that may be         |
//! | `debian`      | the files of a fresh machine                                       |
//! | `errno`       | why it cannot be done, in the C library's words                    |

pub mod dictionary;
pub mod sorted;

#[cfg(feature = "full")]
#[path = "."]
mod full {
    pub mod debian;
    pub mod errno;
    pub mod many;
    pub mod node;
    pub mod tree;
    pub mod who;
    pub use tree::Files;
}
#[cfg(feature = "full")]
pub use full::*;

#[cfg(not(feature = "full"))]
pub use dictionary::Dictionary as Files;
