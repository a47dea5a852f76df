//! What there is to see beside the terminal: of the session, of the wire and of the mail. Each view
//! is data; a front end draws it, and nothing is computed of a view that nobody looks at. What is in
//! them can mostly be got by a command too, which each view names.
//!
//! | file            | shows                                                   |
//! |-----------------|---------------------------------------------------------|
//! | `session`       | the session's states, what the server holds, what to say |
//! | `restrictions`  | what was asked before the last reply, and who decided   |
//! | `envelope`      | envelope and headers side by side                       |
//! | `wire`          | the bytes of both directions                            |
//! | `pcap`          | the same as a capture file                              |
//! | `mailboxes`     | who has got what                                        |
//! | `queue`         | what waits, and why                                     |
//! | `log`           | mail.log of every host                                  |
//! | `journey`       | where a message went, as a tree                         |
//! | `files`         | configuration and mail as files                         |
//! | `configuration` | main.cf of every host, which can be edited              |
//! | `sentence`      | nothing: how the others say something with gaps         |

mod configuration;
mod envelope;
mod files;
mod journey;
mod log;
mod mailboxes;
mod pcap;
mod queue;
mod restrictions;
mod sentence;
mod session;
mod wire;

pub use configuration::{configurations, configure};
pub use envelope::{envelope, Compared, Pair};
pub use files::{file, files, Entry};
pub use journey::{journey, latest, Attempt, Branch, Stop};
pub use log::{log, Logged};
pub use mailboxes::{count, explanation, mailboxes, Letter, Mailbox};
pub use pcap::pcap;
pub use queue::{queues, Waiting};
pub use restrictions::{judgement, Judgement, List, Row};
pub use sentence::{filled, Sentence};
pub use session::{picture, Command, Example, Picture, State, Way};
pub use wire::{clock, conversation, conversations, hexdump, rows, text, Part};
