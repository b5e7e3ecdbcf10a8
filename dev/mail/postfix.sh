# shellcheck shell=bash
# The private Postfix: written to $state/postfix and started by start_postfix. Sourced by dev/mailserver.

start_postfix() {
    local etc=$state/postfix daemons
    daemons=$(postconf -h daemon_directory 2>/dev/null || echo /usr/lib/postfix/sbin)
    [ -x "$daemons/master" ] || die "Postfix is not installed: run dev/install mail"
    mkdir -p "$etc"
    [ -z "$sudo" ] || $sudo chown -R "$(id -u)" "$etc"
    cat >"$etc/main.cf" <<CONF
compatibility_level = 3.6
queue_directory = $state/spool
data_directory = $state/postfix-data
daemon_directory = $daemons
maillog_file_prefixes = $state
maillog_file = $state/postfix.log
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.$DOMAIN
myorigin = $DOMAIN
mynetworks =
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
biff = no
append_dot_mydomain = no
recipient_delimiter = +
message_size_limit = 41943040
mailbox_size_limit = 0
smtputf8_enable = yes

# Every *.example and *.test address is ours; Dovecot says whether somebody has it and has room. Nothing leaves.
virtual_mailbox_domains = regexp:$state/postfix/domains
virtual_mailbox_maps = static:all
virtual_transport = lmtp:inet:127.0.0.1:$LMTP_PORT
default_transport = error:5.7.1 This is a private mail server for development; nothing leaves the machine
relay_transport = \$default_transport
relayhost =
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions = check_policy_service inet:127.0.0.1:$POLICY_PORT
smtpd_helo_required = yes
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
smtpd_error_sleep_time = 0
smtpd_junk_command_limit = 1000
disable_dns_lookups = yes
in_flow_delay = 0

smtpd_tls_cert_file = $state/tls/cert.pem
smtpd_tls_key_file = $state/tls/key.pem
smtpd_tls_security_level = may
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:$AUTH_PORT
smtpd_sasl_security_options = noanonymous
broken_sasl_auth_clients = no
lmtp_tls_security_level = none
CONF
    printf '/\\.(example|test)$/ ours\n' >"$etc/domains"
    local submission="-o smtpd_sasl_auth_enable=yes -o smtpd_client_restrictions=permit_sasl_authenticated,reject"
    cat >"$etc/master.cf" <<CONF
127.0.0.1:$SMTP_PORT inet n - n - - smtpd
127.0.0.1:$SUBMISSION_PORT inet n - n - - smtpd $submission
127.0.0.1:$SMTPS_PORT inet n - n - - smtpd $submission -o smtpd_tls_wrappermode=yes
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
CONF
    touch -d '1 minute ago' "$etc"/*       # Postfix waits two seconds for a file that may still be being written
    # What `postfix check` would make .
    if [ ! -d "$state/spool" ]; then
        $sudo install -d -m 755 "$state/spool" "$state/spool/pid"
        $sudo install -d -o postfix -m 700 "$state/postfix-data" \
            "$state"/spool/{active,bounce,corrupt,defer,deferred,flush,hold,incoming,private,saved,trace}
        $sudo install -d -o postfix -g postdrop -m 710 "$state/spool/public"
        $sudo install -d -o postfix -g postdrop -m 1730 "$state/spool/maildrop"
    fi
    [ -z "$sudo" ] || $sudo chown -R root:root "$etc"    # Postfix wants to be sure of its configuration
    : >"$state/postfix-start.log"
    $sudo env MAIL_CONFIG="$etc" setsid "$daemons/master" -s -c "$etc" </dev/null >>"$state/postfix-start.log" 2>&1 9>&- &
}
