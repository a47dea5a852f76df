//! TLS, as curl shows it with -v. What it counts of bytes is made up but for what every handshake of
//! TLS 1.3 has.

use crate::workstation::programs::curl::dialogue::{Dialogue, Stage};
use crate::workstation::programs::curl::report::Report;
use crate::workstation::programs::machine::Machine;

impl Dialogue {
    pub(super) fn shake_hands(&mut self, at: &mut Machine) {
        self.stage = Stage::Handshake;
        if let Some(connection) = self.connection {
            at.world.handshake(connection);
        }
    }

    /// The handshake is over: the certificate is looked at.
    pub(super) fn encrypted(&mut self, at: &mut Machine) {
        self.is_encrypted = true;
        let shown = at.world.certificate(self.connection, &self.plan.host);
        let fault = shown.fault(&self.plan.anchors, at.world.now());
        let believes = self.plan.given.has("insecure");
        let handshake = |report: &mut Report, rows: &[(bool, &str, usize)], at: &mut Machine| {
            for (is_own, what, bytes) in rows {
                let way = if *is_own { "OUT" } else { "IN" };
                report.info(&format!("TLSv1.3 ({way}), TLS {what}:"), at);
                report.moved(*bytes, *is_own, at);
            }
        };
        let report = &mut self.report;
        report.moved(5, true, at);
        handshake(report, &[(true, "handshake, Client hello (1)", 512)], at);
        if !believes {
            report.info(" CAfile: /etc/ssl/certs/ca-certificates.crt", at);
            report.info(" CApath: /etc/ssl/certs", at);
            report.moved(5, false, at);
        }
        let rows = [
            (false, "handshake, Server hello (2)", 122),
            (false, "handshake, Encrypted Extensions (8)", 10),
            (false, "handshake, Certificate (11)", 789),
        ];
        handshake(report, &rows, at);
        let why = match fault {
            10 => "certificate has expired",
            18 => "self-signed certificate",
            _ => "unable to get local issuer certificate",
        };
        if fault != 0 && !believes {
            let alert = match fault {
                10 => "alert, certificate expired (557)",
                _ => "alert, unknown CA (560)",
            };
            handshake(report, &[(true, alert, 2)], at);
            return self.fail(60, &format!("SSL certificate problem: {why}"), at);
        }
        let rows = [
            (false, "handshake, CERT verify (15)", 264),
            (false, "handshake, Finished (20)", 52),
            (true, "change cipher, Change cipher spec (1)", 1),
            (true, "handshake, Finished (20)", 52),
        ];
        handshake(report, &rows, at);
        report.info("SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384", at);
        let short = |name: &str| name.replace(" = ", "=").replace(", ", "; ");
        let (host, fits) = (&self.plan.host, shown.is_for(&self.plan.host));
        let text = format!(
            "Server certificate:\n subject: {}\n start date: {}\n expire date: {}",
            short(&shown.subject),
            shown.begins,
            shown.ends
        );
        report.info(&text, at);
        if !believes && !fits {
            let text = format!(
                "SSL: no alternative certificate subject name matches target host name '{host}'"
            );
            return self.fail(60, &text, at);
        }
        let last = match fault {
            0 => " SSL certificate verify ok.".to_string(),
            _ => format!(" SSL certificate verify result: {why} ({fault}), continuing anyway."),
        };
        report.info(&format!(" issuer: {}\n{last}", short(&shown.issuer)), at);
        match self.plan.wrapped {
            true => self.stage = Stage::Banner,
            false => self.greet(at),
        }
    }
}
