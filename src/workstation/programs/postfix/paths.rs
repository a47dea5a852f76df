//! Where Postfix has its files.

/// The configuration.
pub const MAIN_CF: &str = "/etc/postfix/main.cf";
