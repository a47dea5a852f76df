//! Writes JSON texts.

/// A text that is being written; commas come by themselves.
///
/// ```
/// use smtp_terminal::json::Writer;
/// let mut writer = Writer::default();
/// writer.open("{").member("lines").open("[").text("a \"b\"\n").number(2).close("]").close("}");
/// assert_eq!(writer.done(), r#"{"lines":["a \"b\"\n",2]}"#);
/// ```
#[derive(Debug, Default)]
pub struct Writer {
    text: String,
    /// Something stands before what comes next.
    follows: bool,
}

impl Writer {
    fn put(&mut self, text: &str) -> &mut Writer {
        if self.follows {
            self.text.push(',');
        }
        self.text.push_str(text);
        self.follows = true;
        self
    }

    /// The start of a list or an object: `[` or `{`.
    pub fn open(&mut self, bracket: &str) -> &mut Writer {
        self.put(bracket).follows = false;
        self
    }

    /// Its end: `]` or `}`.
    pub fn close(&mut self, bracket: &str) -> &mut Writer {
        self.follows = false;
        self.put(bracket)
    }

    /// The name of a member, of which the value comes next.
    pub fn member(&mut self, name: &str) -> &mut Writer {
        self.text(name).text.push(':');
        self.follows = false;
        self
    }

    /// A text.
    pub fn text(&mut self, text: &str) -> &mut Writer {
        self.put("\"");
        for c in text.chars() {
            match c {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                '\r' => self.text.push_str("\\r"),
                '\t' => self.text.push_str("\\t"),
                // These end a line of JavaScript, where a text may come to stand.
                c if c < ' ' || matches!(c, '\u{7f}' | '\u{2028}' | '\u{2029}') => {
                    self.text.push_str(&format!("\\u{:04x}", u32::from(c)));
                }
                c => self.text.push(c),
            }
        }
        self.text.push('"');
        self
    }

    /// A whole number.
    pub fn number(&mut self, number: u64) -> &mut Writer {
        self.put(&number.to_string())
    }

    /// True or false.
    pub fn truth(&mut self, is_so: bool) -> &mut Writer {
        self.put(if is_so { "true" } else { "false" })
    }

    /// What has been written.
    pub fn done(self) -> String {
        self.text
    }
}
