# shellcheck shell=bash
# Mail servers beside Dovecot. Debian lets only one IMAP server be installed, so dev/install unpacks the others below
# target/servers, with the libraries that the machine lacks, and they run from there. Sourced by dev/mailserver.

servers=${CARGO_TARGET_DIR:-$here/../target}/servers

# Says why a server can't run here; fails if it can.
lacking() {
    case $1 in
        cyrus | courier)
            if [ ! -e "$servers/$1/.done" ]; then
                echo "it is not unpacked; dev/install servers does that where there is apt-get"
            elif [ "$1" = courier ] && [ "$(id -u)" != 0 ]; then
                echo "it needs root, to become another user for each account"
            elif [ "$1" = courier ] && ! unshare -m true 2>/dev/null; then
                echo "it needs a mount namespace of its own, and unshare makes none here"
            else
                return 1
            fi
            ;;
        dovecot) command -v dovecot >/dev/null && return 1 || echo "it is not installed: run dev/install mail" ;;
        bare) return 1 ;;
        *) die "there is no server $1" ;;
    esac
}

# Sets `tree` to where PACKAGE is unpacked, and `libraries` to what LD_LIBRARY_PATH must be for it. A server gives up root,
# so where nobody else may walk (a checkout below /root), it gets a copy beside its mail.
find_tree() {                          # find_tree NAME PACKAGE
    tree=$servers/$1
    [ -e "$tree/.done" ] || die "$2 is not unpacked: run dev/install servers"
    tree=$(realpath "$tree")
    if [ "$(id -u)" = 0 ] && ! can_enter nobody "$tree"; then
        [ -e "$state/$1/.done" ] || { rm -rf "${state:?}/$1" && cp -a "$tree" "$state/$1"; }
        tree=$state/$1
    fi
    local folder found=()
    for folder in "$tree"/usr/lib "$tree"/usr/lib/*-linux-gnu* "$tree"/lib/*-linux-gnu*; do
        [ ! -d "$folder" ] || found+=("$folder")
    done
    libraries=$(IFS=:; echo "${found[*]}")
}

# Runs a program of ours below this folder in the background: beside NAME.pid, with its words in NAME.log.
run_beside() {                         # run_beside NAME COMMAND...
    local name=$1
    shift
    FERNPOST_STATE=$state PYTHONDONTWRITEBYTECODE=1 setsid "$@" </dev/null >>"$state/$name.log" 2>&1 9>&- &
    echo $! >"$state/run/$name.pid"
}
beside_pid() { ours "$state/run/$1.pid" "FERNPOST_STATE=$state"; }
end_beside() {
    local pid
    if pid=$(beside_pid "$1"); then end "$pid"; fi
}
