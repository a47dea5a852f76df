//! The learner's last session, for who wants to see what the server knows.

use crate::network::mail::tap::{Conversation, Tap};
use crate::network::world::World;
use crate::smtp::envelope::Message;
use crate::smtp::policy::Facts;
use crate::smtp::settings::Settings;

/// A session of the learner's, as it is, or as it was when it ended.
#[derive(Clone, Copy, Debug)]
pub struct Watched<'a> {
    /// The connection.
    pub conversation: &'a Conversation,
    /// What the session knows.
    pub facts: &'a Facts,
    /// The name of its state, as [`TRANSITIONS`](crate::smtp::session::TRANSITIONS) has it.
    pub state: &'static str,
    /// The message in the making, with its recipients.
    pub message: Option<&'a Message>,
    /// As much of its content as has come, lines ended by LF.
    pub content: &'a [u8],
    /// What the session obeys, while there is one.
    pub settings: Option<&'a Settings>,
}

impl World {
    /// What was on the wire.
    pub fn tap(&self) -> &Tap {
        &self.tap
    }

    /// The last session that the learner has had, or has.
    pub fn watched(&self) -> Option<Watched<'_>> {
        let all = self.tap.conversations().iter().rev();
        all.filter(|c| !c.is_background)
            .find_map(|c| self.watched_at(c))
    }

    fn watched_at<'a>(&'a self, conversation: &'a Conversation) -> Option<Watched<'a>> {
        let connection = self.connections.get(conversation.id);
        let session = connection.and_then(|c| c.session.as_ref());
        let (Some(session), Some(connection)) = (session, connection) else {
            let ended = self.tap.ended_session(conversation.id)?;
            return Some(Watched {
                conversation,
                facts: &ended.facts,
                state: ended.state,
                message: None,
                content: &[],
                settings: None,
            });
        };
        let server = self.hosts.get(connection.host)?.server.as_ref()?;
        Some(Watched {
            conversation,
            facts: session.facts(),
            state: session.state(),
            message: session.message(),
            content: session.content(),
            settings: Some(server.settings_of(connection.pid)),
        })
    }
}
