//! What there is to see of the mail of a world beside the terminal: mailboxes, queues, the log and
//! the way of a message. Each view is data; a front end draws it. Everything in them can be got by
//! a command too, which each view names.
//!
//! | file            | shows                                      |
//! |-----------------|--------------------------------------------|
//! | `mailboxes`     | who has got what                           |
//! | `queue`         | what waits, and why                        |
//! | `log`           | mail.log of every host                     |
//! | `journey`       | where a message went                       |
//! | `configuration` | main.cf of every host, which can be edited |

mod configuration;
mod journey;
mod log;
mod mailboxes;
mod queue;

pub use configuration::{configurations, configure};
pub use journey::{journey, latest, Stop};
pub use log::{log, Logged};
pub use mailboxes::{count, explanation, mailboxes, Letter, Mailbox};
pub use queue::{queues, Waiting};
