# shellcheck shell=bash
# The private Dovecot: $state/dovecot.conf in the words of 2.3 or of 2.4, and start_dovecot. Sourced by dev/mailserver.

mail_owner() {                         # who the mail belongs to: root may not read mail with Dovecot
    if [ "$(id -u)" = 0 ]; then
        MAIL_UID=$(id -u nobody) MAIL_GID=$(id -g nobody)
    else
        MAIL_UID=$(id -u) MAIL_GID=$(id -g)
    fi
}

# Services are almost the same in Dovecot 2.3 and 2.4: dovecot_services LINE, where LINE lets one process serve many clients.
dovecot_services() {
    local many_clients=$1
    cat <<CONF
service imap-login {
  $many_clients
  client_limit = 4000
  inet_listener imap {
    port = $IMAP_PORT
  }
  inet_listener imaps {
    port = $IMAPS_PORT
    ssl = yes
  }
}
service imap {
  process_limit = 2000
  process_min_avail = 2
}
service pop3-login {
  inet_listener pop3 {
    port = $POP3_PORT
  }
  inet_listener pop3s {
    port = $POP3S_PORT
    ssl = yes
  }
}
service managesieve-login {
  inet_listener sieve {
    port = $SIEVE_PORT
  }
}
service lmtp {
  inet_listener lmtp {
    port = $LMTP_PORT
  }
}
service auth {
  client_limit = 20000
  inet_listener sasl {
    port = $AUTH_PORT
  }
}
service quota-status {
  executable = quota-status -p postfix
  client_limit = 100
  inet_listener policy {
    port = $POLICY_PORT
  }
}
service anvil {
  client_limit = 20000
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
CONF
    [ "$(id -u)" = 0 ] || cat <<CONF
default_internal_user = $(id -un)
default_internal_group = $(id -gn)
default_login_user = $(id -un)
service imap-login {
  chroot =
}
service pop3-login {
  chroot =
}
service managesieve-login {
  chroot =
}
service anvil {
  chroot =
}
CONF
}

dovecot_mailboxes() {
    local role
    for role in Drafts Sent Archive Junk Trash; do
        printf '  mailbox %s {\n    special_use = \\%s\n    auto = subscribe\n  }\n' $role $role
    done
}

dovecot_23() {
    cat <<CONF
base_dir = $state/run
state_dir = $state/lib
log_path = $state/dovecot.log
listen = 127.0.0.1
protocols = imap pop3 lmtp sieve
shutdown_clients = yes
default_process_limit = 1000
default_vsz_limit = 1G

ssl = yes
ssl_cert = <$state/tls/cert.pem
ssl_key = <$state/tls/key.pem
disable_plaintext_auth = no
login_trusted_networks = 127.0.0.1

auth_mechanisms = plain login
auth_username_chars =
auth_failure_delay = 0
auth_cache_size = 0
passdb {
  driver = passwd-file
  args = scheme=PLAIN $state/users.d/%Lu
}
passdb {
  driver = passwd-file
  args = scheme=PLAIN $state/users
}
userdb {
  driver = passwd-file
  args = $state/users.d/%Lu
  override_fields = uid=$MAIL_UID gid=$MAIL_GID home=$state/mail/%Lu
}
userdb {
  driver = passwd-file
  args = $state/users
  override_fields = uid=$MAIL_UID gid=$MAIL_GID home=$state/mail/%Lu
}
first_valid_uid = 1

mail_location = maildir:~/Maildir
maildir_very_dirty_syncs = yes
mail_fsync = never
mail_max_userip_connections = 1000
mail_plugins = quota listescape
mail_attribute_dict = file:%h/dovecot-attributes
mailbox_list_index = yes
namespace inbox {
  inbox = yes
  separator = /
$(dovecot_mailboxes)
}
protocol imap {
  mail_plugins = quota listescape imap_quota
  imap_metadata = yes
}
protocol lmtp {
  mail_plugins = quota listescape sieve
  postmaster_address = postmaster@$DOMAIN
}
recipient_delimiter = +
plugin {
  quota = count:Storage
  quota_vsizes = yes
  quota_grace = 0%%
  quota_status_success = DUNNO
  quota_status_nouser = 550 5.1.1 Nobody here has this address
  quota_status_overquota = 552 5.2.2 This mailbox is full
  sieve = file:~/sieve;active=~/.dovecot.sieve
}
$(dovecot_services "service_count = 0")
CONF
}

dovecot_24() {
    local source
    cat <<CONF
dovecot_config_version = $1
dovecot_storage_version = 2.4.0
base_dir = $state/run
state_dir = $state/lib
log_path = $state/dovecot.log
listen = 127.0.0.1
protocols = imap pop3 lmtp sieve
shutdown_clients = yes
default_process_limit = 1000
default_vsz_limit = 1G

ssl = yes
ssl_server_cert_file = $state/tls/cert.pem
ssl_server_key_file = $state/tls/key.pem
auth_allow_cleartext = yes
login_trusted_networks = 127.0.0.1

auth_mechanisms = plain login
auth_username_chars =
auth_failure_delay = 0
auth_cache_size = 0
$(for source in "users.d/%{user|lower}" users; do cat <<SOURCE
passdb ${source%%/*} {
  driver = passwd-file
  passwd_file_path = $state/$source
  default_password_scheme = PLAIN
}
userdb ${source%%/*} {
  driver = passwd-file
  passwd_file_path = $state/$source
  fields {
    uid = $MAIL_UID
    gid = $MAIL_GID
    home = $state/mail/%{user|lower}
  }
}
SOURCE
done)
first_valid_uid = 1

mail_driver = maildir
maildir_very_dirty_syncs = yes
mail_path = ~/Maildir
mail_fsync = never
mail_max_userip_connections = 1000
mailbox_list_storage_escape_char = "\\\\"
mail_plugins {
  quota = yes
}
mail_attribute {
  dict file {
    path = %{home}/dovecot-attributes
  }
}
imap_metadata = yes
namespace inbox {
  inbox = yes
  separator = /
$(dovecot_mailboxes)
}
protocol imap {
  mail_plugins {
    imap_quota = yes
  }
}
protocol lmtp {
  mail_plugins {
    sieve = yes
  }
  postmaster_address = postmaster@$DOMAIN
}
recipient_delimiter = +
quota Storage {
  driver = count
}
quota_storage_grace = 0
quota_status_success = DUNNO
quota_status_nouser = 550 5.1.1 Nobody here has this address
quota_status_overquota = 552 5.2.2 This mailbox is full
sieve_script personal {
  driver = file
  path = ~/sieve
  active_path = ~/.dovecot.sieve
}
$(dovecot_services "restart_request_count = unlimited")
CONF
}

start_dovecot() {
    local version
    version=$(dovecot --version) || die "Dovecot is not installed: run dev/install mail"
    mkdir -p "$state/run" "$state/lib" "$state/mail" "$state/users.d"
    touch "$state/users"
    chown "$MAIL_UID:$MAIL_GID" "$state/mail"
    case $version in
        2.3.*) dovecot_23 ;;
        2.4.*) version=${version%%[ -]*}; dovecot_24 "$version" ;;
        *) die "Dovecot $version: its configuration is known here for 2.3 and 2.4 only" ;;
    esac >"$state/dovecot.conf"
    : >"$state/dovecot.log"
    dovecot -c "$state/dovecot.conf" >>"$state/dovecot.log" 2>&1 9>&-
}
