//! Regular expressions of `regexp:` and `pcre:` tables. In the browser the host's own engine
//! serves, natively the `regex` crate, so neither weighs on the other.

/// A compiled `/pattern/flags`.
#[derive(Clone, Debug)]
pub struct Pattern {
    engine: engine::Regex,
}

impl Pattern {
    /// Reads `/pattern/flags result`; any character may stand for the slash. `None` where the
    /// expression is malformed. Matching ignores case unless the flag `i` turns that off.
    pub fn parse(text: &str) -> Option<(Pattern, &str)> {
        let delimiter = text.chars().next()?;
        let mut end = None;
        let mut escaped = false;
        for (i, c) in text.char_indices().skip(1) {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                c if c == delimiter => {
                    end = Some(i);
                    break;
                }
                _ => {}
            }
        }
        let end = end?;
        let source = &text[delimiter.len_utf8()..end];
        let rest = &text[end + delimiter.len_utf8()..];
        let (flags, result) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let ignore_case = flags.matches('i').count() % 2 == 0;
        let engine = engine::compile(source, ignore_case)?;
        Some((Pattern { engine }, result))
    }

    /// The text that the whole and each group matched, or `None`.
    pub fn captures(&self, text: &str) -> Option<Vec<String>> {
        engine::captures(&self.engine, text)
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod engine {
    pub use regex::Regex;

    pub fn compile(source: &str, ignore_case: bool) -> Option<Regex> {
        regex::RegexBuilder::new(source)
            .case_insensitive(ignore_case)
            .build()
            .ok()
    }

    pub fn captures(regex: &Regex, text: &str) -> Option<Vec<String>> {
        let groups = regex.captures(text)?;
        Some(
            groups
                .iter()
                .map(|g| g.map_or("", |m| m.as_str()).to_string())
                .collect(),
        )
    }
}

#[cfg(target_arch = "wasm32")]
mod engine {
    use js_sys::RegExp;
    use wasm_bindgen::JsValue;

    #[derive(Clone, Debug)]
    pub struct Regex {
        source: String,
        flags: &'static str,
    }

    pub fn compile(source: &str, ignore_case: bool) -> Option<Regex> {
        let flags = if ignore_case { "i" } else { "" };
        // The constructor throws on a malformed expression; asking for it through Reflect
        // turns that into an error value.
        let constructor =
            js_sys::Reflect::get(&js_sys::global(), &JsValue::from_str("RegExp")).ok()?;
        let arguments = js_sys::Array::of2(&JsValue::from_str(source), &JsValue::from_str(flags));
        js_sys::Reflect::construct(&constructor.into(), &arguments).ok()?;
        Some(Regex {
            source: source.into(),
            flags,
        })
    }

    pub fn captures(regex: &Regex, text: &str) -> Option<Vec<String>> {
        let groups = RegExp::new(&regex.source, regex.flags).exec(text)?;
        Some(
            groups
                .iter()
                .map(|g| g.as_string().unwrap_or_default())
                .collect(),
        )
    }
}
