//! Delivery agents that are not there, or do not start, and what qmgr and master say of them.

use std::time::Duration;

use crate::postfix::config::main_cf::Fatal;
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

    /// There is another queue manager, which looks at the active queue and knows of no transport that was
    /// not to be had. What did not start is not started by that, unless there is another master, too.
    pub(in crate::postfix) fn retry_stalled(&mut self, is_other_master: bool) {
        self.queue.missing.clear();
        self.queue.paced.clear();
        if is_other_master {
            self.queue.throttled.clear();
        }
        for file in &mut self.queue.files {
            if file.stalled.take().is_some() {
                (file.place, file.due) = (Place::Incoming, Time::default());
            }
        }
    }

    /// Until when a service is not there that did not start, now or a while ago.
    pub(super) fn is_down(&mut self, service: &str, now: Time) -> Option<Time> {
        if let Some(until) = self.throttled_until(service, now) {
            return Some(until);
        }
        let fatal = self.fault_of(service)?;
        self.dies(&fatal, service, now);
        self.throttled_until(service, now)
    }

    fn throttled_until(&self, service: &str, now: Time) -> Option<Time> {
        let mut throttled = self.queue.throttled.iter();
        let found = throttled.find(|(name, until)| name == service && now < *until);
        found.map(|(_, until)| *until)
    }

    /// A daemon dies of main.cf as soon as it has been started, and is not started again for a while.
    pub(in crate::postfix) fn dies(&mut self, fatal: &Fatal, service: &str, now: Time) {
        if self.throttled_until(service, now).is_some() {
            return;
        }
        self.log_as(fatal.program, now, fatal.to_string());
        self.throttle(fatal.program, now);
        let throttled = &mut self.queue.throttled;
        throttled.retain(|(_, until)| now < *until);
        throttled.push((service.into(), now + TRANSPORT_RETRY));
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
