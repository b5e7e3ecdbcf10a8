//! Every route, on one screen.

use actix_web::middleware::from_fn;
use actix_web::{FromRequest, Handler, HttpRequest, HttpResponse, Responder, Route, guard, web};

use super::Error;
use super::attachments_zip::attachments_zip;
use super::autoconfig::autoconfig;
use super::autodiscover::autodiscover;
use super::compose_send::compose_send;
use super::compose_show::compose_show;
use super::conversation_show::conversation_show;
use super::devices::devices;
use super::devices_check::devices_check;
use super::devices_pop::{devices_pop, devices_pop_look};
use super::draft_save::draft_save;
use super::events::events;
use super::export::export;
use super::export_show::export_show;
use super::import::{import, import_show};
use super::import_account::{import_account, import_account_begin, import_account_folders};
use super::import_account_show::{import_account_change, import_account_show};
use super::invitation_answer::invitation_answer;
use super::job_show::{job_forget, job_go_on, job_make, job_show, job_stop};
use super::login::{login, login_show};
use super::logout::logout;
use super::mailbox_empty::{mailbox_empty, mailbox_empty_ask};
use super::mailbox_show::mailbox_show;
use super::message_archive::message_archive;
use super::message_body::message_body;
use super::message_copy::message_copy;
use super::message_delete::message_delete;
use super::message_flag::message_flag;
use super::message_headers::message_headers;
use super::message_junk::message_junk;
use super::message_move::message_move;
use super::message_print::message_print;
use super::message_resend::{message_resend, message_resend_show};
use super::message_show::message_show;
use super::message_source::message_source;
use super::message_undo::message_undo;
use super::message_unsubscribe::{message_unsubscribe, message_unsubscribe_ask};
use super::mobileconfig::mobileconfig;
use super::outbox_show::{outbox_cancel, outbox_edit, outbox_file, outbox_now, outbox_retry, outbox_show};
use super::panics;
use super::part_download::part_download;
use super::part_inline::part_inline;
use super::part_save::part_save;
use super::part_show::part_show;
use super::part_thumbnail::part_thumbnail;
use super::receipt_answer::receipt_answer;
use super::redirect::see_other;
use super::remote_picture::remote_picture;
use super::remote_show::remote_show;
use super::sender_forget::sender_forget;
use super::settings::{settings, settings_show};
use super::settings_canned::{canned_remove, canned_restore, settings_canned};
use super::settings_canned_text::{canned_add, canned_keep, canned_new, canned_text};
use super::settings_identities::{identity_first, identity_remove, identity_restore, settings_identities};
use super::settings_identity::{identity, identity_add, identity_keep, identity_new};
use super::settings_recipients::{
    recipient_forget, recipient_restore, recipients_forget, recipients_forget_ask, settings_recipients,
};
use super::settings_writing::{settings_writing, settings_writing_keep};
use super::signed_in::SignedIn;
use super::state::State;
use super::storage_act::{storage_delete, storage_move, storage_strip};
use super::storage_ask::storage_ask;
use super::storage_look::storage_look;
use super::storage_rules::{storage_rules, storage_rules_show};
use super::storage_show::storage_show;
use super::suggestions::suggestions;
use super::survey_state::{survey_begin, survey_stop};
use super::upload::{upload, upload_remove};
use crate::mail::MailboxName;

/// Lays the routes below the base path.
pub(super) fn configure(config: &mut web::ServiceConfig, state: &web::Data<State>) {
    let base = state.config.base_path.as_str();
    let mut on = |path: &str, routes: Vec<Route>| {
        let resource = routes.into_iter().fold(web::resource(format!("{base}{path}")), actix_web::Resource::route);
        config.service(resource.default_service(web::to(nothing_here)).wrap(from_fn(panics::catch)));
    };
    // signing in and out
    on("/", vec![get(home)]);
    on("/login", vec![get(login_show), post(login)]);
    on("/logout", vec![post(logout)]);
    // lists and letters
    on("/mailbox/{mailbox}", vec![get(mailbox_show)]);
    on("/mailbox/{mailbox}/empty", vec![get(mailbox_empty_ask), post(mailbox_empty)]);
    on("/message/{mailbox}/{uidvalidity}/{uid}", vec![get(message_show)]);
    on("/message/{mailbox}/{uidvalidity}/{uid}/body", vec![get(message_body)]);
    on("/message/{mailbox}/{uidvalidity}/{uid}/part/{part}/{name:.*}", vec![get(part_download)]);
    on("/message/{mailbox}/{uidvalidity}/{uid}/inline/{part}", vec![get(part_inline)]);
    on("/message/{mailbox}/{uidvalidity}/{uid}/remote", vec![get(remote_picture), post(remote_show)]);
    on("/message/{mailbox}/{uidvalidity}/{uid}/thumbnail/{part}", vec![get(part_thumbnail)]);
    on("/message/{mailbox}/{uidvalidity}/{uid}/view/{part}", vec![get(part_show)]);
    on("/message/{mailbox}/{uidvalidity}/{uid}/save/{part}", vec![post(part_save)]);
    on("/message/{mailbox}/{uidvalidity}/{uid}/attachments.zip", vec![get(attachments_zip)]);
    on("/message/{mailbox}/{uidvalidity}/{uid}/source", vec![get(message_source)]);
    on("/message/{mailbox}/{uidvalidity}/{uid}/headers", vec![get(message_headers)]);
    on("/message/{mailbox}/{uidvalidity}/{uid}/conversation", vec![get(conversation_show)]);
    on("/message/{mailbox}/{uidvalidity}/{uid}/print", vec![get(message_print)]);
    on("/message/{mailbox}/{uidvalidity}/{uid}/answer", vec![post(invitation_answer)]);
    on("/message/{mailbox}/{uidvalidity}/{uid}/receipt", vec![post(receipt_answer)]);
    on("/message/{mailbox}/{uidvalidity}/{uid}/resend", vec![get(message_resend_show), post(message_resend)]);
    on(
        "/message/{mailbox}/{uidvalidity}/{uid}/unsubscribe",
        vec![get(message_unsubscribe_ask), post(message_unsubscribe)],
    );
    // what is done to chosen messages
    on("/messages/flag", vec![post(message_flag)]);
    on("/messages/move", vec![post(message_move)]);
    on("/messages/copy", vec![post(message_copy)]);
    on("/messages/archive", vec![post(message_archive)]);
    on("/messages/junk", vec![post(message_junk)]);
    on("/messages/delete", vec![post(message_delete)]);
    on("/messages/undo", vec![post(message_undo)]);
    on("/export", vec![get(export_show), post(export)]);
    on("/import", vec![get(import_show), post(import)]);
    // writing
    on("/compose", vec![get(compose_show), post(compose_send)]);
    on("/drafts", vec![post(draft_save)]);
    on("/outbox", vec![get(outbox_show)]);
    on("/outbox/cancel", vec![post(outbox_cancel)]);
    on("/outbox/edit", vec![post(outbox_edit)]);
    on("/outbox/retry", vec![post(outbox_retry)]);
    on("/outbox/now", vec![post(outbox_now)]);
    on("/outbox/file", vec![post(outbox_file)]);
    // files for messages that are written
    on("/uploads", vec![post(upload)]);
    on("/uploads/{id}/remove", vec![post(upload_remove)]);
    // what open pages are told
    on("/events", vec![web::get().to(events)]);
    // how this browser likes it
    on("/settings", vec![get(settings_show), post(settings)]);
    on("/settings/senders", vec![post(sender_forget)]);
    // how this person writes, as whom, with which texts and to whom
    on("/settings/identities", vec![get(settings_identities)]);
    on("/settings/identities/new", vec![get(identity_new), post(identity_add)]);
    on("/settings/identities/{number}", vec![get(identity), post(identity_keep)]);
    on("/settings/identities/{number}/first", vec![post(identity_first)]);
    on("/settings/identities/{number}/remove", vec![post(identity_remove)]);
    on("/settings/identities/{number}/restore", vec![post(identity_restore)]);
    on("/settings/writing", vec![get(settings_writing), post(settings_writing_keep)]);
    on("/settings/templates", vec![get(settings_canned)]);
    on("/settings/templates/new", vec![get(canned_new), post(canned_add)]);
    on("/settings/templates/{number}", vec![get(canned_text), post(canned_keep)]);
    on("/settings/templates/{number}/remove", vec![post(canned_remove)]);
    on("/settings/templates/{number}/restore", vec![post(canned_restore)]);
    on("/settings/recipients", vec![get(settings_recipients), post(recipient_forget)]);
    on("/settings/recipients/restore", vec![post(recipient_restore)]);
    on("/settings/recipients/forget", vec![get(recipients_forget_ask), post(recipients_forget)]);
    on("/compose/recipients", vec![get(suggestions)]);
    // what fills the mailbox, and how room is made
    on("/storage", vec![get(storage_show)]);
    on("/storage/survey", vec![post(survey_begin)]);
    on("/storage/survey/stop", vec![post(survey_stop)]);
    on("/storage/messages", vec![get(storage_look), post(storage_ask)]);
    on("/storage/delete", vec![post(storage_delete)]);
    on("/storage/move", vec![post(storage_move)]);
    on("/storage/strip", vec![post(storage_strip)]);
    // what goes on in the background
    on("/jobs/{id}", vec![get(job_show)]);
    on("/jobs/{id}/stop", vec![post(job_stop)]);
    on("/jobs/{id}/go-on", vec![post(job_go_on)]);
    on("/jobs/{id}/make", vec![post(job_make)]);
    on("/jobs/{id}/forget", vec![post(job_forget)]);
    on("/storage/rules", vec![get(storage_rules_show), post(storage_rules)]);
    // what pages are made of
    on("/static/{hash}/{name:.*}", vec![get(static_file)]);
    // how a mailbox is set up in other programs
    on("/devices", vec![get(devices)]);
    on("/devices/mail.mobileconfig", vec![get(mobileconfig)]);
    on("/devices/check", vec![post(devices_check)]);
    on("/devices/pop", vec![get(devices_pop), post(devices_pop_look)]);
    // mail from an account elsewhere
    on("/import/account", vec![get(import_account), post(import_account_begin)]);
    on("/import/account/folders", vec![post(import_account_folders)]);
    on("/import/account/{id}", vec![get(import_account_show), post(import_account_change)]);
    // without its slash, and where nothing of ours is
    if !base.is_empty() {
        on("", vec![get(to_home)]);
        config.service(web::resource("/").route(get(to_home)));
    }
    for path in AUTOCONFIG {
        config.service(web::resource(path).route(get(autoconfig)));
    }
    for path in AUTODISCOVER {
        config.service(web::resource(path).route(post(autodiscover)));
    }
    config.default_service(web::to(nothing_here));
}

/// Where mail programs ask how to set themselves up: below the host itself, and in the spellings that they use.
const AUTOCONFIG: [&str; 2] = ["/mail/config-v1.1.xml", "/.well-known/autoconfig/mail/config-v1.1.xml"];
const AUTODISCOVER: [&str; 3] =
    ["/autodiscover/autodiscover.xml", "/Autodiscover/Autodiscover.xml", "/AutoDiscover/AutoDiscover.xml"];

/// Whether this path is one of theirs.
pub(super) fn is_for_mail_programs(path: &str) -> bool {
    AUTOCONFIG.contains(&path) || AUTODISCOVER.contains(&path)
}

/// A page: GET, and HEAD for those who look before they fetch.
fn get<F, Args>(handler: F) -> Route
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::route().guard(guard::Any(guard::Get()).or(guard::Head())).to(handler)
}

/// A change.
fn post<F, Args>(handler: F) -> Route
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::post().to(handler)
}

/// `GET /`: to the inbox.
async fn home(_person: SignedIn, state: web::Data<State>) -> HttpResponse {
    see_other(&state.urls.mailbox(&MailboxName::inbox()))
}

async fn to_home(state: web::Data<State>) -> HttpResponse {
    see_other(&state.urls.home())
}

async fn static_file(
    path: web::Path<(String, String)>,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse, Error> {
    let (hash, name) = path.into_inner();
    state.assets.serve(&hash, &name, &request).ok_or(Error::NotFound)
}

async fn nothing_here() -> Result<HttpResponse, Error> {
    Err(Error::NotFound)
}
