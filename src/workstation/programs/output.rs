//! What a program leaves behind.

/// What a program has printed when it ends: [`Output`]. `Err` is only an earlier way out, so that
/// `?` can be used where a program stops at once (a mistaken option, input that is not there yet).
pub type Outcome = Result<Output, Output>;

/// What becomes of a program that has returned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Next {
    /// It has ended.
    #[default]
    End,
    /// It wants its whole input, and is called again once that is there.
    Wait,
    /// It has ended without reading further (`head`): whoever writes to it gets SIGPIPE.
    Enough,
    /// Another program takes its place (`sudo`, `env`, `timeout`).
    Become(Box<Become>),
}

/// The program that takes another's place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Become {
    /// Its name and arguments.
    pub words: Vec<String>,
    /// Who runs it, where that changes.
    pub user: Option<String>,
    /// The host that it runs on, where that changes: the person logs in there.
    pub host: Option<String>,
    /// What its environment has, in place of the present one or beside it.
    pub environment: Vec<(String, String)>,
    /// Only those are in its environment.
    pub is_bare: bool,
    /// A child that has nothing to read.
    pub is_deaf: bool,
}

/// What a program prints, and how it ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// What it prints on its output.
    pub text: String,
    /// What it prints on its error output, each with the place in `text` before which it was said.
    complaints: Vec<(usize, String)>,
    /// Its exit status.
    pub status: i32,
    /// What becomes of it.
    pub next: Next,
    /// What it says of further input does not depend on what it has read: a program that streams
    /// need not read that again.
    pub forgets: bool,
}

impl Output {
    /// A text, and success.
    pub fn good(text: impl Into<String>) -> Output {
        Output {
            text: text.into(),
            ..Output::default()
        }
    }

    /// A text, and a status.
    pub fn with(text: impl Into<String>, status: i32) -> Output {
        Output {
            status,
            ..Output::good(text)
        }
    }

    /// A complaint (without the end of its last line), with a status that says so.
    pub fn bad(complaint: impl Into<String>, status: i32) -> Output {
        let mut output = Output {
            status,
            ..Output::default()
        };
        output.complain(complaint.into() + "\n");
        output
    }

    /// A status, and not a word.
    pub fn status(status: i32) -> Output {
        Output {
            status,
            ..Output::default()
        }
    }

    /// Another program takes its place.
    pub fn becoming(what: Become) -> Output {
        Output {
            next: Next::Become(Box::new(what)),
            ..Output::default()
        }
    }

    /// It has to be called again when its input is there.
    pub fn waiting() -> Output {
        Output {
            next: Next::Wait,
            ..Output::default()
        }
    }

    /// Says something on the error output, after what it has printed so far.
    pub fn complain(&mut self, text: impl Into<String>) {
        self.complaints.push((self.text.len(), text.into()));
    }

    /// Complains, and will end with a status.
    pub fn fail(&mut self, status: i32, text: impl Into<String>) {
        self.complain(text);
        self.status = status;
    }

    /// Says something on the error output before everything else.
    pub fn complain_first(&mut self, text: impl Into<String>) {
        self.complaints.insert(0, (0, text.into()));
    }

    /// Whether it has complained.
    pub fn has_complained(&self) -> bool {
        !self.complaints.is_empty()
    }

    /// How much text it has printed, and how many complaints.
    pub fn said(&self) -> (usize, usize) {
        (self.text.len(), self.complaints.len())
    }

    /// All complaints.
    pub fn error(&self) -> String {
        self.complaints.iter().map(|(_, t)| t.as_str()).collect()
    }

    /// What it has printed in the order in which it was; true for the error output.
    pub fn pieces(&self) -> Vec<(bool, &str)> {
        let mut pieces = Vec::new();
        let mut from = 0;
        for (place, complaint) in &self.complaints {
            let text = self.text.get(from..*place).unwrap_or("");
            from = from.max(*place);
            pieces.extend([(false, text), (true, complaint)]);
        }
        pieces.push((false, self.text.get(from..).unwrap_or("")));
        pieces.retain(|(_, text)| !text.is_empty());
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complaints_stand_where_they_were_made() {
        let mut output = Output::good("a");
        output.complain("x");
        output.text.push('b');
        output.complain_first("w");
        let said = [(true, "w"), (false, "a"), (true, "x"), (false, "b")];
        assert_eq!(output.pieces(), said);
    }
}
