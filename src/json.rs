//! JSON values. In the browser its own parser reads them, natively `serde_json`, so that the
//! bundle carries neither.

/// A JSON value; numbers are whole and not negative, which is all that scenarios have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Number(u64),
    /// A number that is not whole, or negative.
    Other,
    /// A text.
    String(String),
    /// A list.
    Array(Vec<Value>),
    /// Members in the order of the text.
    Object(Vec<(String, Value)>),
}

impl Value {
    /// A member of an object.
    pub fn member_mut(&mut self, name: &str) -> Option<&mut Value> {
        match self {
            Value::Object(members) => members.iter_mut().find(|(n, _)| n == name).map(|(_, v)| v),
            _ => None,
        }
    }

    /// Sets a member of an object; what is no object stays as it is.
    pub fn set(&mut self, name: &str, value: Value) {
        if let Some(member) = self.member_mut(name) {
            *member = value;
        } else if let Value::Object(members) = self {
            members.push((name.into(), value));
        }
    }
}

/// Reads a JSON text.
///
/// ```
/// use smtp_terminal::json::{parse, Value};
/// let value = parse(r#"{ "latency": 20 }"#).unwrap();
/// assert_eq!(value, Value::Object(vec![("latency".into(), Value::Number(20))]));
/// assert!(parse("{").is_err());
/// ```
///
/// # Errors
/// What the parser says of a text that is not JSON.
#[cfg(not(target_arch = "wasm32"))]
pub fn parse(text: &str) -> Result<Value, String> {
    fn convert(value: serde_json::Value) -> Value {
        match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(b) => Value::Bool(b),
            serde_json::Value::Number(n) => n.as_u64().map_or(Value::Other, Value::Number),
            serde_json::Value::String(s) => Value::String(s),
            serde_json::Value::Array(a) => Value::Array(a.into_iter().map(convert).collect()),
            serde_json::Value::Object(o) => {
                Value::Object(o.into_iter().map(|(n, v)| (n, convert(v))).collect())
            }
        }
    }
    serde_json::from_str(text)
        .map(convert)
        .map_err(|e| e.to_string())
}

/// Reads a JSON text with the browser's parser.
///
/// # Errors
/// What the parser says of a text that is not JSON.
#[cfg(target_arch = "wasm32")]
pub fn parse(text: &str) -> Result<Value, String> {
    use js_sys::{Array, Object, JSON};
    use wasm_bindgen::{JsCast, JsValue};

    fn convert(value: &JsValue) -> Value {
        if let Some(text) = value.as_string() {
            Value::String(text)
        } else if let Some(b) = value.as_bool() {
            Value::Bool(b)
        } else if let Some(number) = value.as_f64() {
            let whole = (0.0..=9e15).contains(&number) && number as u64 as f64 == number;
            if whole {
                Value::Number(number as u64)
            } else {
                Value::Other
            }
        } else if let Some(list) = value.dyn_ref::<Array>() {
            Value::Array(list.iter().map(|v| convert(&v)).collect())
        } else if let Some(object) = value.dyn_ref::<Object>() {
            let mut members = Vec::new();
            for entry in Object::entries(object).iter() {
                let entry: Array = entry.unchecked_into();
                let name = entry.get(0).as_string().unwrap_or_default();
                members.push((name, convert(&entry.get(1))));
            }
            Value::Object(members)
        } else {
            Value::Null
        }
    }
    match JSON::parse(text) {
        Ok(value) => Ok(convert(&value)),
        Err(error) => Err(error
            .dyn_ref::<js_sys::Error>()
            .map_or_else(String::new, |e| String::from(e.message()))),
    }
}
