//! The filter before the queue (SMTPD_PROXY_README): it has a message before that is taken, and its
//! reply is the client's.

use crate::smtp::command::Verb;
use crate::smtp::envelope::Message;
use crate::smtp::policy::{Note, Policy};
use crate::smtp::session::{Action, Handled, Refused, Session};

/// What the client is told where the filter does not answer.
const DOWN: &str = "451 4.3.0 Error: queue file write error";

impl Session {
    /// Whether a filter stands in the place of a queue file; one that does not answer is an error.
    pub(in crate::smtp::session) fn open_filter(
        &mut self,
        policy: &dyn Policy,
    ) -> Result<bool, Refused> {
        let Some(proxy) = policy.proxy() else {
            return Ok(false);
        };
        match proxy.absent.filter(|_| !proxy.late) {
            None => Ok(true),
            Some(why) => {
                self.note(not_there(proxy.place, why));
                self.reply(DOWN, policy);
                Err(Refused)
            }
        }
    }

    /// Hands a complete message to the filter.
    pub(in crate::smtp::session) fn pass_on(
        &mut self,
        message: Box<Message>,
        policy: &dyn Policy,
    ) -> Handled {
        let evidence = self.facts.evidence();
        match policy
            .proxy()
            .and_then(|proxy| Some((proxy.place, proxy.absent?)))
        {
            Some((place, why)) => {
                self.note(not_there(place, why));
                self.conclude(DOWN, &evidence, policy);
                Err(Refused)
            }
            None => {
                self.act(Action::Pass(message, evidence));
                Ok(())
            }
        }
    }

    /// What the filter has said to a message.
    pub fn hear_back(&mut self, reply: &str, evidence: &str, policy: &dyn Policy) {
        match reply.starts_with('2') {
            true => {
                self.statistics.forgive();
                self.history.forgive();
            }
            false => self.statistics.correct(Verb::Data),
        }
        self.conclude(reply, evidence, policy);
    }

    fn conclude(&mut self, reply: &str, evidence: &str, policy: &dyn Policy) {
        let what = match reply.starts_with('2') {
            true => "accept",
            false => "reject",
        };
        let text = format!("proxy-{what}: END-OF-MESSAGE: {reply};{evidence}");
        self.note(Note::info(text));
        self.reply(reply.to_string(), policy);
    }
}

fn not_there(place: &str, why: &str) -> Note {
    Note::warning(format!("connect to proxy filter {place}: {why}"))
}
