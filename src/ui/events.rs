//! What happens in the simulator, as DOM events. The details are documented in ARCHITECTURE.md.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::JsValue;
use web_sys::{CustomEvent, CustomEventInit, HtmlElement};

use crate::network::Happening;
use crate::smtp::bytes::shown;

/// Dispatches an event that bubbles out of shadow roots.
pub fn dispatch(host: &HtmlElement, name: &str, detail: &JsValue) {
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_detail(detail);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(name, &init) {
        // An exception in a listener is the page's own and shows in its console.
        let _ = host.dispatch_event(&event);
    }
}

/// Dispatches the event that belongs to a happening.
pub fn announce(host: &HtmlElement, happening: &Happening) {
    match happening {
        Happening::Line {
            host: server,
            line,
            is_content,
        } => {
            let detail = object(&[
                ("host", text(server)),
                ("line", text(line)),
                ("content", (*is_content).into()),
            ]);
            dispatch(host, "smtp-command", &detail);
        }
        Happening::Reply {
            host: server,
            reply,
        } => {
            let lines: Array = reply.text().split("\r\n").map(text).collect();
            let detail = object(&[
                ("host", text(server)),
                ("code", reply.code().into()),
                ("lines", lines.into()),
            ]);
            dispatch(host, "smtp-reply", &detail);
        }
        Happening::Queued {
            host: server,
            message,
        } => {
            let recipients: Array = message
                .recipients
                .iter()
                .map(|r| text(&r.address))
                .collect();
            let content = String::from_utf8_lossy(&message.content);
            let detail = object(&[
                ("host", text(server)),
                ("queueId", (*message.queue_id).into()),
                ("sender", text(&message.sender)),
                ("recipients", recipients.into()),
                ("content", content.as_ref().into()),
            ]);
            dispatch(host, "smtp-queued", &detail);
        }
    }
}

/// A text of the program's for JavaScript, which has no bytes in its strings.
fn text(text: &str) -> JsValue {
    JsValue::from_str(&shown(text))
}

pub fn object(members: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in members {
        // A fresh object takes any member.
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object.into()
}
