//! What a document of explanations may say. The comments here are the descriptions of its JSON
//! Schema, `www/schema/explain.json`.

use serde::Deserialize;

pub use crate::scenario::values::{Map, Text};

/// What the lines of a terminal mean, in one language. Between braces in a text stand pieces of the
/// line that it is about, by the names that its rule gives them: `{address}`. What stands in
/// brackets at the end of a text is where it is laid down: `[RFC 5321 section 4.2.2]`.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "Explanations"))]
#[serde(deny_unknown_fields)]
pub struct Texts {
    /// Where this schema is, for editors.
    #[serde(rename = "$schema")]
    pub schema: Option<Text>,
    /// The language: `en`.
    pub language: Text,
    /// The texts of the interface, by name.
    pub interface: Map<Text>,
    /// The digits of a reply's code: `5` for the first one, `x5` for the second.
    pub digits: Map<Text>,
    /// The codes of replies.
    pub codes: Map<Text>,
    /// Enhanced status codes: `5` for a class, `X.1` for a subject, `X.1.1` for a detail.
    pub enhanced: Map<Text>,
    /// What servers reply, by what follows the code, or the code and the enhanced one. The first
    /// rule that fits is taken.
    pub replies: Map<Entry>,
    /// The commands of SMTP.
    pub commands: Map<Entry>,
    /// What a server offers in its reply to EHLO.
    pub keywords: Map<Entry>,
    /// Parameters of MAIL and RCPT.
    pub options: Map<Text>,
    /// What programs print, by line. The first rule that fits is taken. `output of cat head` speaks of what
    /// these programs print where no rule knows the line.
    pub screen: Map<Entry>,
    /// Lines of the log, by what follows the process. The first rule that fits is taken.
    pub log: Map<Entry>,
    /// The programs that write the log.
    pub processes: Map<Text>,
    /// Pieces of lines, by the names that rules give them.
    pub fields: Map<Text>,
    /// The fields of a message's head.
    pub headers: Map<Text>,
    /// The fields of a delivery status notification.
    pub report: Map<Text>,
    /// Commands of the shell, by line. The first rule that fits is taken.
    pub shell: Map<Entry>,
    /// Programs of the workstation.
    pub programs: Map<Text>,
    /// Restrictions, by name.
    pub restrictions: Map<Text>,
    /// Parameters of main.cf, by name.
    pub parameters: Map<Text>,
}

/// What there is to say of a line.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// What it is, in a few words.
    pub title: Text,
    /// What it means.
    pub says: Text,
    /// What one would do next.
    pub next: Option<Text>,
    /// What probably went wrong, in a sentence. Only what is an error has this.
    pub likely: Option<Text>,
    /// The same, by what was typed: the first pattern that fits goes before `likely`.
    pub mistakes: Option<Map<Text>>,
    /// The restrictions and parameters behind it. Of restrictions only those that are in force on
    /// the host are shown.
    pub because: Option<Vec<Text>>,
    /// How a command is written.
    pub grammar: Option<Text>,
    /// Only a reply with one of these codes, separated by blanks.
    pub code: Option<Text>,
    /// What pieces of the line mean, where that is other than in `fields`.
    pub parts: Option<Map<Text>>,
    /// Where it is laid down: `RFC 5321 section 4.2.2`.
    pub reference: Option<Text>,
}

impl Texts {
    /// Lays another language over this one: what it says goes before, and what it does not say
    /// stays. Rules keep their order, and what is behind them.
    pub fn lay_over(&mut self, other: Texts) {
        self.language = other.language;
        for (own, other) in [
            (&mut self.interface, other.interface),
            (&mut self.digits, other.digits),
            (&mut self.codes, other.codes),
            (&mut self.enhanced, other.enhanced),
            (&mut self.options, other.options),
            (&mut self.processes, other.processes),
            (&mut self.fields, other.fields),
            (&mut self.headers, other.headers),
            (&mut self.report, other.report),
            (&mut self.programs, other.programs),
            (&mut self.restrictions, other.restrictions),
            (&mut self.parameters, other.parameters),
        ] {
            lay_texts(own, other);
        }
        for (own, other) in [
            (&mut self.replies, other.replies),
            (&mut self.commands, other.commands),
            (&mut self.keywords, other.keywords),
            (&mut self.screen, other.screen),
            (&mut self.log, other.log),
            (&mut self.shell, other.shell),
        ] {
            for (name, entry) in other.0 {
                if let Some((_, own)) = own.0.iter_mut().find(|(known, _)| *known == name) {
                    own.lay_over(entry);
                }
            }
        }
    }
}

impl Entry {
    fn lay_over(&mut self, other: Entry) {
        self.title = other.title;
        self.says = other.says;
        for (own, other) in [
            (&mut self.next, other.next),
            (&mut self.likely, other.likely),
            (&mut self.grammar, other.grammar),
        ] {
            *own = other.or(own.take());
        }
        for (own, other) in [
            (&mut self.parts, other.parts),
            (&mut self.mistakes, other.mistakes),
        ] {
            if let (Some(own), Some(other)) = (own, other) {
                lay_texts(own, other);
            }
        }
    }
}

/// What a language says of a name that there is already.
fn lay_texts(own: &mut Map<Text>, other: Map<Text>) {
    for (name, text) in other.0 {
        if let Some((_, own)) = own.0.iter_mut().find(|(known, _)| *known == name) {
            *own = text;
        }
    }
}

/// What a map says of a name.
pub fn find<'a>(map: &'a Map<Text>, name: &str) -> Option<&'a str> {
    let found = map.0.iter().find(|(known, _)| known == name)?;
    Some(&found.1 .0)
}

/// The same, in either case.
pub fn find_in_any_case<'a>(map: &'a Map<Text>, name: &str) -> Option<&'a str> {
    let mut all = map.0.iter();
    let found = all.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
    Some(&found.1 .0)
}

/// The entry of a name, in either case.
pub fn entry<'a>(map: &'a Map<Entry>, name: &str) -> Option<&'a Entry> {
    let mut all = map.0.iter();
    let found = all.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
    Some(&found.1)
}

/// A text that may be missing.
pub fn text(text: &Option<Text>) -> &str {
    text.as_ref().map_or("", |text| &text.0)
}

/// A text without where it is laid down, and that.
pub fn split_reference(text: &str) -> (&str, &str) {
    let split = text
        .strip_suffix(']')
        .and_then(|text| text.rsplit_once(" ["));
    let is_one =
        |reference: &str| reference.starts_with("RFC ") || reference.starts_with("Postfix ");
    split
        .filter(|(_, reference)| is_one(reference))
        .unwrap_or((text, ""))
}
