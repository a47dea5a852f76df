//! Values that `serde_json` reads. It parses into a tree of ours, because its own keeps the last of two members
//! of one name and says nothing, and a teacher looks for a long time for what became of the first.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;

use super::node::Node;
use super::problem::quote;

/// A value that has been parsed.
pub struct Value(Node<Value>);

impl Value {
    /// `null`.
    pub fn null() -> Value {
        Value(Node::Null)
    }

    /// It is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self.0, Node::Null)
    }

    /// What it is.
    pub fn open(self) -> Node<Value> {
        self.0
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(Tree).map(Value)
    }
}

/// Builds the tree.
struct Tree;

impl<'de> Visitor<'de> for Tree {
    type Value = Node<Value>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Node<Value>, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node<Value>, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node<Value>, E> {
        Ok(Node::Number(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node<Value>, E> {
        Ok(Node::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node<Value>, E> {
        Ok(Node::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node<Value>, E> {
        Ok(Node::String(value.into()))
    }

    fn visit_string<E>(self, value: String) -> Result<Node<Value>, E> {
        Ok(Node::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node<Value>, A::Error> {
        let mut items: Vec<(String, Value)> = Vec::new();
        while let Some(value) = list.next_element()? {
            items.push((items.len().to_string(), value));
        }
        Ok(Node::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Node<Value>, A::Error> {
        let mut members: Vec<(String, Value)> = Vec::new();
        let mut names = HashSet::new();
        while let Some(name) = object.next_key::<String>()? {
            if !names.insert(name.clone()) {
                let name = quote(&name);
                return Err(A::Error::custom(format!("{name} is here a second time")));
            }
            members.push((name, object.next_value()?));
        }
        Ok(Node::Object(members))
    }
}

/// Reads a JSON text, with or without the byte-order mark that some editors put before it, and browsers take
/// away. The error has line and column.
pub fn parse(text: &str) -> Result<Value, serde_json::Error> {
    serde_json::from_str(text.trim_start_matches('\u{feff}'))
}

/// What is said of a text that was not read: JSON itself lets a name stand twice.
pub fn refusal(why: serde_json::Error) -> String {
    match why.classify() {
        Category::Data => why.to_string(),
        _ => format!("not JSON: {why}"),
    }
}
