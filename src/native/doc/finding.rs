//! What is found in a document.

use crate::native::doc::compare::{Rule, RULES};
use crate::native::doc::document::Place;

/// A reply that Postfix would not have given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The document.
    pub file: String,
    /// Where it begins.
    pub at: Place,
    /// The column after its last character, on the same line.
    pub end_column: usize,
    /// What is wrong.
    pub rule: Rule,
    /// What the document says; empty where it says nothing.
    pub shown: String,
    /// What Postfix would have said; empty where that is nothing.
    pub expected: String,
    /// What the client had said; empty where it had said nothing yet.
    pub command: String,
    /// A sentence of its own, where the rule's is not enough.
    pub note: String,
}

impl Finding {
    /// A sentence for the document's author.
    pub fn message(&self) -> String {
        if !self.note.is_empty() {
            return self.note.clone();
        }
        let expected = self.expected.replace('\n', " / ");
        let after = match self.command.as_str() {
            "" => String::new(),
            command => format!(" to \"{command}\""),
        };
        match self.rule {
            Rule::MissingReply => {
                format!("Postfix replies{after}, and the document shows no reply: \"{expected}\"")
            }
            Rule::UnexpectedReply => "Postfix says nothing here".into(),
            Rule::UnknownExtension => "Postfix does not offer this here".into(),
            Rule::MissingExtension => format!(
                "Postfix offers these as well: {expected}; write 250-... where lines are left out"
            ),
            Rule::WrongOrder => format!("Postfix offers things in this order: {expected}"),
            Rule::RefusedCommand => {
                format!("Postfix refuses this, and says{after}: \"{expected}\"")
            }
            Rule::AcceptedCommand => {
                format!("Postfix accepts this, and says{after}: \"{expected}\"")
            }
            Rule::WrongQueueId => {
                "Postfix gives no such queue ID: it is hexadecimal, as 4F5A6B7C8D, \
                 or a long one without vowels, as 4XmC7b0Vq8z1Wv"
                    .into()
            }
            Rule::WrongOutput => format!("what is printed is: \"{expected}\""),
            _ => format!("Postfix says{after}: \"{expected}\""),
        }
    }

    /// How much it says against where a conversation is taken to begin. Where the server would be silent, as in
    /// the middle of a message, nothing else is noticed. Of as many findings those in the words are less than those
    /// in the code.
    pub fn weight(&self) -> usize {
        match self.rule {
            Rule::UnexpectedReply => 10_000,
            Rule::WrongCode | Rule::RefusedCommand | Rule::AcceptedCommand => 1_001,
            _ => 1_000,
        }
    }

    /// What the rule is about.
    pub fn explanation(&self) -> &'static str {
        let found = RULES.iter().find(|(rule, ..)| *rule == self.rule);
        found.map_or("", |(.., text)| text)
    }
}

/// A finding that is about a comment.
pub fn bad_comment(file: &str, at: Place, said: &str, why: &str) -> Finding {
    Finding {
        file: file.into(),
        at,
        end_column: at.column + 1,
        rule: Rule::BadComment,
        shown: said.into(),
        expected: String::new(),
        command: String::new(),
        note: why.into(),
    }
}
