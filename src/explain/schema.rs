//! The JSON Schema of a document of explanations, made of the types that read one.

use crate::explain::model::Texts;
use crate::scenario::schema::written;

#[test]
fn the_schema_is_that_of_the_types() {
    written::<Texts>("www/schema/explain.json");
}
