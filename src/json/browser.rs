//! Values of the browser's own parser.

use js_sys::{Array, Object, JSON};
use wasm_bindgen::{JsCast, JsValue};

use super::node::Node;

/// A value that has been parsed.
pub struct Value(JsValue);

impl Value {
    /// `null`.
    pub fn null() -> Value {
        Value(JsValue::NULL)
    }

    /// It is `null`.
    pub fn is_null(&self) -> bool {
        self.0.is_null()
    }

    /// What it is.
    pub fn open(self) -> Node<Value> {
        let value = &self.0;
        if let Some(text) = value.as_string() {
            Node::String(text)
        } else if let Some(b) = value.as_bool() {
            Node::Bool(b)
        } else if let Some(number) = value.as_f64() {
            Node::Number(number)
        } else if self.is_null() {
            Node::Null
        } else {
            // Of a list too: there the names are numbers.
            let mut children = Vec::new();
            for entry in Object::entries(value.unchecked_ref()).iter() {
                let entry: Array = entry.unchecked_into();
                let name = entry.get(0).as_string().unwrap_or_default();
                children.push((name, Value(entry.get(1))));
            }
            match Array::is_array(value) {
                true => Node::Array(children),
                false => Node::Object(children),
            }
        }
    }
}

/// Reads a JSON text.
pub fn parse(text: &str) -> Result<Value, String> {
    match JSON::parse(text) {
        Ok(value) => Ok(Value(value)),
        Err(error) => Err(error
            .dyn_ref::<js_sys::Error>()
            .map_or_else(String::new, |e| String::from(e.message()))),
    }
}

/// What is said of a text that was not read.
#[inline(always)]
pub fn refusal(why: String) -> String {
    format!("not JSON: {why}")
}
