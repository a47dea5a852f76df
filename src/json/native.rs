//! Values of `serde_json`.

use super::node::Node;

/// A value that has been parsed.
pub struct Value(serde_json::Value);

impl Value {
    /// `null`.
    pub fn null() -> Value {
        Value(serde_json::Value::Null)
    }

    /// It is `null`.
    pub fn is_null(&self) -> bool {
        self.0.is_null()
    }

    /// What it is.
    pub fn open(self) -> Node<Value> {
        use serde_json::Value as Theirs;
        match self.0 {
            Theirs::Null => Node::Null,
            Theirs::Bool(b) => Node::Bool(b),
            Theirs::Number(number) => Node::Number(number.as_f64().unwrap_or(f64::NAN)),
            Theirs::String(text) => Node::String(text),
            Theirs::Array(list) => {
                let items = list.into_iter().enumerate();
                let numbered = |(i, value): (usize, _)| (i.to_string(), Value(value));
                Node::Array(items.map(numbered).collect())
            }
            Theirs::Object(members) => {
                let members = members.into_iter();
                Node::Object(members.map(|(name, value)| (name, Value(value))).collect())
            }
        }
    }
}

/// Reads a JSON text, with or without the byte-order mark that some editors put before it, and browsers take
/// away. The error has line and column.
pub fn parse(text: &str) -> Result<Value, String> {
    serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map(Value)
        .map_err(|error| error.to_string())
}
