//! A small operating system: processes that run side by side, with descriptors, pipes and signals.
//!
//! Nothing here blocks. [`kernel::Body::step`] does a little and says whether there is more to do; a
//! process that has to wait says so and is asked again whenever something may have happened.
//!
//! | file      | holds                                                        |
//! |-----------|--------------------------------------------------------------|
//! | `open`    | what a descriptor stands for                                 |
//! | `kernel`  | a process, what a body is, and what all of them share        |
//! | `calls`   | what a body may ask for: to read, write, fork, wait, signal  |
//! | `aside`   | a command run to its end, for who waits for what it prints    |
//! | `turn`    | whose turn it is, time, and when there is nothing left to do |
//! | `task`    | bodies of the programs in the tables                         |

pub mod aside;
pub mod calls;
pub mod kernel;
pub mod open;
pub mod task;
pub mod turn;
