//! On wasm32 this registers the element `<smtp-terminal>`; elsewhere it is the command
//! `smtp-terminal`.

#[cfg(not(target_arch = "wasm32"))]
mod native;

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    native::main()
}

// What the library exports is called by the element's script.
#[cfg(target_arch = "wasm32")]
use smtp_terminal as _;

#[cfg(target_arch = "wasm32")]
fn main() {}

// The standard one weighs 2.4 KB more (brotli).
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
