# shellcheck shell=bash
# The private Cyrus: $state/imapd.conf, $state/cyrus.conf and start_cyrus. Sourced by dev/mailserver.
#
# As upstream has it since 3.0 (2017): "/" between folders, which stand beside the inbox. (Debian's file still says "." and
# below the inbox; that is how our Courier is.)

cyrus_configuration() {
    local role
    cat >"$state/imapd.conf" <<CONF
configdirectory: $state/lib
defaultpartition: default
partition-default: $state/mail
sievedir: $state/sieve
cyrus_user: $(id -un "$MAIL_UID")
admins: cyrus
servername: localhost

virtdomains: userid
defaultdomain: localhost.localdomain
unixhierarchysep: yes
altnamespace: yes
hashimapspool: yes
umask: 022
munge8bit: no
skiplist_unsafe: yes

sasl_pwcheck_method: saslauthd
sasl_saslauthd_path: $state/run/saslauthd
sasl_mech_list: PLAIN LOGIN
allowplaintext: yes
failedloginpause: 0
sasl_log_level: 0

tls_server_cert: $state/tls/cert.pem
tls_server_key: $state/tls/key.pem

autocreate_quota: 0
autocreate_inbox_folders: Drafts|Sent|Archive|Junk|Trash
autocreate_subscribe_folders: Drafts|Sent|Archive|Junk|Trash
$(for role in Drafts Sent Archive Junk Trash; do echo "xlist-${role,,}: $role"; done)
specialusealways: no
imapidlepoll: 1
idlesocket: $state/run/idle
lmtpsocket: $state/run/lmtp
notifysocket: $state/run/notify
CONF
    cat >"$state/cyrus.conf" <<CONF
START {
  recover cmd="$tree/usr/lib/cyrus/bin/ctl_cyrusdb -C $state/imapd.conf -r"
}
SERVICES {
  imap cmd="$tree/usr/lib/cyrus/bin/imapd -C $state/imapd.conf" listen="127.0.0.1:$IMAP_PORT" prefork=4 maxchild=500
  imaps cmd="$tree/usr/lib/cyrus/bin/imapd -s -C $state/imapd.conf" listen="127.0.0.1:$IMAPS_PORT" prefork=4 maxchild=500
  lmtp cmd="$tree/usr/lib/cyrus/bin/lmtpd -a -C $state/imapd.conf" listen="127.0.0.1:$LMTP_PORT" prefork=0 maxchild=50
}
EVENTS {
}
DAEMON {
  idled cmd="$tree/usr/lib/cyrus/bin/idled -C $state/imapd.conf"
}
CONF
}

start_cyrus() {
    local tree libraries
    find_tree cyrus cyrus-imapd
    mkdir -p "$state"/{run,lib,mail,sieve,users.d}
    [ -s "$state/admin" ] || openssl rand -hex 16 >"$state/admin"
    chmod 600 "$state/admin"
    chown "$MAIL_UID:$MAIL_GID" "$state"/{lib,mail,sieve} "$state/tls/key.pem"
    chown "$MAIL_UID:$MAIL_GID" "$state/run"
    cyrus_configuration
    run_beside saslauthd python3 "$here/mail/saslauthd.py" "$state/run/saslauthd" "$state/users.d" "$state/admin" \
        "$IMAP_PORT"
    run_beside cyrus env LD_LIBRARY_PATH="$libraries" "$tree/usr/lib/cyrus/bin/master" -C "$state/imapd.conf" -M "$state/cyrus.conf" \
        -p "$state/run/master.pid"
}

stop_cyrus() {
    end_beside cyrus
    end_beside saslauthd
}
