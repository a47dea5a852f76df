//! What OpenSSL, which Postfix uses, calls what has gone wrong in a handshake.

use rustls::{AlertDescription, Error, PeerIncompatible};

/// Alerts of a client's by their number, as OpenSSL 3.0 names them.
const ALERTS: [(u8, &str); 22] = [
    (10, "sslv3 alert unexpected message"),
    (20, "sslv3 alert bad record mac"),
    (22, "tlsv1 alert record overflow"),
    (40, "sslv3 alert handshake failure"),
    (42, "sslv3 alert bad certificate"),
    (43, "sslv3 alert unsupported certificate"),
    (44, "sslv3 alert certificate revoked"),
    (45, "sslv3 alert certificate expired"),
    (46, "sslv3 alert certificate unknown"),
    (47, "sslv3 alert illegal parameter"),
    (48, "tlsv1 alert unknown ca"),
    (49, "tlsv1 alert access denied"),
    (50, "tlsv1 alert decode error"),
    (51, "tlsv1 alert decrypt error"),
    (70, "tlsv1 alert protocol version"),
    (71, "tlsv1 alert insufficient security"),
    (80, "tlsv1 alert internal error"),
    (86, "tlsv1 alert inappropriate fallback"),
    (90, "tlsv1 alert user cancelled"),
    (109, "tlsv13 alert missing extension"),
    (112, "tlsv1 unrecognized name"),
    (116, "tlsv13 alert certificate required"),
];

/// Its words, as they stand in the log behind `TLS library problem:`.
pub fn words(fault: &Error) -> String {
    match fault {
        Error::AlertReceived(alert) => of_alert(*alert),
        Error::PeerIncompatible(
            PeerIncompatible::Tls12NotOffered
            | PeerIncompatible::Tls12NotOfferedOrEnabled
            | PeerIncompatible::Tls13RequiredForQuic
            | PeerIncompatible::SupportedVersionsExtensionRequired,
        ) => "error:0A000102:SSL routines::unsupported protocol:../ssl/statem/statem_srvr.c:1657:"
            .into(),
        Error::PeerIncompatible(_) => {
            "error:0A0000C1:SSL routines::no shared cipher:../ssl/statem/statem_srvr.c:2220:".into()
        }
        // OpenSSL has hundreds of these, and a client that gets here is not a mail program.
        other => other.to_string(),
    }
}

fn of_alert(alert: AlertDescription) -> String {
    let number = u8::from(alert);
    let name = ALERTS.iter().find(|(known, _)| *known == number);
    let name = name.map_or("reason(0)", |(_, name)| name);
    // OpenSSL numbers the alerts that it gets from 1000 on.
    let code = 0x0A00_0000 + 1_000 + u32::from(number);
    format!(
        "error:{code:08X}:SSL routines::{name}:../ssl/record/rec_layer_s3.c:1601:SSL alert number {number}:"
    )
}
