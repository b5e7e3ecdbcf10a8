//! Messages that are taken along, from servers that tell of them in their own ways, or stop in the middle.

use fernpost::account::{Carriage, Taking};
use fernpost::mail::MailboxName;

use crate::account;
use crate::scripted::{Reply, Script, Scripted, empty};

const DATE: &str = "INTERNALDATE \"25-Nov-2026 10:00:00 +0000\"";

fn letter(number: usize, lines: usize) -> String {
    format!("Subject: letter {number}\r\n\r\n{}", format!("line of {number}\r\n").repeat(lines))
}

/// A server with some letters, whose answers to a fetch of whole messages are made by `twist` from its number.
async fn server(letters: &[String], twist: impl Fn(usize) -> Reply + Send + Sync + 'static) -> Scripted {
    let mut inbox = empty(7);
    for letter in letters {
        inbox.add(letter, &Default::default());
    }
    let asked = std::sync::atomic::AtomicUsize::new(0);
    Scripted::start(Script {
        mailboxes: [("INBOX".to_owned(), inbox)].into(),
        twist: Box::new(move |command, _| match command.texts().iter().any(|word| word.starts_with("BODY.PEEK[]")) {
            true => twist(asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst)),
            false => Reply::Usual,
        }),
        ..Script::default()
    })
    .await
}

/// What is carried of INBOX: each message's octets, and those that were left out.
async fn carried(server: &Scripted) -> (Vec<String>, u64) {
    let account = account(server).await;
    let export = account.export(&Taking::Mailbox(MailboxName::inbox())).await.unwrap();
    let mut carriages = account.carry(&export);
    let (mut messages, mut left_out, mut sizes) = (Vec::new(), 0, Vec::new());
    while let Some(carriage) = carriages.next().await {
        match carriage.unwrap() {
            Carriage::Begin(about) => {
                sizes.push(about.size);
                messages.push(Vec::new());
            }
            Carriage::Octets(octets) => messages.last_mut().unwrap().extend_from_slice(&octets),
            Carriage::End => assert_eq!(sizes.last().copied(), messages.last().map(|message| message.len() as u64)),
            Carriage::LeftOut(lost) => left_out += lost.messages,
        }
    }
    (messages.into_iter().map(|octets| String::from_utf8(octets).unwrap()).collect(), left_out)
}

#[tokio::test]
async fn messages_come_whole_however_the_server_orders_what_it_tells() {
    let letters = [letter(1, 3), letter(2, 9_000)];
    let orders: [fn(usize, &str) -> String; 4] = [
        |uid, text| format!("* {uid} FETCH (UID {uid} FLAGS (\\Seen) {DATE} BODY[] {{{}}}\r\n{text})\r\n", text.len()),
        |uid, text| format!("* {uid} FETCH (BODY[] {{{}}}\r\n{text} UID {uid} FLAGS () {DATE})\r\n", text.len()),
        |uid, text| {
            format!("* {uid} FETCH (FLAGS () {DATE} UID {uid} RFC822.SIZE 1 BODY[] ~{{{}}}\r\n{text})\r\n", text.len())
        },
        |uid, text| format!("* {uid} FETCH (uid {uid} flags () {DATE} body[] {{{}}}\r\n{text})\r\n", text.len()),
    ];
    for (number, order) in orders.into_iter().enumerate() {
        let said: String = letters.iter().enumerate().map(|(at, text)| order(at + 1, text)).collect();
        let server = server(&letters, move |_| Reply::say(format!("{said}TAG OK done\r\n"))).await;
        assert_eq!(carried(&server).await, (letters.to_vec(), 0), "order {number}");
    }
}

#[tokio::test]
async fn what_nobody_asked_for_or_came_twice_is_not_carried() {
    let letters = [letter(1, 3)];
    let one = |uid: usize, text: &str| {
        format!("* 1 FETCH (UID {uid} FLAGS () {DATE} BODY[] {{{}}}\r\n{text})\r\n", text.len())
    };
    let said =
        one(1, &letters[0]) + &one(1, &letters[0]) + &one(77, "Subject: not asked for\r\n\r\n") + "TAG OK done\r\n";
    let server = server(&letters, move |_| Reply::say(said.clone())).await;
    assert_eq!(carried(&server).await, (letters.to_vec(), 0));
}

#[tokio::test]
async fn a_short_message_that_comes_quoted_does_not_fall_into_the_one_behind_it() {
    let letters = ["Subject: short".to_owned(), letter(2, 9_000), "Subject: third".to_owned()];
    let long = &letters[1];
    let quoted = |uid: usize, text: &str| format!("* {uid} FETCH (UID {uid} FLAGS () {DATE} BODY[] \"{text}\")\r\n");
    // the long one begins in what is read together with the first, and ends much later
    let said = quoted(1, &letters[0])
        + &format!("* 2 FETCH (UID 2 FLAGS () {DATE} BODY[] {{{}}}\r\n{long})\r\n", long.len())
        + &quoted(3, &letters[2])
        + "TAG OK done\r\n";
    let server = server(&letters, move |_| Reply::say(said.clone())).await;
    assert_eq!(carried(&server).await, (letters.to_vec(), 0));
}

#[tokio::test]
async fn a_message_that_broke_off_goes_on_where_it_was() {
    let letters = [letter(1, 3), letter(2, 9_000), letter(3, 3)];
    let whole = letters[1].clone();
    let begun = format!("* 1 FETCH (UID 1 FLAGS () {DATE} BODY[] {{{}}}\r\n{})\r\n", letters[0].len(), letters[0])
        + &format!("* 2 FETCH (UID 2 FLAGS () {DATE} BODY[] {{{}}}\r\n{}", whole.len(), &whole[..70_000]);
    let rest = &whole[70_000..];
    let rest = format!("* 2 FETCH (UID 2 BODY[]<70000> {{{}}}\r\n{rest})\r\nTAG OK done\r\n", rest.len());
    let server = server(&letters, move |time| match time {
        0 => Reply::cut(begun.clone()),
        1 => Reply::say(rest.clone()),
        _ => Reply::Usual,
    })
    .await;
    assert_eq!(carried(&server).await, (letters.to_vec(), 0));
    let asked: Vec<String> = server.heard().iter().map(|(_, command)| command.texts().join(" ")).collect();
    assert!(asked.iter().any(|command| command.contains("BODY.PEEK[]<70000.")), "{asked:?}");
}

#[tokio::test]
async fn a_message_that_the_server_does_not_give_is_left_out_and_those_beside_it_come() {
    let letters = [letter(1, 3), letter(2, 3)];
    let given = format!("* 1 FETCH (UID 1 FLAGS () {DATE} BODY[] {{{}}}\r\n{})\r\n", letters[0].len(), letters[0]);
    let server = server(&letters, move |time| match time {
        0 => Reply::say(format!("{given}TAG NO [SERVERBUG] some could not be read\r\n")),
        _ => Reply::say("TAG NO [SERVERBUG] it could not be read\r\n"),
    })
    .await;
    assert_eq!(carried(&server).await, (vec![letters[0].clone()], 1));
}
