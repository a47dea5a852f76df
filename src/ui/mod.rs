//! The browser: a terminal in the DOM, behind the element `<smtp-terminal>` (wasm32 only).

mod clock;
mod element;
mod events;
mod rows;
mod terminal;

// What is on both sides of the seam, and the full build's own.
#[cfg(feature = "full")]
#[path = "."]
mod parts {
    pub mod completion;
    pub mod editor;
    pub mod explain;
    pub mod focus;
    pub mod lesson;
    pub mod node;
    pub mod prose;
    pub mod views;
    pub mod words;
}
#[cfg(not(feature = "full"))]
#[path = "."]
mod parts {
    #[path = "no_explain.rs"]
    pub mod explain;
    #[path = "no_focus.rs"]
    pub mod focus;
    #[path = "no_views.rs"]
    pub mod views;
}
use parts::*;

pub use element::Terminal;
