//! The browser: a terminal in the DOM, behind the element `<smtp-terminal>` (wasm32 only).

mod element;
mod events;
#[cfg(feature = "full")]
mod mail;
mod node;
mod terminal;

pub use element::{crash, Terminal};
