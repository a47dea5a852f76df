//! Delivery agents that are not there, or do not start, and what qmgr and master say of them.

use std::time::Duration;

use crate::postfix::queue::file::Place;
use crate::postfix::server::Server;
use crate::time::Time;

/// For how long the queue manager does not try a transport again that is not there
/// (`transport_retry_time`).
pub(super) const TRANSPORT_RETRY: Duration = Duration::from_secs(60);

impl Server {
    /// Whether it is new that a transport is not to be had: that is said once for a while.
    pub(in crate::postfix) fn is_news(&mut self, transport: &str, now: Time) -> bool {
        let missing = &mut self.queue.missing;
        missing.retain(|(_, since)| now - *since < TRANSPORT_RETRY);
        let is_new = missing.iter().all(|(known, _)| known != transport);
        if is_new {
            missing.push((transport.into(), now));
        }
        is_new
    }

    /// What waits for an agent that did not start is tried at once.
    pub(in crate::postfix) fn retry_stalled(&mut self) {
        self.queue.missing.clear();
        for file in &mut self.queue.files {
            if std::mem::take(&mut file.is_stalled) {
                (file.place, file.due) = (Place::Incoming, Time::default());
            }
        }
    }

    /// There is no such service in master.cf.
    pub(super) fn no_transport(&mut self, transport: &str, now: Time) {
        if self.is_news(transport, now) {
            let why = "No such file or directory";
            let text = format!("warning: connect to transport private/{transport}: {why}");
            self.log_as("qmgr", now, text);
        }
    }

    /// pipe ends when it looks at its line in master.cf.
    pub(super) fn pipe_is_down(&mut self, transport: &str, why: &str, now: Time) {
        if !self.is_news(transport, now) {
            return;
        }
        self.log_as("pipe", now, format!("fatal: {why}"));
        let text = format!("warning: private/{transport} socket: malformed response");
        self.log_as("qmgr", now, text);
        self.throttle("pipe", now);
    }

    /// smtp has ended, perhaps in the middle of a delivery: nothing is known of its recipients.
    pub fn agent_died(&mut self, transport: &str, has_begun: bool, now: Time) {
        if has_begun {
            let text = format!("warning: private/{transport} socket: malformed response");
            self.log_as("qmgr", now, text);
        }
        self.throttle("smtp", now);
    }
}
