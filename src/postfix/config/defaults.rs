//! The defaults of main.cf parameters, as data: `defaults.cf` is what `postconf -d` prints.

/// `postconf -d` of Postfix 3.7, for the parameters that this program knows.
const DEFAULTS: &str = include_str!("defaults.cf");

/// The same for what only the full build does.
#[cfg(feature = "full")]
const DELIVERY: &str = include_str!("delivery.cf");

/// The default of a parameter, unexpanded; `None` where this program does not know it.
///
/// ```
/// use smtp_terminal::postfix::config::defaults::default_of;
/// assert_eq!(default_of("smtpd_soft_error_limit"), Some("10"));
/// assert_eq!(default_of("no_such_parameter"), None);
/// ```
pub fn default_of(name: &str) -> Option<&'static str> {
    all().find(|(n, _)| *n == name).map(|(_, value)| value)
}

/// Every known parameter with its default.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = DEFAULTS.lines();
    #[cfg(feature = "full")]
    let lines = lines.chain(DELIVERY.lines());
    lines
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.trim(), value.trim()))
}
