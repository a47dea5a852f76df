//! On wasm32 this registers the element `<smtp-terminal>`; elsewhere it is the command
//! `smtp-terminal`.

#[cfg(not(target_arch = "wasm32"))]
mod native;

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    native::main()
}

#[cfg(target_arch = "wasm32")]
fn main() {
    smtp_terminal::ui::start();
}

// The standard one weighs 2.4 KB more (brotli).
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
