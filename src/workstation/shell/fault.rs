//! Why a text is no command.

/// Why a text cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// `syntax error near unexpected token`
    Token(String),
    /// The same in the list of an array: the line is dropped, and what follows it is run.
    Listed(String),
    /// The same inside of `$(…)`, which leaves no shell going.
    Inner(String),
    /// The text ends too early.
    End,
    /// A quote, a brace or a parenthesis is not closed.
    Open(char),
    /// The same in the list of an array inside of `$(…)`, which is not closed with it.
    Lost(char),
    /// A here-document has not ended; this line would end it.
    Document(String),
    /// Commands in commands in commands …
    Deep,
    /// Something else.
    Other(String),
}

impl Fault {
    /// Whether more text may mend it.
    pub fn is_open(&self) -> bool {
        matches!(
            self,
            Fault::End | Fault::Open(_) | Fault::Lost(_) | Fault::Document(_)
        )
    }

    /// What bash says.
    pub fn text(&self) -> String {
        match self {
            Fault::Token(token) | Fault::Listed(token) | Fault::Inner(token) => {
                format!("syntax error near unexpected token `{token}'")
            }
            Fault::End | Fault::Document(_) => "syntax error: unexpected end of file".into(),
            Fault::Open('(') => Fault::Open(')').text(),
            Fault::Open(what) | Fault::Lost(what) => {
                format!("unexpected EOF while looking for matching `{what}'")
            }
            Fault::Deep => "syntax error: too many commands in each other".into(),
            Fault::Other(text) => text.clone(),
        }
    }
}
