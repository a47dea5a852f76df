//! The browser: a terminal in the DOM, behind the element `<smtp-terminal>` (wasm32 only).

mod clock;
#[cfg(feature = "full")]
mod completion;
#[cfg(feature = "full")]
mod editor;
mod element;
mod events;
#[cfg(feature = "full")]
mod explain;
#[cfg(not(feature = "full"))]
#[path = "no_explain.rs"]
mod explain;
#[cfg(feature = "full")]
mod focus;
#[cfg(not(feature = "full"))]
#[path = "no_focus.rs"]
mod focus;
#[cfg(feature = "full")]
mod lesson;
#[cfg(feature = "full")]
mod node;
#[cfg(feature = "full")]
mod prose;
mod rows;
mod terminal;
#[cfg(feature = "full")]
mod views;
#[cfg(not(feature = "full"))]
#[path = "no_views.rs"]
mod views;

#[cfg(feature = "full")]
mod words;

pub use element::Terminal;
