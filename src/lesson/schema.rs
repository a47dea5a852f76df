//! The JSON Schema of a lesson, made of the types that read one.

#![allow(clippy::unwrap_used)]

use std::borrow::Cow;

use schemars::{json_schema, JsonSchema, Schema, SchemaGenerator};

use super::condition::Code;
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
                { "type": "integer", "minimum": 100, "maximum": 999 },
                { "type": "string", "pattern": "^[0-9x]{3}$" }
            ]
        })
    }
}

#[test]
fn the_schema_is_that_of_the_types() {
    written::<Lesson>("www/schema/lesson.json");
    written::<Submission>("www/schema/result.json");
}
