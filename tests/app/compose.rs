//! Writing, from the first word until it has arrived; by a browser without scripts (`R-46`).

use super::helpers::{
    Form, Page, Person, arrived, letter, octets, pair, read_by_python, sending_app, skip_on, spawn_app_with,
    submission_by,
};

/// An empty composer, filled.
async fn written(ann: &Person, to: &str, subject: &str, text: &str) -> Form {
    let page = ann.open("/webmail/compose").await;
    page.form("Send").fill("to", to).fill("subject", subject).fill("text", text)
}

/// The composer's form as it stands on a page, with another button pressed.
fn again(page: &Page, button: &str) -> Form {
    page.form_in(".compose", button)
}

#[tokio::test]
async fn a_message_is_written_kept_gone_on_with_and_arrives() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, bo) = pair(&app).await;

    // written, with a file that is attached without scripts
    let form = written(&ann, &bo.who.user, "Plans", "Dear Bo,\n\nhere they are.").await;
    let form = form.forge("action", "attach").choose("files", "plan.txt", b"the plan");
    let page = ann.submit(&form).await;
    assert_eq!((page.status, page.texts(".compose .attachment__name")), (200, vec!["plan.txt".to_owned()]));
    assert_eq!(again(&page, "Send").field("text"), Some("Dear Bo,\n\nhere they are."));

    // kept on the server
    let page = ann.submit(&again(&page, "Save draft")).await;
    assert!(page.texts(".compose__saved")[0].starts_with("Saved "), "{}", page.text());
    let mut mail = ann.mail().await;
    assert_eq!(mail.state("Drafts").await, ["Plans \\Draft \\Seen"]);

    // gone on with from the list, by another browser
    let elsewhere = app.signed_in(ann.who.clone()).await;
    let drafts = elsewhere.open_mailbox("Drafts").await;
    let page = elsewhere.open_message(&drafts, "Plans").await;
    let form = again(&page, "Send");
    assert_eq!(form.field("text").unwrap().trim_end(), "Dear Bo,\n\nhere they are.");
    assert_eq!(page.texts(".compose .attachment__name"), ["plan.txt"]);

    // and sent
    let sent = elsewhere.send(&form.fill("text", "Dear Bo,\n\nhere it is.\n\nAnn")).await;
    assert_eq!(sent.flash(), "Sent.");
    let message = arrived(&mut bo.mail().await, "INBOX", "Plans").await;
    assert!(message.contains("here it is.") && message.contains("plan.txt"), "{message}");
    assert_eq!(mail.subjects("Drafts").await, [""; 0]);
    assert_eq!(mail.state("Sent").await, ["Plans \\Seen"]);
}

#[tokio::test]
async fn lines_that_a_text_begins_with_stay_however_often_the_page_is_drawn() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, bo) = pair(&app).await;
    let mut form = written(&ann, &bo.who.user, "Space", "\n\nbelow").await.forge("action", "attach");
    for _ in 0..3 {
        form = again(&ann.submit(&form).await, "Send").forge("action", "attach");
        assert_eq!(form.field("text"), Some("\n\nbelow"));
    }
}

#[tokio::test]
async fn an_answer_goes_to_who_wrote_and_is_marked() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, bo) = pair(&app).await;
    let question = letter("Lunch?").replace("bo@example.org", &bo.who.user);
    let ann = ann.with_messages("INBOX", [question]).await;

    let inbox = ann.open_mailbox("INBOX").await;
    let page = ann.open_message(&inbox, "Lunch?").await;
    let page = ann.open(&page.link("Reply")).await;
    assert_eq!(page.texts("h1"), ["Reply to Bo Lind"]);
    let form = again(&page, "Send");
    assert_eq!(form.field("to"), Some(format!("Bo Lind <{}>", bo.who.user).as_str()));
    assert_eq!(form.field("subject"), Some("Re: Lunch?"));
    assert!(form.field("text").unwrap().contains("> this is Lunch?."), "{:?}", form.field("text"));

    let sent = ann.send(&form.fill("text", "Yes.")).await;
    assert_eq!((sent.flash().as_str(), sent.texts("h1")), ("Sent.", vec!["Lunch?".to_owned()]));
    let answer = arrived(&mut bo.mail().await, "INBOX", "Re: Lunch?").await;
    assert!(answer.contains("\r\nIn-Reply-To: <") && answer.contains("\r\nReferences: <"), "{answer}");
    let mut mail = ann.mail().await;
    assert_eq!(mail.state("INBOX").await, ["Lunch? \\Answered \\Seen"]);
}

#[tokio::test]
async fn who_is_in_bcc_gets_it_and_nobody_is_told() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, bo) = pair(&app).await;
    let cy = app.person().await;
    let form = written(&ann, &bo.who.user, "Party", "Come.").await.fill("bcc", &cy.who.user);
    ann.send(&form).await;
    for person in [&bo, &cy] {
        let message = arrived(&mut person.mail().await, "INBOX", "Party").await;
        let header = message.split("\r\n\r\n").next().unwrap();
        assert!(!header.to_lowercase().contains("\r\nbcc:"), "{header}"); // I-07
        if person.who.user == bo.who.user {
            assert!(!message.contains(&cy.who.user), "{message}"); // I-07
        }
    }
    let own = arrived(&mut ann.mail().await, "Sent", "Party").await;
    assert!(own.contains(&cy.who.user), "one's own copy says whom it went to");
}

#[tokio::test]
async fn what_is_refused_stays_as_it_was_typed() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, bo) = pair(&app).await;
    let form = written(&ann, "Bo <bo@b.example>, tove@kontor7, @x", "Plans", "A long text.").await;
    let page = ann.submit(&form.clone().choose("files", "plan.txt", b"the plan")).await;
    assert_eq!(page.status, 422);
    assert_eq!(page.texts(".compose__errors strong"), ["Not sent yet. 2 things need a look."]);
    assert_eq!(page.attributes(".compose__errors a", "href"), ["#to", "#to"]);
    let kept = again(&page, "Send");
    for field in ["to", "subject", "text"] {
        assert_eq!(kept.field(field), form.field(field), "{field}");
    }
    assert_eq!(page.texts(".compose .attachment__name"), ["plan.txt"]);
    assert_eq!(ann.mail().await.subjects("Sent").await, [""; 0]);

    // whoever makes up a form gets no line of their own into the header (I-05)
    let good = form.clone().forge("to", &bo.who.user);
    for (field, value) in [
        ("to", "bo@b.example\r\nBcc: cy@b.example"),
        ("cc", "bo@b.example\nX: y"),
        ("subject", "Plans\r\nBcc: cy@b.example"),
        ("subject", "Plans\0"),
        ("text", "a\0b"),
        ("reply_to", "bo@b.example\r\nX: y"),
        ("from", "4711"),
    ] {
        let page = ann.submit(&good.clone().forge(field, value)).await;
        assert_eq!(page.status, 422, "{field}: {value:?}"); // I-05
        assert!(page.attributes(".compose__errors a", "href").contains(&format!("#{field}")), "{field}");
    }
    let page = ann.submit(&good.clone().forge("to", "")).await;
    assert_eq!((page.status, page.texts("#to-error")), (422, vec!["Nobody is named who gets it".to_owned()]));
    assert_eq!(ann.mail().await.subjects("Sent").await, [""; 0]);
}

#[tokio::test]
async fn a_form_that_is_sent_twice_sends_once() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, bo) = pair(&app).await;
    let page = ann.get("/webmail/compose").await;
    let address = page.location().expect("an address with the message's name");
    let form = ann.open(&address).await.form("Send").fill("to", &bo.who.user).fill("subject", "Once").fill("text", "x");
    let (first, second) = tokio::join!(ann.submit(&form), ann.submit(&form)); // double click, two tabs
    assert_eq!((first.status, second.status), (303, 303));
    let third = ann.send(&form).await; // reload
    assert_eq!(third.flash(), "Sent.");

    arrived(&mut bo.mail().await, "INBOX", "Once").await;
    let last = written(&ann, &bo.who.user, "After it", "x").await;
    ann.send(&last).await;
    arrived(&mut bo.mail().await, "INBOX", "After it").await;
    assert_eq!(bo.mail().await.subjects("INBOX").await, ["Once", "After it"]);
    assert_eq!(ann.mail().await.subjects("Sent").await, ["Once", "After it"]);

    // Back leads to what became of it, and to no form that is armed again
    let back = ann.get(&address).await;
    assert_eq!(back.status, 303);
    let back = ann.follow(back).await;
    assert_eq!(back.flash(), "Sent.");
    assert!(!back.offers("Send"));
}

#[tokio::test]
async fn what_was_written_survives_the_end_of_the_session() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, bo) = pair(&app).await;
    let form = written(&ann, &bo.who.user, "Long", "Much was typed\nfor hours.").await;
    let form = form.forge("action", "attach").choose("files", "plan.txt", b"the plan");
    let form = again(&ann.submit(&form).await, "Send");
    let inbox = ann.open_mailbox("INBOX").await;
    ann.sign_out(&inbox).await;

    let page = ann.submit(&form).await;
    assert_eq!(page.status, 401);
    assert!(page.text().contains("what you wrote is there again"), "{}", page.text());
    assert!(!page.source().contains("Much was typed"), "it goes sealed");
    // one wrong password does not lose it
    let page = ann.submit(&page.form("Sign in").fill("user", &ann.who.user).fill("password", "wrong")).await;
    let sign_in = page.form("Sign in").fill("user", &ann.who.user).fill("password", &ann.who.password);
    let page = ann.follow(ann.submit(&sign_in).await).await;
    assert_eq!(again(&page, "Send").field("text"), Some("Much was typed\nfor hours."));
    assert_eq!(page.texts(".compose .attachment__name"), ["plan.txt"]);
    assert_eq!(ann.mail().await.subjects("Sent").await, [""; 0]);

    assert_eq!(ann.send(&again(&page, "Send")).await.flash(), "Sent.");
    let message = arrived(&mut bo.mail().await, "INBOX", "Long").await;
    assert!(message.contains("Much was typed") && message.contains("plan.txt"), "{message}");
    // and it is gone from the session
    assert_eq!(again(&ann.open("/webmail/compose?kept=1").await, "Send").field("text"), Some(""));
}

#[tokio::test]
async fn what_was_written_when_a_session_ended_is_its_writers_alone() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, bo) = pair(&app).await;
    let form = written(&ann, &bo.who.user, "Private", "Nobody else reads this.").await;
    let form = form.choose("files", "plan.txt", b"the plan");
    let inbox = ann.open_mailbox("INBOX").await;
    ann.sign_out(&inbox).await;
    let page = ann.submit(&form).await;
    let sign_in = page.form("Sign in");
    assert_eq!(sign_in.field("user"), Some(ann.who.user.as_str()), "the form knows who wrote it");

    // somebody else at the same browser
    let theirs = sign_in.clone().fill("user", &bo.who.user).fill("password", &bo.who.password);
    let home = ann.follow(ann.submit(&theirs).await).await;
    assert_eq!(home.texts("h1"), ["Inbox"]);
    let kept = ann.open("/webmail/compose?kept=1").await;
    assert_eq!(again(&kept, "Send").field("text").map(str::trim), Some(""));
    ann.sign_out(&home).await;

    // and its writer, under the same name in other letters; of the file it is said that it did not come along
    let page = ann.submit(&form).await;
    let (name, domain) = ann.who.user.split_once('@').unwrap();
    let mine = page.form("Sign in").fill("user", &format!("{}@{domain}", name.to_uppercase()));
    let page = ann.follow(ann.submit(&mine.fill("password", &ann.who.password)).await).await;
    assert_eq!(again(&page, "Send").field("text"), Some("Nobody else reads this."));
    assert!(page.text().contains("have to be chosen again"), "{}", page.text());

    // a form that does not say who wrote it waits for nobody, and is there to be copied
    let form = again(&page, "Save draft");
    ann.sign_out(&ann.open_mailbox("INBOX").await).await;
    for unsigned in [form.clone().without("written_by"), form.forge("written_by", "AAAA")] {
        let page = ann.submit(&unsigned).await;
        assert_eq!((page.status, page.form("Sign in").field("kept")), (401, None));
        assert!(page.texts("#left")[0].contains("Nobody else reads this."), "{}", page.text());
    }
}

#[tokio::test]
async fn what_one_person_wrote_is_drawn_for_nobody_else_who_signed_in_meanwhile() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, bo) = pair(&app).await;
    let form = again(&ann.open("/webmail/compose").await, "Save draft").fill("subject", "Private");
    let form = again(&ann.submit(&form).await, "Save draft").fill("text", "Nobody else reads this.");
    ann.sign_out(&ann.open_mailbox("INBOX").await).await;
    // the same browser, and Ann's tab still open
    assert_eq!(ann.sign_in(&bo.who.user, &bo.who.password).await.status, 303);
    let page = ann.submit(&form).await;
    assert_eq!((page.status, page.form("Sign in").field("user")), (401, Some(ann.who.user.as_str())));
    assert!(!page.source().contains("Nobody else reads this."), "{}", page.source());
    assert!(ann.is_signed_in().await, "Bo stays where he is");
    assert_eq!(bo.mail().await.subjects("Drafts").await, [""; 0]);
    let page = ann.submit(&page.form("Sign in").fill("password", &ann.who.password)).await;
    let page = ann.follow(page).await;
    assert_eq!(again(&page, "Send").field("text"), Some("Nobody else reads this."));
}

#[tokio::test]
async fn what_is_too_much_to_be_carried_along_is_said_to_be_and_can_be_copied() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, _) = pair(&app).await;
    let mut state = 7_u64;
    let noise: String = (0..6 << 20)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(
                b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
                    [usize::try_from(state >> 58).unwrap()],
            )
        })
        .collect();
    let form = written(&ann, "bo@there.example", "Long", &noise).await;
    ann.sign_out(&ann.open_mailbox("INBOX").await).await;
    let page = ann.submit(&form).await;
    assert_eq!(page.status, 401);
    assert!(page.flash().contains("can\u{2019}t be carried along"), "{}", page.flash());
    assert!(page.source().contains(&noise), "it is there to be copied");
}

#[tokio::test]
async fn a_form_of_an_earlier_session_sends_nothing_and_keeps_everything() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, bo) = pair(&app).await;
    let form = written(&ann, &bo.who.user, "Old", "Typed before.").await.forge("csrf", "AAAA");
    let page = ann.submit(&form).await;
    assert_eq!(page.status, 403); // C-01
    assert_eq!(again(&page, "Send").field("text"), Some("Typed before."));
    assert_eq!(ann.mail().await.subjects("Sent").await, [""; 0]);
    assert_eq!(ann.send(&again(&page, "Send")).await.flash(), "Sent.");
}

#[tokio::test]
async fn a_draft_that_two_change_is_kept_twice() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, _) = pair(&app).await;
    let page = ann.submit(&again(&ann.open("/webmail/compose").await, "Save draft").fill("subject", "Mine")).await;
    let (one, other) = (again(&page, "Save draft"), again(&page, "Save draft"));
    ann.submit(&one.fill("subject", "First")).await;
    let page = ann.submit(&other.fill("subject", "Second")).await;
    assert!(page.text().contains("This draft was changed elsewhere too. Both are kept in Drafts."), "{}", page.text());
    let mut subjects = ann.mail().await.subjects("Drafts").await;
    subjects.sort();
    assert_eq!(subjects, ["First", "Second"]);
}

#[tokio::test]
async fn a_draft_is_thrown_away_and_had_back() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, _) = pair(&app).await;
    let form = again(&ann.open("/webmail/compose").await, "Throw away").fill("subject", "No").fill("text", "or yes");
    let page = ann.send(&form).await;
    assert_eq!(page.flash(), "Thrown away. It is in Trash.");
    assert_eq!(ann.mail().await.subjects("Trash").await, ["No"]);
    ann.undo(&page).await;
    assert_eq!(ann.mail().await.subjects("Drafts").await, ["No"]);
}

#[tokio::test]
async fn closing_keeps_what_was_typed_and_nothing_else() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, _) = pair(&app).await;
    let empty = ann.open("/webmail/compose").await;
    ann.send(&again(&empty, "Close, the draft is kept")).await;
    assert_eq!(ann.mail().await.subjects("Drafts").await, [""; 0]);
    let page = ann.send(&again(&empty, "Close, the draft is kept").fill("subject", "Half")).await;
    assert_eq!(page.flash(), "Kept in Drafts.");
    assert_eq!(ann.mail().await.subjects("Drafts").await, ["Half"]);
}

#[tokio::test]
async fn a_message_can_be_taken_back_before_it_goes() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, bo) = pair(&app).await;
    let page = ann.open("/webmail/settings/writing").await;
    ann.send(&page.form("Save").forge("undo", "30")).await;
    let page = ann.send(&written(&ann, &bo.who.user, "Hasty", "No.").await).await;
    assert!(page.flash().starts_with("Goes out in "), "{}", page.flash());
    let page = ann.undo(&page).await;
    let form = again(&page, "Send");
    assert_eq!((form.field("subject"), form.field("to")), (Some("Hasty"), Some(bo.who.user.as_str())));
    assert_eq!(ann.mail().await.subjects("Sent").await, [""; 0]);
    assert_eq!(ann.mail().await.subjects("Drafts").await, ["Hasty"]);
}

#[tokio::test]
async fn a_message_that_cannot_go_stands_in_the_outbox() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let app = spawn_app_with(&submission_by(nobody)).await;
    let (ann, bo) = pair(&app).await;
    let page = ann.submit(&written(&ann, &bo.who.user, "Stuck", "x").await).await;
    let page = ann.follow(page).await;
    assert!(page.text().contains("The mail server for sending does not answer."), "{}", page.text());
    let outbox = ann.open("/webmail/outbox").await;
    assert_eq!(outbox.texts(".outbox__subject"), ["Stuck"]);
    assert_eq!(ann.mail().await.subjects("Drafts").await, ["Stuck"]);
    let page = ann.send(&outbox.form("Don’t send")).await;
    assert_eq!(again(&page, "Send").field("subject"), Some("Stuck"));
    assert_eq!(ann.open("/webmail/outbox").await.texts(".outbox__subject"), [""; 0]);
}

#[tokio::test]
async fn a_recipient_that_is_refused_is_named_and_nobody_gets_anything() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, bo) = pair(&app).await;
    let nobody = format!("nobody-at-all@{}", bo.who.user.rsplit_once('@').unwrap().1);
    let form = written(&ann, &format!("{}, {nobody}", bo.who.user), "Both", "x").await;
    let page = ann.submit(&form).await;
    assert_eq!(page.status, 422);
    assert!(page.texts(".compose__errors a")[0].contains(&nobody), "{}", page.text());
    assert_eq!(bo.mail().await.subjects("INBOX").await, [""; 0]);
    assert_eq!(ann.mail().await.subjects("Drafts").await, ["Both"]);
    // mended, it goes
    assert_eq!(ann.send(&again(&page, "Send").fill("to", &bo.who.user)).await.flash(), "Sent.");
    arrived(&mut bo.mail().await, "INBOX", "Both").await;
    assert_eq!(ann.mail().await.subjects("Drafts").await, [""; 0]);
}

#[tokio::test]
async fn what_may_have_been_forgotten_is_asked_once() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, bo) = pair(&app).await;
    let page = ann.submit(&written(&ann, &bo.who.user, "", "See the attached plan.").await).await;
    assert!(page.text().contains("There is no subject.") && page.text().contains("and none is attached."));
    assert_eq!(ann.mail().await.subjects("Sent").await, [""; 0]);
    assert_eq!(ann.send(&again(&page, "Send all the same")).await.flash(), "Sent.");
}

#[tokio::test]
async fn a_link_fills_the_composer_and_another_site_leads_to_it_by_a_page_of_ours() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, _) = pair(&app).await;
    let path = "/webmail/compose?mailto=mailto%3Abo%40b.example%3Fsubject%3DHello%250D%250ABcc%3A%2520x%26body%3DDear%250ABo%26attach%3D%2Fetc%2Fpasswd";
    let form = again(&ann.open(path).await, "Send");
    assert_eq!((form.field("to"), form.field("bcc")), (Some("bo@b.example"), Some("")));
    assert!(form.field("subject").unwrap().starts_with("Hello")); // I-05
    assert!(form.field("text").unwrap().starts_with("Dear\nBo"), "{:?}", form.field("text"));
    assert_eq!(form.field("attachment"), None);

    let stranger = app.visitor();
    let page = stranger.request("GET", path).header("Sec-Fetch-Site", "cross-site").send().await;
    assert_eq!((page.status, page.attributes("meta[http-equiv=refresh]", "content").len()), (200, 1));
    let wrong = ann.get("/webmail/compose?reply=INBOX%2F0%2F1").await;
    assert_eq!(wrong.status, 404); // C-09
}

/// A designed mail, of which everything tries something.
fn designed(subject: &str) -> String {
    let html = "<style>p{color:red}</style><p onclick=\"x()\">Dear <b>Ann</b>,</p><script>x()</script>\
                <img src=\"https://evil.example/pixel.png\" alt=\"Pixel\"><p>see <a href=\"https://ferns.example/a\">this</a>.</p>";
    letter(subject).replace("text/plain", "text/html").replace("Hello,\r\nthis is", html)
}

#[tokio::test]
async fn an_answer_to_a_designed_mail_has_its_looks_at_hand_and_nothing_that_runs_or_loads() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, _) = pair(&app).await;
    let ann = ann.with_messages("INBOX", [designed("Ferns")]).await;
    let inbox = ann.open_mailbox("INBOX").await;
    let page = ann.open_message(&inbox, "Ferns").await;
    let page = ann.open(&page.link("Reply")).await;
    let form = again(&page, "Send");
    let text = form.field("text").unwrap().to_owned();
    assert!(text.contains("> Dear Ann,") && !text.contains("evil"), "{text}");
    assert_eq!(
        (form.field("html"), page.attributes(".compose__text", "data-start")),
        (Some(""), vec!["plain".to_owned()])
    );
    let looks = page.attributes(".compose__text", "data-looks").concat();
    assert!(looks.contains("<blockquote type=\\\"cite\\\"><p>Dear <b>Ann</b>,</p>"), "{looks}");
    for wrong in ["onclick", "script", "evil", "style", "src="] {
        assert!(!looks.contains(wrong), "{wrong} in {looks}");
    }
    // passed on, it has its looks without the mark of a quote
    let inbox = ann.open_mailbox("INBOX").await;
    let page = ann.open_message(&inbox, "Ferns").await;
    let page = ann.open(&page.link("Forward")).await;
    let looks = page.attributes(".compose__text", "data-looks").concat();
    assert!(looks.contains("<b>Ann</b>") && !looks.contains("blockquote") && !looks.contains("evil"), "{looks}");
}

#[tokio::test]
async fn a_draft_with_looks_keeps_them_without_scripts_as_long_as_its_text_stays() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, bo) = pair(&app).await;
    let form = written(&ann, &bo.who.user, "Looks", "Dear Bo").await;
    let form = form.forge("action", "save").forge("format", "rich").forge("html", "<p>Dear <b>Bo</b></p>");
    let page = ann.submit(&form.without("looks_of")).await;
    // a browser without scripts gives back what it got
    let form = again(&page, "Send").fill("subject", "Looks kept");
    assert_eq!(form.field("format"), Some("plain"));
    ann.send(&form).await;
    let fetched = arrived(&mut bo.mail().await, "INBOX", "Looks kept").await;
    let read = read_by_python(octets(&fetched));
    assert_eq!(read["type"], "multipart/alternative");
    assert!(read["parts"][1]["text"].as_str().unwrap().contains("<b>Bo</b>"), "{read}");
    assert_eq!(read["parts"][0]["text"].as_str().unwrap().trim_end(), "Dear Bo");
}

#[tokio::test]
async fn a_message_passed_on_is_marked_though_its_draft_was_closed_meanwhile() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, bo) = pair(&app).await;
    let ann = ann.with_messages("INBOX", [letter("News")]).await;
    let inbox = ann.open_mailbox("INBOX").await;
    let page = ann.open_message(&inbox, "News").await;
    let page = ann.open(&page.link("Forward")).await;
    ann.send(&again(&page, "Close, the draft is kept").fill("to", &bo.who.user).fill("text", "Look.")).await;
    let drafts = ann.open_mailbox("Drafts").await;
    let page = ann.open_message(&drafts, "Fwd: News").await;
    assert_eq!(page.texts("h1"), ["Forward"]);
    assert_eq!(ann.send(&again(&page, "Send")).await.flash(), "Sent.");
    assert_eq!(ann.mail().await.state("INBOX").await, ["News $Forwarded \\Seen"]);
}

#[tokio::test]
async fn whom_one_wrote_to_is_remembered_and_suggested_unless_that_is_not_wanted() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, bo) = pair(&app).await;
    let suggested = async || {
        let page = ann.get("/webmail/compose/recipients?q=storm").await;
        page.attributes("[role=option]", "data-value")
    };
    let settings = ann.open("/webmail/settings/writing").await;
    ann.send(&settings.form("Save").without("collects")).await;
    ann.send(&written(&ann, &format!("Storm Bo <{}>", bo.who.user), "One", "x").await).await;
    assert_eq!(suggested().await, [""; 0]);
    let settings = ann.open("/webmail/settings/writing").await;
    ann.send(&settings.form("Save").forge("collects", "1")).await;
    let own = format!("Storm Bo <{}>, Storm Ann <{}>", bo.who.user, ann.who.user);
    ann.send(&written(&ann, &own, "Two", "x").await).await;
    assert_eq!(suggested().await, [format!("Storm Bo <{}>", bo.who.user)], "and oneself is not");
}

#[tokio::test]
async fn nothing_of_a_long_draft_is_lost() {
    skip_on!(Cyrus | Courier | Bare, "imap-only");
    let app = sending_app().await;
    let (ann, _) = pair(&app).await;
    let line = "A line of a long text that somebody has written elsewhere.\r\n";
    let long = |octets: usize| format!("{}The end.\r\n", line.repeat(octets / line.len()));
    let drafts =
        [letter("Long").replace("Hello,\r\n", &long(3 << 20)), letter("Endless").replace("Hello,\r\n", &long(7 << 20))];
    ann.mail().await.make("Drafts").await;
    let ann = ann.with_messages("Drafts", drafts).await;
    let list = ann.open_mailbox("Drafts").await;
    let form = again(&ann.open_message(&list, "Long").await, "Save draft");
    assert!(form.field("text").unwrap().contains("The end."), "all of it stands in the form");
    let page = ann.submit(&form.fill("subject", "Long and kept")).await;
    assert!(page.texts(".compose__saved")[0].starts_with("Saved "));
    // what no form takes goes along as a file
    let page = ann.open_message(&list, "Endless").await;
    assert_eq!(page.texts(".compose .attachment__name"), ["text.txt"]);
}
