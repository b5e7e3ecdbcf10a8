//! A message begun: new, as an answer, passed on, or gone on with.

use super::start::{in_order, look_of_signature, signed_above, signed_below};
use super::written::Written;
use super::{Account, Error, ReplyPlace, ReplyStyle, Start};
use crate::mail::{About, Address, Draft, Identity, Look, Mailto, MessageId, MessageRef};
use crate::mime::{self, Answer};

/// Messages that are passed on at once.
const MOST_ATTACHED: usize = 100;

impl Account {
    /// Begins a message. `identities` are whom the person may write as; the one is chosen that the message it is about came to.
    /// Where there are none it is the sign-in name.
    ///
    /// A draft that is gone on with keeps everything, its name too; what it answers it says itself, and else that is looked for
    /// in the inbox. Nothing is changed on the server.
    pub async fn start_draft(
        &self,
        start: &Start,
        identities: &[Identity],
        style: &ReplyStyle,
    ) -> Result<Draft, Error> {
        let own;
        let identities = match identities {
            [] => {
                let address = Address { name: String::new(), addr: self.user().to_owned() };
                own = [Identity { address, ..Identity::default() }];
                &own[..]
            }
            some => some,
        };
        match start {
            Start::New(link) => Ok(new(link, identities, style)),
            Start::Reply(message) => self.answer(message, Answer::Sender, identities, style).await,
            Start::ReplyAll(message) => self.answer(message, Answer::Everybody, identities, style).await,
            Start::ReplyList(message) => self.answer(message, Answer::List, identities, style).await,
            Start::Forward(message) => self.forward(message, identities, style).await,
            Start::ForwardAttached(messages) => self.forward_attached(messages, identities, style).await,
            Start::Edit(message) => self.edit(message, identities, style).await,
            Start::Again(message) => self.again(message, identities, style).await,
        }
    }

    /// The name that a message has on the server; `None`: none of which there could be a row in the outbox.
    pub async fn name_of(&self, message: &MessageRef) -> Result<Option<MessageId>, Error> {
        let written = self.written(message).await?;
        Ok(written.envelope.message_id.as_deref().and_then(|id| MessageId::parse(id).ok()))
    }

    async fn answer(
        &self,
        message: &MessageRef,
        answer: Answer,
        identities: &[Identity],
        style: &ReplyStyle,
    ) -> Result<Draft, Error> {
        let written = self.written(message).await?;
        let quote = mime::quoted(&self.text_of(&written).await?);
        let routes = mime::routes(&written.header);
        let identity = mime::answering_identity(&written.envelope, &routes, identities);
        let (to, cc) = mime::addressees(&written.envelope, &routes, answer, identities);
        let (in_reply_to, references) = mime::answered_ids(&written.envelope);
        let who = written.envelope.from.first().cloned().unwrap_or_default();
        let look = match quote.is_empty() {
            true => None,
            false => self.quoted_looks(&written).await?.map(|html| Look { text: quote.clone(), html }),
        };
        let signature_at = if style.place == ReplyPlace::Above { style.signature } else { ReplyPlace::Below };
        let looks = in_order(look, look_of_signature(identity), signature_at);
        let quote = match quote.is_empty() {
            true => String::new(),
            false => format!("{}\n{quote}", (style.attribution)(&who, written.date())),
        };
        let text = |identity: &Identity| match (style.place, quote.is_empty()) {
            (_, true) => signed_below("", identity),
            (ReplyPlace::Below, false) => signed_below(&format!("{quote}\n"), identity),
            (ReplyPlace::Above, false) => signed_above(&quote, identity, style),
        };
        Ok(Draft {
            to,
            cc,
            subject: mime::reply_subject(&written.envelope.subject),
            in_reply_to,
            references,
            text: identity.map(text).unwrap_or_default(),
            looks,
            about: Some(About::Answers(message.clone())),
            ..blank(identity, style)
        })
    }

    async fn forward(&self, message: &MessageRef, identities: &[Identity], style: &ReplyStyle) -> Result<Draft, Error> {
        let written = self.written(message).await?;
        let text = mime::passed_on(&self.text_of(&written).await?);
        let block = (style.forwarded)(&mime::told_openly(&written.envelope));
        let below = format!("{}\n\n{text}\n", block.trim_end());
        let identity = identity_for(&written, identities);
        let look = match text.is_empty() {
            true => None,
            false => self.looks_of(&written).await?.map(|html| Look { text, html }),
        };
        Ok(Draft {
            looks: in_order(look, look_of_signature(identity), style.signature),
            text: identity.map(|identity| signed_above(&below, identity, style)).unwrap_or_default(),
            attachments: written.attachments(),
            ..passed_on(&written, identity, style)
        })
    }

    async fn forward_attached(
        &self,
        messages: &[MessageRef],
        identities: &[Identity],
        style: &ReplyStyle,
    ) -> Result<Draft, Error> {
        let mut attachments = Vec::new();
        let mut first = None;
        for message in messages.iter().take(MOST_ATTACHED) {
            let written = self.written(message).await?;
            attachments.push(written.as_attachment());
            first.get_or_insert(written);
        }
        let identity = first.as_ref().map_or(mime::default_identity(identities), |one| identity_for(one, identities));
        let draft = match &first {
            Some(written) => passed_on(written, identity, style),
            None => blank(identity, style),
        };
        let text = identity.map(|identity| signed_below("", identity)).unwrap_or_default();
        let about = Some(About::Forwards(messages.iter().take(MOST_ATTACHED).cloned().collect()));
        Ok(Draft { text, looks: look_of_signature(identity).into_iter().collect(), attachments, about, ..draft })
    }

    async fn edit(&self, message: &MessageRef, identities: &[Identity], style: &ReplyStyle) -> Result<Draft, Error> {
        let draft = self.read_back(message, identities, style).await?;
        // drafts of other programs, and those of before, do not say it
        let about = match draft.about {
            Some(about) => Some(about),
            None => self.about_of(&draft).await,
        };
        Ok(Draft { about, ..draft })
    }

    async fn again(&self, message: &MessageRef, identities: &[Identity], style: &ReplyStyle) -> Result<Draft, Error> {
        let draft = self.read_back(message, identities, style).await?;
        let domain = domain_of(&draft.from);
        Ok(Draft { message_id: MessageId::from_bytes(style.random, &domain), date: style.now, about: None, ..draft })
    }

    /// A message as a draft: everything of it. Whoever it says wrote it, it is written as one of the identities now.
    async fn read_back(
        &self,
        message: &MessageRef,
        identities: &[Identity],
        style: &ReplyStyle,
    ) -> Result<Draft, Error> {
        let mut written = self.written(message).await?;
        let fresh = blank(mime::default_identity(identities), style).message_id;
        let mut draft = mime::draft_of_header(&written.header, fresh, style.now);
        let own = mime::identity_of(&draft.from.addr, identities);
        if let Some(identity) = own.or_else(|| identity_for(&written, identities)) {
            // a name that was chosen for this message stays
            let name = own.map(|_| std::mem::take(&mut draft.from.name)).filter(|name| !name.is_empty());
            draft.from = identity.address.clone();
            draft.from.name = name.unwrap_or_else(|| identity.address.name.clone());
            if own.is_none() {
                // somebody else's wishes
                draft.reply_to = identity.reply_to.clone();
                draft.organisation = identity.organisation.clone();
                (draft.asks_receipt, draft.asks_delivery) = (false, false);
            }
        }
        draft.text = self.whole_text_of(&mut written).await?;
        draft.html = self.looks_of(&written).await?;
        draft.attachments = written.attachments();
        draft.attachments.extend(written.too_long());
        Ok(draft)
    }
}

fn new(link: &Mailto, identities: &[Identity], style: &ReplyStyle) -> Draft {
    let identity = mime::default_identity(identities);
    let draft = blank(identity, style);
    Draft {
        to: link.to.clone(),
        cc: link.cc.clone(),
        bcc: draft.bcc.iter().chain(&link.bcc).cloned().collect(),
        subject: link.subject.clone(),
        looks: look_of_signature(identity).into_iter().collect(),
        text: identity.map_or_else(|| link.body.clone(), |identity| signed_below(&link.body, identity)),
        in_reply_to: link.in_reply_to.clone(),
        references: link.in_reply_to.clone(),
        ..draft
    }
}

/// What is passed on, without text and files.
fn passed_on(written: &Written, identity: Option<&Identity>, style: &ReplyStyle) -> Draft {
    let (_, references) = mime::answered_ids(&written.envelope);
    Draft {
        subject: mime::forward_subject(&written.envelope.subject),
        references,
        about: Some(About::Forwards(vec![written.message.clone()])),
        ..blank(identity, style)
    }
}

fn identity_for<'a>(written: &Written, identities: &'a [Identity]) -> Option<&'a Identity> {
    mime::answering_identity(&written.envelope, &mime::routes(&written.header), identities)
}

/// A message of which nothing is known but who writes it.
fn blank(identity: Option<&Identity>, style: &ReplyStyle) -> Draft {
    let identity = identity.cloned().unwrap_or_default();
    let id = MessageId::from_bytes(style.random, &domain_of(&identity.address));
    Draft {
        bcc: if identity.copies_to_self { vec![identity.address.clone()] } else { Vec::new() },
        from: identity.address,
        organisation: identity.organisation,
        reply_to: identity.reply_to,
        ..Draft::new(id, style.now)
    }
}

/// The domain of an address, in ASCII; empty where there is none.
fn domain_of(address: &Address) -> String {
    let wire = mime::wire_address(&address.addr).unwrap_or_default();
    wire.rsplit_once('@').map_or_else(String::new, |(_, domain)| domain.to_owned())
}
