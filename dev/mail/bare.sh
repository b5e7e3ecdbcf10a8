# shellcheck shell=bash
# The private bare server: start_bare. Sourced by dev/mailserver.

start_bare() {
    mkdir -p "$state"/{run,mail,users.d}
    run_beside bare python3 "$here/mail/bare" "$IMAP_PORT" "$IMAPS_PORT" "$state/users.d" "$state/tls/cert.pem" "$state/tls/key.pem"
}

stop_bare() { end_beside bare; }
