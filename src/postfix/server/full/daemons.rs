//! The daemons behind smtpd.

use crate::postfix::server::processes::Processes;

/// The processes of the daemons behind smtpd.
#[derive(Clone, Debug, Default)]
pub(in crate::postfix::server) struct Daemons(Vec<(&'static str, u32)>);

impl Daemons {
    /// The process of a daemon, which is started when it is needed first.
    pub(in crate::postfix::server) fn process(
        &mut self,
        program: &'static str,
        processes: &mut Processes,
    ) -> Option<u32> {
        let running = self.0.iter().find(|(name, _)| *name == program);
        let pid = running.map_or_else(|| processes.next(1), |(_, pid)| *pid);
        if running.is_none() {
            self.0.push((program, pid));
        }
        Some(pid)
    }
}
