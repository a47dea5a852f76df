//! LESSONS: what is to be learnt in a world, as serde documents, and who watches how it is done.
//!
//! | file        | holds                                                              |
//! |-------------|--------------------------------------------------------------------|
//! | `model`     | what a lesson may say                                              |
//! | `condition` | conditions over what happens and what is                           |
//! | `words`     | texts in several languages                                         |
//! | `markdown`  | texts with paragraphs, lists, links and commands to press          |
//! | `check`     | what the types do not say of a lesson                              |
//! | `goal`      | whether a condition has come to hold                               |
//! | `event`     | which happenings are what a condition wants                        |
//! | `state`     | what mailboxes, queues, files and parameters are to be             |
//! | `letter`    | a message as conditions look at it                                 |
//! | `teacher`   | steps that were reached, mistakes that were made, hints            |
//! | `senses`    | gathers what has happened, each thing once                         |
//! | `known`     | texts of which a condition knows what they can be                 |
//! | `inputs`    | what a learner has done, as values                                 |
//! | `progress`  | how far a learner is, to be kept and taken up again                |
//! | `saved`     | inputs as documents have them                                      |
//! | `statement` | what a learning record store is told                               |
//! | `submission`| what a learner hands in                                            |
//! | `typing`    | what is to be typed, and keys as texts                             |

mod check;
pub mod condition;
mod event;
mod goal;
pub mod inputs;
pub mod known;
mod letter;
pub mod markdown;
pub mod model;
pub mod progress;
mod saved;
#[cfg(test)]
mod schema;
mod senses;
mod state;
pub mod statement;
pub mod submission;
pub mod teacher;
pub mod typing;
mod words;

pub use check::read;
pub use model::{Lesson, Step};
pub use senses::Senses;
pub use teacher::{Hint, Remark, Standing, Teacher};
pub use words::Words;
