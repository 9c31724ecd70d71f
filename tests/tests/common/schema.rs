//! `tests/schema.json`: what may be sent, as a JSON Schema in which every text has a closed form.
#![allow(dead_code, reason = "each test program uses a part of it")]

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::Value;
use std::sync::OnceLock;

/// Whether a payload is of the schema.
///
/// # Errors
///
/// It is not; the text says where.
pub fn check(payload: &[u8]) -> Result<(), String> {
    let value = serde_json::from_slice(payload).map_err(|error| error.to_string())?;
    compiled("schema.json", &value)
}

/// Whether a value is of one of its definitions, such as `label`.
///
/// # Errors
///
/// It is not; the text says why.
pub fn check_definition(name: &str, value: &Value) -> Result<(), String> {
    compiled(&format!("schema.json#/$defs/{name}"), value)
}

fn compiled(place: &str, value: &Value) -> Result<(), String> {
    static SCHEMAS: OnceLock<(Schemas, Vec<(String, SchemaIndex)>)> = OnceLock::new();
    let (schemas, places) = SCHEMAS.get_or_init(|| {
        let schema: Value = serde_json::from_str(include_str!("../../schema.json")).unwrap();
        let definitions = schema["$defs"].as_object().unwrap().keys();
        let places: Vec<_> = definitions.map(|name| format!("schema.json#/$defs/{name}")).collect();
        let (mut compiler, mut schemas) = (Compiler::new(), Schemas::new());
        compiler.add_resource("schema.json", schema.clone()).unwrap();
        let mut compile = |place: String| {
            let index = compiler.compile(&place, &mut schemas).unwrap();
            (place, index)
        };
        let places = places.into_iter().chain(["schema.json".to_owned()]).map(&mut compile).collect();
        (schemas, places)
    });
    let (_, index) = places.iter().find(|(own, _)| own == place).unwrap();
    schemas.validate(value, *index).map_err(|error| error.to_string())
}
