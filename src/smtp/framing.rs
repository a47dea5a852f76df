//! From bytes to lines: where a line ends, how long it may be, and dot-unstuffing is nobody
//! else's business (RFC 5321 sections 2.3.8 and 4.5.2).

/// Bytes that have arrived and have not been read.
#[derive(Clone, Debug, Default)]
pub struct Framing {
    buffer: Vec<u8>,
    start: usize,
    /// How much of the unread part is known to hold no line end.
    scanned: usize,
    /// The start of an over-long command line whose rest is being thrown away.
    held: Option<Vec<u8>>,
    /// A buffer that can be used again.
    spare: Vec<u8>,
    /// No more will come.
    ended: bool,
}

/// How a line ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With CR LF.
    CrLf,
    /// With LF alone.
    BareLf,
    /// It was cut because it reached the length limit.
    Cut,
}

/// Most commands are shorter than this.
const USUAL: usize = 128;

impl Framing {
    /// With room for the usual commands.
    pub fn new() -> Framing {
        Framing {
            buffer: Vec::with_capacity(USUAL),
            spare: Vec::with_capacity(USUAL),
            ..Framing::default()
        }
    }

    /// Takes bytes in, however they were cut on their way.
    pub fn receive(&mut self, bytes: &[u8]) {
        // Once more has been read than is left, moving the rest to the front costs less than what
        // has been done already.
        if self.start == self.buffer.len() {
            self.buffer.clear();
            self.start = 0;
        } else if self.start >= self.buffer.len() - self.start {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// What has arrived and has not been read.
    pub fn unread(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    /// Throws away what has not been read (after STARTTLS).
    pub fn clear(&mut self) {
        *self = Framing {
            ended: self.ended,
            ..Framing::default()
        };
    }

    /// No more will come.
    pub fn end(&mut self) {
        self.ended = true;
    }

    /// Whether all has come that will ever come.
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// Gives back the buffer of a command that has been answered.
    pub fn reuse(&mut self, spare: Vec<u8>) {
        self.spare = spare;
    }

    /// Up to `count` raw bytes, as many as there are (BDAT).
    pub fn take(&mut self, count: usize) -> &[u8] {
        let from = self.start;
        let to = self.buffer.len().min(from.saturating_add(count));
        self.start = to;
        self.scanned = 0;
        &self.buffer[from..to]
    }

    /// The next line of at most `limit` bytes, without its line end. A longer line comes in
    /// pieces that end with [`End::Cut`].
    ///
    /// `strict` keeps bare carriage returns before a line end (`smtpd_forbid_bare_newline`);
    /// otherwise all of them are dropped.
    pub fn line(&mut self, limit: usize, strict: bool) -> Option<(&[u8], End)> {
        // Without room for a single byte nothing would ever come to an end.
        let limit = limit.max(1);
        let unread = &self.buffer[self.start..];
        let found = line_feed(&unread[self.scanned..]).map(|at| self.scanned + at);
        let from = self.start;
        match found {
            Some(at) if at < limit || (at == limit && unread[at - 1] == b'\r') => {
                self.start += at + 1;
                self.scanned = 0;
                let mut line = &self.buffer[from..from + at];
                let with_cr = line.last() == Some(&b'\r');
                if strict {
                    line = line.strip_suffix(b"\r").unwrap_or(line);
                } else {
                    while let Some(shorter) = line.strip_suffix(b"\r") {
                        line = shorter;
                    }
                }
                Some((line, if with_cr { End::CrLf } else { End::BareLf }))
            }
            _ if unread.len() < limit => {
                self.scanned = unread.len();
                None
            }
            // A CR at the limit may belong to a line end that has not arrived yet.
            _ if unread.len() == limit && unread[limit - 1] == b'\r' => None,
            _ => {
                self.start += limit;
                self.scanned = 0;
                Some((&self.buffer[from..from + limit], End::Cut))
            }
        }
    }

    /// The next command line. What goes beyond `limit` bytes is thrown away once it has come,
    /// and [`End::Cut`] says so.
    pub fn command(&mut self, limit: usize, strict: bool) -> Option<(Vec<u8>, End)> {
        if self.held.is_none() {
            let mut own = std::mem::take(&mut self.spare);
            let Some((line, end)) = self.line(limit, strict) else {
                self.spare = own;
                return None;
            };
            own.clear();
            own.extend_from_slice(line);
            if end != End::Cut {
                return Some((own, end));
            }
            self.held = Some(own);
        }
        match self.unread().iter().position(|&b| b == b'\n') {
            Some(at) => {
                self.start += at + 1;
                self.held.take().map(|line| (line, End::Cut))
            }
            None => {
                self.start = self.buffer.len();
                None
            }
        }
    }
}

/// Where the next LF is.
#[cfg(not(target_arch = "wasm32"))]
fn line_feed(bytes: &[u8]) -> Option<usize> {
    memchr::memchr(b'\n', bytes)
}

/// In the browser, where messages are short and every byte of code is loaded.
#[cfg(target_arch = "wasm32")]
fn line_feed(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|&b| b == b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(chunks: &[&[u8]]) -> Vec<(String, End)> {
        let mut framing = Framing::default();
        let mut lines = Vec::new();
        for chunk in chunks {
            framing.receive(chunk);
            while let Some((line, end)) = framing.line(8, false) {
                lines.push((String::from_utf8_lossy(line).into_owned(), end));
            }
        }
        lines
    }

    #[test]
    fn chunks_do_not_matter() {
        let stream = b"HELO x\r\nbare\n123456789\r\n\r\r\n1234567\r\n12345678\r\n";
        let whole = lines(&[stream]);
        let bytes: Vec<&[u8]> = stream.chunks(1).collect();
        assert_eq!(lines(&bytes), whole);
        assert_eq!(whole[0], ("HELO x".into(), End::CrLf));
        assert_eq!(whole[1], ("bare".into(), End::BareLf));
        assert_eq!(whole[2], ("12345678".into(), End::Cut));
        assert_eq!(whole[3], ("9".into(), End::CrLf));
        assert_eq!(whole[4], (String::new(), End::CrLf));
        assert_eq!(whole[5], ("1234567".into(), End::CrLf));
    }

    #[test]
    fn an_overlong_command_is_cut_once() {
        let mut framing = Framing::default();
        framing.receive(b"NOOP 56789");
        assert_eq!(framing.command(8, false), None);
        framing.receive(b"more\r\nQUIT\r\n");
        assert_eq!(
            framing.command(8, false),
            Some((b"NOOP 567".to_vec(), End::Cut))
        );
        assert_eq!(
            framing.command(8, false),
            Some((b"QUIT".to_vec(), End::CrLf))
        );
    }

    #[test]
    fn a_limit_of_nothing_stops_nobody() {
        let mut framing = Framing::default();
        framing.receive(b"NOOP\r\n.\n");
        assert_eq!(framing.command(0, false), Some((b"N".to_vec(), End::Cut)));
        assert_eq!(framing.line(0, false), Some((&b"."[..], End::Cut)));
        assert_eq!(framing.line(0, false), Some((&b""[..], End::BareLf)));
        assert_eq!(framing.line(0, false), None);
    }
}
