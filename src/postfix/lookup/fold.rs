//! Case folding of names and keys. Letters outside ASCII are folded by the host in the browser:
//! the tables for them would weigh more than all of `postfix::list`.

/// The text in lower case.
///
/// ```
/// assert_eq!(smtp_terminal::postfix::lookup::fold::fold("Safeer@SAFEER.in"), "safeer@safeer.in");
/// ```
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    beyond_ascii(text)
}

#[cfg(not(target_arch = "wasm32"))]
fn beyond_ascii(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(target_arch = "wasm32")]
fn beyond_ascii(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}
