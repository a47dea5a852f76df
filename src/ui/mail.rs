//! The views beside the terminal: mailboxes, the queue, the log and the way of a message. They are
//! closed at first and follow the world while they are open.

use web_sys::HtmlTextAreaElement;
use yew::{classes, html, Callback, Html, NodeRef};

use crate::simulator::Simulator;
use crate::views::{configurations, explanation, journey, latest, log, mailboxes, queues, Letter};

/// One of the views.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// Who has got what.
    Mailboxes,
    /// What waits.
    Queue,
    /// mail.log.
    Log,
    /// Where a message went.
    Journey,
    /// main.cf, to be edited.
    Configuration,
}

impl Tab {
    const ALL: [Tab; 5] = [
        Tab::Mailboxes,
        Tab::Queue,
        Tab::Log,
        Tab::Journey,
        Tab::Configuration,
    ];

    fn name(self) -> &'static str {
        match self {
            Tab::Mailboxes => "Mailboxes",
            Tab::Queue => "Queue",
            Tab::Log => "Log",
            Tab::Journey => "Journey",
            Tab::Configuration => "main.cf",
        }
    }
}

/// What the reader has chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// The open view.
    pub tab: Option<Tab>,
    /// The open mailbox, by its place in the list.
    pub mailbox: usize,
    /// The queue ID that log and journey are about.
    pub id: Option<String>,
    /// What has been written into main.cf and is to be read: the host and the text.
    pub edited: Option<(String, String)>,
    /// What Postfix said to it.
    pub answer: String,
}

/// The bar with its buttons, and the view that is open.
pub fn view(simulator: &Simulator, choice: &Choice, choose: &Callback<Choice>) -> Html {
    let buttons = Tab::ALL.into_iter().map(|tab| {
        let open = choice.tab == Some(tab);
        let next = Choice {
            tab: (!open).then_some(tab),
            ..choice.clone()
        };
        let onclick = choose.reform(move |_| next.clone());
        let count = match tab {
            Tab::Mailboxes => mailboxes(simulator.world()).iter().map(|b| b.letters.len()).sum(),
            Tab::Queue => queues(simulator.world()).len(),
            _ => 0,
        };
        let label = match count {
            0 => tab.name().to_string(),
            count => format!("{} ({count})", tab.name()),
        };
        html! { <button type="button" aria-expanded={open.to_string()} {onclick}>{ label }</button> }
    });
    let panel = choice.tab.map(|tab| {
        let inner = match tab {
            Tab::Mailboxes => boxes(simulator, choice, choose),
            Tab::Queue => waiting(simulator, choice, choose),
            Tab::Log => lines(simulator, choice, choose),
            Tab::Journey => way(simulator, choice),
            Tab::Configuration => configuration(simulator, choice, choose),
        };
        html! { <section class="view" aria-label={tab.name()} tabindex="0">{ inner }</section> }
    });
    html! {
        <>
            <nav class="views" aria-label="What happens to the mail">{ for buttons }</nav>
            { for panel }
        </>
    }
}

fn hint(command: &str) -> Html {
    html! { <p class="hint">{ "The same by command: " }<code>{ command }</code></p> }
}

fn boxes(simulator: &Simulator, choice: &Choice, choose: &Callback<Choice>) -> Html {
    let all = mailboxes(simulator.world());
    let people = all.iter().enumerate().map(|(i, mailbox)| {
        let next = Choice {
            mailbox: i,
            ..choice.clone()
        };
        let onclick = choose.reform(move |_| next.clone());
        let pressed = (i == choice.mailbox).to_string();
        let name = format!("{}@{}", mailbox.user, mailbox.domain);
        html! {
            <button type="button" aria-pressed={pressed} {onclick}>
                { name }<span class="count">{ format!(" {}", mailbox.letters.len()) }</span>
            </button>
        }
    });
    let open = all.get(choice.mailbox).map(|mailbox| {
        let letters = mailbox.letters.iter().rev().map(letter);
        let empty = mailbox.letters.is_empty().then(|| {
            html! { <p>{ format!("No mail for {} yet.", mailbox.user) }</p> }
        });
        html! { <>{ hint(&mailbox.command()) }{ for empty }{ for letters }</> }
    });
    html! { <><div class="people">{ for people }</div>{ for open }</> }
}

fn letter(letter: &Letter) -> Html {
    let subject = match letter.header("subject") {
        "" => "(no subject)",
        subject => subject,
    };
    let headers = letter.headers.iter().map(|(name, value)| {
        let what = explanation(name).map(|text| html! { <dd class="what">{ text }</dd> });
        html! { <><dt>{ name }</dt><dd><code>{ value }</code></dd>{ for what }</> }
    });
    let sender = match letter.header("from") {
        "" => letter.header("return-path"),
        from => from,
    };
    html! {
        <details class="letter">
            <summary><b>{ subject }</b>{ format!(" from {sender}") }</summary>
            <pre>{ letter.body.trim_end() }</pre>
            <details><summary>{ "Headers, and what each is for" }</summary><dl>{ for headers }</dl></details>
            <details><summary>{ "Source" }</summary><pre>{ &letter.source }</pre></details>
        </details>
    }
}

/// A queue ID that leads to the lines about it.
fn id_button(id: &str, choice: &Choice, choose: &Callback<Choice>) -> Html {
    let next = Choice {
        tab: Some(Tab::Log),
        id: Some(id.to_string()),
        ..choice.clone()
    };
    let onclick = choose.reform(move |_| next.clone());
    html! { <button type="button" class="id" {onclick}>{ id }</button> }
}

fn waiting(simulator: &Simulator, choice: &Choice, choose: &Callback<Choice>) -> Html {
    let all = queues(simulator.world());
    if all.is_empty() {
        return html! { <>{ hint("ssh smtp.safeer.in, then mailq") }<p>{ "Mail queue is empty" }</p></> };
    }
    let cards = all.iter().map(|w| {
        let recipients = w.recipients.iter().map(|(address, why)| {
            html! { <li>{ format!("to {address}") }<br /><span class="why">{ why }</span></li> }
        });
        let due = match w.due_in {
            Some(seconds) => format!(", tried again in {} min", seconds.div_ceil(60)),
            None => String::new(),
        };
        html! {
            <li>
                { id_button(&w.id, choice, choose) }
                { format!(" {}, {} bytes{due}", w.state, w.size) }
                <br />{ format!("on {} from {}", w.host, w.sender) }
                <ul>{ for recipients }</ul>
            </li>
        }
    });
    html! { <>{ hint("ssh smtp.safeer.in, then mailq") }<ol class="queue">{ for cards }</ol></> }
}

fn lines(simulator: &Simulator, choice: &Choice, choose: &Callback<Choice>) -> Html {
    let all = log(simulator.world());
    let wanted = |id: &Option<String>| choice.id.is_none() || *id == choice.id;
    let shown: Vec<_> = all.iter().filter(|line| wanted(&line.id)).collect();
    let count = shown.len();
    let rows = shown.iter().enumerate().map(|(i, line)| {
        let class = classes!((i + 1 == count).then_some("newest"));
        let id = line.id.as_deref().filter(|_| choice.id.is_none());
        html! { <li {class}><code>{ &line.text }</code>{ for id.map(|id| id_button(id, choice, choose)) }</li> }
    });
    let all_again = choice.id.as_ref().map(|id| {
        let next = Choice {
            id: None,
            ..choice.clone()
        };
        let onclick = choose.reform(move |_| next.clone());
        html! { <p>{ format!("Only lines about {id}. ") }<button type="button" {onclick}>{ "Show all" }</button></p> }
    });
    let command = match &choice.id {
        Some(id) => format!("ssh smtp.safeer.in, then grep {id} /var/log/mail.log"),
        None => "ssh smtp.safeer.in, then tail -f /var/log/mail.log".into(),
    };
    html! { <>{ hint(&command) }{ for all_again }<ol class="log">{ for rows }</ol></> }
}

fn way(simulator: &Simulator, choice: &Choice) -> Html {
    let id = choice.id.clone().or_else(|| latest(simulator.world()));
    let Some(id) = id else {
        return html! { <p>{ "No message has been accepted yet: send one, and follow it here." }</p> };
    };
    let stops = journey(simulator.world(), &id).into_iter().map(|stop| {
        html! {
            <li class={stop.state}><b>{ stop.place }</b><span>{ stop.what }</span></li>
        }
    });
    let command = format!("ssh smtp.safeer.in, then grep {id} /var/log/mail.log");
    html! { <>{ hint(&command) }<ol class="journey"><li class="accepted"><b>{ "you" }</b><span>{ "typed it" }</span></li>{ for stops }</ol></> }
}

fn configuration(simulator: &Simulator, choice: &Choice, choose: &Callback<Choice>) -> Html {
    let Some((host, text)) = configurations(simulator.world()).into_iter().next() else {
        return Html::default();
    };
    let field = NodeRef::default();
    let onclick = {
        let (field, host, choice) = (field.clone(), host.clone(), choice.clone());
        choose.reform(move |_| {
            let text = field.cast::<HtmlTextAreaElement>().map(|f| f.value());
            Choice {
                edited: text.map(|text| (host.clone(), text)),
                ..choice.clone()
            }
        })
    };
    html! {
        <>
            { hint(&format!("ssh {host}, then postconf -e and postfix reload")) }
            <p role="status">{ &choice.answer }</p>
            // Only its first text: what is being typed is not written over.
            <textarea ref={field} aria-label={format!("main.cf of {host}")} spellcheck="false" rows="8"
                defaultvalue={text} />
            <p><button type="button" {onclick}>{ "Save and reload" }</button></p>
        </>
    }
}
