//! Which servers serve the people of a mail domain: its own, else the common ones.

use std::path::PathBuf;

use super::client_setup::{ClientServer, ClientSetup};
use super::{Config, Server};

impl Config {
    /// What the people of a mail domain type into their mail programs; what it does not say itself is as for all.
    pub fn client_setup(&self, domain: &str) -> ClientSetup {
        let own = self.domains.iter().find(|own| own.name.eq_ignore_ascii_case(domain));
        let common = &self.client_setup;
        let Some(own) = own.and_then(|own| own.client_setup.clone()) else { return common.clone() };
        ClientSetup {
            name: if own.name.is_empty() { common.name.clone() } else { own.name },
            imap: own.imap.or_else(|| common.imap.clone()),
            pop3: own.pop3.or_else(|| common.pop3.clone()),
            submission: own.submission.or_else(|| common.submission.clone()),
            signing: own.signing.or_else(|| common.signing.clone()),
            user_name: own.user_name,
        }
    }

    /// The POP3 server of a mail domain: as it is configured, else as mail programs are told to reach it.
    pub fn pop3_of(&self, domain: &str) -> Option<Server> {
        let own = self.domains.iter().find(|own| own.name.eq_ignore_ascii_case(domain));
        let configured = own.and_then(|own| own.pop3.as_ref()).or(self.pop3.as_ref());
        configured.cloned().or_else(|| Some(self.told(&self.client_setup(domain).pop3?)))
    }

    /// A server as mail programs are told to reach it, in our own words.
    pub fn told(&self, server: &ClientServer) -> Server {
        Server::told(server.clone(), self.ca_file_of(&server.host))
    }

    /// Certificates to trust instead of the system's, where this very host is one of our own servers and the operator named some.
    pub fn ca_file_of(&self, host: &str) -> Option<PathBuf> {
        let of_domains = self.domains.iter().flat_map(|one| [&one.imap, &one.submission, &one.pop3]);
        let ours = [&self.imap, &self.submission, &self.pop3].into_iter().chain(of_domains).flatten();
        ours.filter(|server| server.at.host.eq_ignore_ascii_case(host)).find_map(|server| server.at.ca_file.clone())
    }
}
