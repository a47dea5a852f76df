//! The cipher suites of Debian's OpenSSL, in its order.

use crate::workstation::programs::output::Output;

const NAMES: &str = "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:\
    ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:\
    DHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:\
    ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-CHACHA20-POLY1305:\
    ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:\
    DHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-SHA384:ECDHE-RSA-AES256-SHA384:\
    DHE-RSA-AES256-SHA256:ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-SHA256:\
    DHE-RSA-AES128-SHA256:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA:\
    DHE-RSA-AES256-SHA:ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:\
    DHE-RSA-AES128-SHA:RSA-PSK-AES256-GCM-SHA384:DHE-PSK-AES256-GCM-SHA384:\
    RSA-PSK-CHACHA20-POLY1305:DHE-PSK-CHACHA20-POLY1305:\
    ECDHE-PSK-CHACHA20-POLY1305:AES256-GCM-SHA384:PSK-AES256-GCM-SHA384:\
    PSK-CHACHA20-POLY1305:RSA-PSK-AES128-GCM-SHA256:DHE-PSK-AES128-GCM-SHA256:\
    AES128-GCM-SHA256:PSK-AES128-GCM-SHA256:AES256-SHA256:AES128-SHA256:\
    ECDHE-PSK-AES256-CBC-SHA384:ECDHE-PSK-AES256-CBC-SHA:SRP-RSA-AES-256-CBC-SHA:\
    SRP-AES-256-CBC-SHA:RSA-PSK-AES256-CBC-SHA384:DHE-PSK-AES256-CBC-SHA384:\
    RSA-PSK-AES256-CBC-SHA:DHE-PSK-AES256-CBC-SHA:AES256-SHA:PSK-AES256-CBC-SHA384:\
    PSK-AES256-CBC-SHA:ECDHE-PSK-AES128-CBC-SHA256:ECDHE-PSK-AES128-CBC-SHA:\
    SRP-RSA-AES-128-CBC-SHA:SRP-AES-128-CBC-SHA:RSA-PSK-AES128-CBC-SHA256:\
    DHE-PSK-AES128-CBC-SHA256:RSA-PSK-AES128-CBC-SHA:DHE-PSK-AES128-CBC-SHA:\
    AES128-SHA:PSK-AES128-CBC-SHA256:PSK-AES128-CBC-SHA";

/// `openssl ciphers`: the names, or with `-v` what each is made of, which the name says.
pub(super) fn ciphers(words: &[&str]) -> Output {
    let (options, asked): (Vec<&str>, Vec<&str>) = words.iter().partition(|w| w.starts_with('-'));
    if asked.iter().any(|asked| *asked != "DEFAULT") {
        let why = "ciphers: here there is the default list alone";
        return Output::bad(why, 1);
    }
    if !options.contains(&"-v") {
        return Output::good(format!("{NAMES}\n"));
    }
    let mut text = String::new();
    for name in NAMES.split(':') {
        let has = |part| name.contains(part);
        let exchange = match () {
            () if name.starts_with("TLS_") => "any",
            () if has("ECDHE-PSK") => "ECDHEPSK",
            () if has("DHE-PSK") => "DHEPSK",
            () if has("RSA-PSK") => "RSAPSK",
            () if has("PSK") => "PSK",
            () if has("SRP") => "SRP",
            () if has("ECDHE") => "ECDH",
            () if has("DHE") => "DH",
            () => "RSA",
        };
        let proof = match exchange {
            "any" => "any",
            "SRP" if !has("RSA") => "SRP",
            "PSK" | "DHEPSK" | "ECDHEPSK" => "PSK",
            _ if has("ECDSA") => "ECDSA",
            _ => "RSA",
        };
        let is_short = ["AES128", "AES-128", "AES_128"]
            .iter()
            .any(|part| name.contains(part));
        let bits = if is_short { 128 } else { 256 };
        let (code, mac) = match () {
            () if has("POLY1305") => ("CHACHA20/POLY1305(256)".to_string(), "AEAD"),
            () if has("GCM") => (format!("AESGCM({bits})"), "AEAD"),
            () => {
                let mac = name.rsplit('-').next().unwrap_or("");
                (
                    format!("AES({bits})"),
                    if mac == "SHA" { "SHA1" } else { mac },
                )
            }
        };
        let protocol = match mac {
            _ if exchange == "any" => "TLSv1.3",
            "SHA1" if !has("ECDHE") => "SSLv3",
            "SHA1" => "TLSv1",
            "AEAD" => "TLSv1.2",
            _ if has("CBC") => "TLSv1",
            _ => "TLSv1.2",
        };
        text.push_str(&format!(
            "{name:<30} {protocol:<7} Kx={exchange:<8} Au={proof:<5} Enc={code:<22} Mac={mac}\n"
        ));
    }
    Output::good(text)
}
