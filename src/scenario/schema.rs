//! The JSON Schema of a scenario, made of the types that read one, for editors to check and
//! explain a scenario while it is written.

#![allow(clippy::unwrap_used)]

use std::borrow::Cow;
use std::path::Path;

use schemars::generate::SchemaSettings;
use schemars::transform::{transform_subschemas, Transform};
use schemars::{json_schema, JsonSchema, Schema, SchemaGenerator};
use serde_json::Value;

use crate::scenario::model::Document;
use crate::scenario::values::{Address, Map, Name, Text, Whole};

/// Rewrites the schema instead of comparing it.
const COMMAND: &str = "RECORD=1 cargo test --lib schema";

impl JsonSchema for Text {
    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A text, or a list of its lines.",
            "anyOf": [
                { "type": "string" },
                { "type": "array", "items": { "type": "string" } }
            ]
        })
    }
}

impl JsonSchema for Name {
    fn schema_name() -> Cow<'static, str> {
        "Name".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "One word.",
            "type": "string",
            "pattern": "^[^\\u0000-\\u0020\\u007f]+$"
        })
    }
}

impl JsonSchema for Address {
    fn schema_name() -> Cow<'static, str> {
        "Address".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "An IP address.",
            "anyOf": [
                { "type": "string", "format": "ipv4" },
                { "type": "string", "format": "ipv6" }
            ]
        })
    }
}

impl<const GREATEST: u64> JsonSchema for Whole<GREATEST> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Whole{GREATEST}").into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": 0, "maximum": GREATEST })
    }
}

impl<T: JsonSchema> JsonSchema for Map<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Map_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "additionalProperties": generator.subschema_for::<T>()
        })
    }
}

/// Takes `null` out of what may be missing (it is read, but nobody needs to be offered it), and
/// the line ends of the comments out of the descriptions.
#[derive(Clone)]
struct ForEditors;

impl Transform for ForEditors {
    fn transform(&mut self, schema: &mut Schema) {
        if let Some(Value::String(description)) = schema.get_mut("description") {
            *description = description.replace('\n', " ");
        }
        if let Some(Value::Array(types)) = schema.get_mut("type") {
            types.retain(|kind| kind != "null");
            if let [kind] = types.as_slice() {
                let kind = kind.clone();
                schema.insert("type".into(), kind);
            }
        }
        if let Some(Value::Array(forms)) = schema.get_mut("anyOf") {
            forms.retain(|form| form["type"] != "null");
            if let [Value::Object(form)] = forms.as_slice() {
                let form = form.clone();
                schema.remove("anyOf");
                for (name, value) in form {
                    schema.insert(name, value);
                }
            }
        }
        transform_subschemas(self, schema);
    }
}

/// Compares the schema of a type with the one that is written, or writes it.
pub fn written<T: JsonSchema>(path: &str) {
    // Editors know this draft best.
    let mut settings = SchemaSettings::draft07();
    settings.transforms.insert(0, Box::new(ForEditors));
    let schema = settings.into_generator().into_root_schema_for::<T>();
    let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("RECORD").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &text).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == text,
        "{} is not that of the types; {COMMAND} rewrites it",
        path.display()
    );
}

#[test]
#[cfg_attr(not(feature = "full"), ignore = "the full build knows all members")]
fn the_schema_is_that_of_the_types() {
    written::<Document>("www/schema/scenario.json");
}
