//! Programs that are texts for the shell: those that mostly print facts or put other programs
//! together. Text weighs a third of code.
//!
//! What they have to know of the machine they ask `/usr/lib/machine/fact`.

use crate::workstation::programs::table::Program;

/// The programs of this folder.
pub const PROGRAMS: &[Program] = &[
    Program::script("journalctl", include_str!("journalctl.sh"), ""),
    Program::script("service", include_str!("service.sh"), "").in_sbin(),
    Program::script("systemctl", include_str!("systemctl.sh"), ""),
];
