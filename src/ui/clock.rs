//! The page's clock: it only goes forward, whatever somebody does to the computer's.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// Milliseconds since the page was opened.
    #[wasm_bindgen(js_namespace = performance)]
    pub fn now() -> f64;
}
