//! What only the full build has in a scenario.

use std::time::Duration;

use super::values::{Map, Text, Whole};
use crate::files::{debian, Files};
use crate::network::{Host, Port};
use crate::postfix::config::master_cf::MASTER_CF;
use crate::postfix::server::full::{greylist, wording};

/// The rest of the default world, which has room where mail is delivered.
pub const INTERNET: Option<&str> = Some(include_str!("../../www/scenarios/internet.json"));

/// A year, in seconds.
pub type Greylist = Whole<31_536_000>;
/// A text.
pub type MasterCf = Text;
/// By how replies begin.
pub type Wording = Map<Text>;

/// Writes master.cf, which says what listens. Without one the ports that a scenario names are written
/// into Debian's.
pub fn offer(files: &mut Files, given: Option<MasterCf>, is_named: bool, ports: &[(u16, Port)]) {
    if let Some(Text(text)) = given {
        files.insert(MASTER_CF, text + "\n");
    }
    let is_smtp = |port: &&(u16, Port)| port.1 == Port::Smtp;
    if is_named && !files.contains(MASTER_CF) {
        let mut text = debian::text(MASTER_CF);
        if !ports.iter().any(|port| is_smtp(&port) && port.0 == 25) {
            text = text.replacen("\nsmtp      inet", "\n#smtp      inet", 1);
        }
        for (number, _) in ports.iter().filter(is_smtp) {
            if *number != 25 {
                text +=
                    &format!("{number:<9} inet  n       -       y       -       -       smtpd\n");
            }
            if *number == 465 {
                text += "  -o smtpd_tls_wrappermode=yes\n";
            }
        }
        files.insert(MASTER_CF, text);
    }
}

/// Gives a host what a light build's has not.
pub fn furnish(
    host: &mut Host,
    files: Option<Files>,
    greylist: Option<Greylist>,
    words: Option<Wording>,
) {
    if let Some(server) = &mut host.server {
        let delay = greylist.map(|wait| Duration::from_secs(wait.0));
        server.greylist = delay.map(greylist::Greylist::new);
        let words = words.into_iter().flat_map(|words| words.0);
        server.wording =
            wording::Wording::new(words.map(|(start, text)| (start, text.0)).collect());
    }
    host.files = files.unwrap_or_default();
}
