//! The JSON Schema of a lesson, made of the types that read one.

#![allow(clippy::unwrap_used)]

use std::borrow::Cow;

use schemars::{json_schema, JsonSchema, Schema, SchemaGenerator};

use super::condition::Code;
use super::known::{Known, KINDS};
use super::model::Lesson;
use super::submission::Submission;
use super::words::Words;
use crate::scenario::schema::written;

impl JsonSchema for Words {
    fn schema_name() -> Cow<'static, str> {
        "Words".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A text, a list of its lines, or texts by language.",
            "anyOf": [
                { "type": "string" },
                { "type": "array", "items": { "type": "string" } },
                {
                    "type": "object",
                    "minProperties": 1,
                    "propertyNames": { "pattern": "^[A-Za-z0-9-]+$" },
                    "additionalProperties": {
                        "anyOf": [
                            { "type": "string" },
                            { "type": "array", "items": { "type": "string" } }
                        ]
                    }
                }
            ]
        })
    }
}

impl JsonSchema for Code {
    fn schema_name() -> Cow<'static, str> {
        "Code".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A code of a reply: 550, or \"5xx\" for all that begin with 5.",
            "anyOf": [
                { "type": "integer", "minimum": 200, "maximum": 599 },
                { "type": "string", "pattern": "^[2-5x][0-9x]{2}$" }
            ]
        })
    }
}

impl<const KIND: usize> JsonSchema for Known<KIND> {
    fn schema_name() -> Cow<'static, str> {
        let names = [
            "Status",
            "Action",
            "Place",
            "Mechanism",
            "Enhanced",
            "Location",
        ];
        names[KIND].into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let words = KINDS[KIND];
        let pattern = match KIND {
            4 => r"^[245](\.[0-9]{1,3}){2}$".into(),
            5 => "^/".into(),
            3 => {
                let both = |c: char| match c.is_ascii_uppercase() {
                    true => format!("[{c}{}]", c.to_ascii_lowercase()),
                    false => c.to_string(),
                };
                let all: String = words.replace(", ", "|").chars().map(both).collect();
                format!("^({all})$")
            }
            _ => {
                let all: Vec<&str> = words.split(", ").collect();
                return json_schema!({ "type": "string", "enum": all });
            }
        };
        json_schema!({ "description": words, "type": "string", "pattern": pattern })
    }
}

#[test]
fn the_schema_is_that_of_the_types() {
    written::<Lesson>("www/schema/lesson.json");
    written::<Submission>("www/schema/result.json");
}
