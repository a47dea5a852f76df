//! Quoted-printable (RFC 2045 section 6.7), as smtp(8) writes it for who does not take eight bits.

/// So long a line becomes before it goes on in the next one, in bytes.
const CRITICAL: usize = 72;

fn escape(out: &mut Vec<u8>, byte: u8) {
    out.extend_from_slice(format!("={byte:02X}").as_bytes());
}

/// The lines that a line becomes.
pub(super) fn quoted(line: &[u8]) -> Vec<Vec<u8>> {
    let mut done = Vec::new();
    let mut out = Vec::new();
    for &byte in line {
        if out.len() > CRITICAL {
            out.push(b'=');
            done.push(std::mem::take(&mut out));
        }
        match byte {
            b'\t' | b' '..=b'<' | b'>'..=b'~' => out.push(byte),
            byte => escape(&mut out, byte),
        }
    }
    // A blank at the end would get lost.
    if let Some(blank @ (b' ' | b'\t')) = out.last().copied() {
        out.pop();
        escape(&mut out, blank);
    }
    done.push(out);
    done
}
