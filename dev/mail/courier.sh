# shellcheck shell=bash
# The private Courier: start_courier. Sourced by dev/mailserver.
#
# Its programs take their settings from the environment, but the place of authdaemond's socket and the user that does TLS are
# compiled in. So they run in a mount namespace of their own, with a /run in which that place is ours and an /etc/passwd in
# which there is that user.

# As in Debian's /etc/courier/imapd, imapd-ssl, pop3d and pop3d-ssl, where nothing else is said.
courier_settings() {
    local capability="IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA IDLE"
    cat <<CONF
IMAP_CAPABILITY=$capability
IMAP_CAPABILITY_TLS=$capability AUTH=PLAIN
IMAP_KEYWORDS=1
IMAP_ACL=1
IMAP_CHECK_ALL_FOLDERS=0
IMAP_ENHANCEDIDLE=0
IMAP_IDLE_TIMEOUT=60
IMAP_TRASHFOLDERNAME=Trash
IMAP_EMPTYTRASH=
IMAP_MOVE_EXPUNGE_TO_TRASH=0
IMAP_MAILBOX_SANITY_CHECK=1
IMAP_OBSOLETE_CLIENT=0
IMAP_DISABLETHREADSORT=0
IMAP_USELOCKS=1
IMAP_SHAREDINDEXFILE=$state/shared
IMAP_STARTTLS=YES
IMAP_TLS_REQUIRED=0
IMAPDSTARTTLS=YES
POP3_STARTTLS=YES
POP3_TLS_REQUIRED=0
COURIERTLS=$tree/usr/bin/couriertls
TLS_CERTFILE=$state/tls/both.pem
TLS_VERIFYPEER=NONE
TLS_TRUSTCERTS=$state/tls/ca.pem
MAILDIRPATH=Maildir
AUTHMODULES=authdaemon
GAMIN_DEBUG_SERVER=$tree/usr/libexec/gam_server
GAM_CLIENT_ID=$(basename "$(dirname "$state")")
LD_LIBRARY_PATH=$libraries
PATH=$PATH
CONF
}

courier_listen() {                     # courier_listen NAME PORT LOGIN SERVER [TLS wrapper]
    local name=$1 port=$2 login=$3 program=$4 settings
    shift 4
    mapfile -t settings < <(courier_settings)
    # shellcheck disable=SC2016
    run_beside "$name" unshare -m sh -c '
        mount --bind "$0/passwd" /etc/passwd && mount --bind "$0/group" /etc/group && mount -t tmpfs tmpfs /run &&
            mkdir /run/courier && ln -s "$0/authdaemon" /run/courier/authdaemon || exit 1
        exec env -i "$@"' "$state/run" FERNPOST_STATE="$state" "${settings[@]}" \
        "$tree/usr/sbin/couriertcpd" -address=127.0.0.1 -maxprocs=500 -maxperip=500 -nodnslookup -noidentlookup \
        "$port" "$@" "$login" "$program" Maildir
}

start_courier() {
    local tree libraries
    local why
    if why=$(lacking courier); then die "Courier can't run here: $why"; fi
    find_tree courier courier-imap
    mkdir -p "$state"/{run/authdaemon,mail,users.d}
    chown "$MAIL_UID:$MAIL_GID" "$state/mail"
    { cat /etc/passwd; echo "courier:x:$MAIL_UID:$MAIL_GID::/:/bin/false"; } >"$state/run/passwd"
    { cat /etc/group; echo "courier:x:$MAIL_GID:"; } >"$state/run/group"
    cat "$state/tls/key.pem" "$state/tls/cert.pem" >"$state/tls/both.pem"
    run_beside authdaemon python3 "$here/mail/authdaemon.py" "$state/run/authdaemon/socket" "$state/users.d" "$state/mail" \
        "$MAIL_UID" "$MAIL_GID"
    local inside=$tree/usr/lib/courier/courier tls=("$tree/usr/bin/couriertls" -server -tcpd)
    courier_listen courier-imap "$IMAP_PORT" "$inside/imaplogin" "$tree/usr/bin/imapd"
    courier_listen courier-imaps "$IMAPS_PORT" "$inside/imaplogin" "$tree/usr/bin/imapd" "${tls[@]}"
    courier_listen courier-pop3 "$POP3_PORT" "$inside/courierpop3login" "$inside/courierpop3d"
    courier_listen courier-pop3s "$POP3S_PORT" "$inside/courierpop3login" "$inside/courierpop3d" "${tls[@]}"
}

stop_courier() {
    end_beside courier-imap
    end_beside courier-imaps
    end_beside courier-pop3
    end_beside courier-pop3s
    end_beside authdaemon
}
