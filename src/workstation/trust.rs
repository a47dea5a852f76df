//! The certificates that machines have from the start: their own, the authority's, and what certbot has got
//! for a server whose main.cf names that.

use crate::files::node::Node;
use crate::files::Files;
use crate::postfix::config::main_cf::Config;
use crate::postfix::delivery::certificate::{key, Certificate};
use crate::time::Time;

/// The certificate that a machine has made for itself.
const SNAKEOIL: &str = "/etc/ssl/certs/ssl-cert-snakeoil.pem";

/// Where certbot keeps what is valid.
const LIVE: &str = "/etc/letsencrypt/live/";

/// Fills a file that is there and empty.
fn fill(files: &mut Files, path: &str, text: impl Fn() -> String) {
    if let Some(node) = files.node_mut(path).filter(|node| node.text.is_empty()) {
        node.text = text();
    }
}

/// The authority that everybody believes.
pub fn believe(files: &mut Files, now: Time) {
    for path in ["ca-certificates.crt", "8d33f237.0"] {
        let path = format!("/etc/ssl/certs/{path}");
        fill(files, &path, || Certificate::authority(now).write());
    }
}

/// A server's certificates.
pub fn certify(files: &mut Files, host: &str, config: &Config, now: Time) {
    believe(files, now);
    fill(files, SNAKEOIL, || Certificate::own(host, now).write());
    let own = [config.get("smtpd_tls_cert_file")];
    let chain = config.list("smtpd_tls_chain_files");
    for path in own.iter().chain(&chain) {
        let name = path
            .strip_prefix(LIVE)
            .and_then(|rest| rest.split_once('/'));
        let Some((name, _)) = name.filter(|_| files.node(path).is_none()) else {
            continue;
        };
        let (cert, root) = (Certificate::signed(name, now), Certificate::authority(now));
        let (cert, root) = (cert.write(), root.write());
        let made = [
            ("fullchain.pem", format!("{cert}{root}"), 0o644),
            ("cert.pem", cert, 0o644),
            ("chain.pem", root, 0o644),
            ("privkey.pem", key(name, 2048, false), 0o600),
        ];
        for (own, text, mode) in made {
            let node = Node {
                mode,
                ..Node::file(&text)
            };
            files.put(format!("{LIVE}{name}/{own}"), node);
        }
    }
}
