//! Whatever is typed, nothing panics: random lines from a vocabulary of programs, options and odd
//! characters, on the workstation and on a server, at prompts and inside programs.
//! `SEED=… cargo test --test random_lines` plays a run again.

use smtp_terminal::simulator::Simulator;
use smtp_terminal::workstation::line::key::Key;

const WORDS: &str = "mail mailx less more ping dig host nslookup nc swaks openssl s_client telnet cat \
    head tail grep wc ls base64 printf echo date sleep ssh exit cd pwd mailq postqueue postcat \
    postsuper postconf postmap postfix newaliases sendmail help history whoami sudo -n -d -e -x -h \
    -H -q -p -j -f -i -t -s -c -b -r -u -bs -bp -bv -w -z -v -C -k -l +short +trace --help --to \
    --from --server --quit-after -connect -starttls smtp -crlf -brief localhost smtp.safeer.in \
    gmail.com mail.contoso.example penguins.example down.example 10.25.0.1 ::1 25 587 0 99999 ALL * \
    $ . .. / ~ /var/mail/safeer /var/log/mail.log /etc/postfix/main.cf /etc/aliases nosuch hash: \
    hash:/etc/aliases regexp:/x inline:{a=b} asha@safeer.in nobody@ @ <> é ü€ \u{1f600} \u{0} \\ \\r\\n \
    %s %d %% ' \" | > >> < && || ; $? $HOME # 1 2 1-2 9-1 t d dp u r top h x q z = ? HELO MAIL RCPT \
    find xargs diff cp mv rm mkdir chmod chown ls stat tee su env journalctl systemctl apt ps ss id passwd \
    useradd getent file timeout watch grep sort -exec {} -name -R +x 644 root:root -A1 restart status postfix \
    DATA QUIT FROM:<safeer@safeer.in> TO:<asha@safeer.in> Subject:x a=b smtpd_banner=x é=é header";

#[test]
fn nothing_that_is_typed_panics() {
    let seed = std::env::var("SEED").ok().and_then(|s| s.parse().ok());
    let seed = seed.unwrap_or(2026);
    println!("SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    for _ in 0..40 {
        let mut simulator = Simulator::new("{}").unwrap();
        if random.bool() {
            simulator.run("ssh smtp.safeer.in\necho hello | mail -s x safeer\nsleep 3");
            simulator.settle();
        }
        for _ in 0..60 {
            let count = random.usize(1..7);
            let line: Vec<&str> = (0..count)
                .map(|_| words[random.usize(..words.len())])
                .collect();
            // The last one printed is the one that panics or hangs.
            println!("{}", line.join(" "));
            simulator.run(&line.join(" "));
            // A program that goes on for ever is stopped, as a person would stop it.
            simulator.settle();
            for key in [Key::Ctrl('c'), Key::Ctrl('d'), Key::Ctrl(']')] {
                if random.u8(..6) == 0 {
                    simulator.press(key);
                    simulator.settle();
                }
            }
        }
    }
}
