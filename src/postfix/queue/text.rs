//! The text of a stored message: its headers, and its size as the queue manager counts it.

/// The name of a header line in lower case.
pub fn header_name(line: &[u8]) -> Option<String> {
    let colon = line.iter().position(|&b| b == b':')?;
    let name = line[..colon].trim_ascii_end();
    let is_name = !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
    is_name.then(|| String::from_utf8_lossy(name).to_ascii_lowercase())
}

/// The logical header lines of a message, each with its continuation lines, and what follows.
pub fn split(content: &[u8]) -> (Vec<&[u8]>, &[u8]) {
    let mut headers = Vec::new();
    let mut rest = content;
    while header_name(rest.split(|&b| b == b'\n').next().unwrap_or(b"")).is_some() {
        let mut end = 0;
        loop {
            let line = rest[end..].iter().position(|&b| b == b'\n');
            end = line.map_or(rest.len(), |at| end + at + 1);
            if !matches!(rest.get(end), Some(b' ' | b'\t')) {
                break;
            }
        }
        headers.push(&rest[..end]);
        rest = &rest[end..];
    }
    (headers, rest)
}

/// The longest line that is one record where main.cf says nothing else (`line_length_limit`).
const LONGEST: usize = 2048;

/// The size that qmgr and mailq give: that of the records of the text in a queue file.
///
/// ```
/// use smtp_terminal::postfix::queue::text::size;
/// assert_eq!(size(b"Subject: x\n\ny\n"), 17);
/// ```
pub fn size(text: &[u8]) -> u64 {
    size_by(text, LONGEST)
}

/// The same where a record holds so many bytes of a line at most.
pub fn size_by(text: &[u8], longest: usize) -> u64 {
    let longest = longest.max(1);
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let record = |line: &[u8]| {
        let groups = match line.len() {
            0..128 => 1,
            128..16_384 => 2,
            _ => 3,
        };
        (1 + groups + line.len()) as u64
    };
    let line = |line: &[u8]| {
        let pieces = (line.len().saturating_sub(1)) / longest;
        let (whole, rest) = line.split_at(pieces * longest);
        whole.chunks(longest).map(record).sum::<u64>() + record(rest)
    };
    text.split(|&b| b == b'\n').map(line).sum()
}
