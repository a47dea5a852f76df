//! What a document's author tells this program in a comment.

use crate::native::doc::document::Block;

/// A comment that is understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Directive {
    /// From here on the world is that of a scenario: a file beside the document, or JSON; nothing
    /// ends that.
    Scenario(String),
    /// From here on these lines are in main.cf; none ends that.
    MainCf(String),
    /// The next block is as it should be, or those of its lines that have this text.
    Accept(String),
    /// The next block is not looked at.
    Ignore,
    /// From here on nothing is looked at.
    Off,
    /// From here on all is looked at again.
    On,
    /// From here on a server that does not say what it is is a Postfix.
    Postfix,
    /// What comes next does not go on with what came before.
    New,
}

impl Directive {
    /// Reads what stands after `smtp-terminal:`.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence for its author.
    pub fn parse(said: &str) -> Result<Directive, String> {
        let (word, rest) = match said.find(|c: char| c.is_whitespace() || c == '=') {
            Some(at) => said.split_at(at),
            None => (said, ""),
        };
        let rest = rest.trim();
        Ok(match word {
            "scenario" => Directive::Scenario(rest.trim_start_matches('=').trim().into()),
            "main.cf" => Directive::MainCf(lines(rest)),
            "accept" => Directive::Accept(rest.into()),
            "ignore" => Directive::Ignore,
            "off" => Directive::Off,
            "on" => Directive::On,
            "postfix" => Directive::Postfix,
            "new" => Directive::New,
            _ => {
                return Err(format!(
                    "there is no \"{word}\" here; use scenario=FILE, main.cf LINES, accept, \
                     accept TEXT, ignore, off, on, postfix or new"
                ));
            }
        })
    }
}

/// Lines of a main.cf; on one line they are parted by semicolons.
fn lines(text: &str) -> String {
    match text.contains('\n') {
        true => text.into(),
        false => text.split(';').map(|l| format!("{}\n", l.trim())).collect(),
    }
}

/// Marks lines of a block as right.
pub fn accept(block: &mut Block, text: &str) {
    for line in &mut block.lines {
        line.is_accepted |= line.text.contains(text);
    }
}
