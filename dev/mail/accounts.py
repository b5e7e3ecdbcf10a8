"""Who may sign in to a private mail server: the files of $USERS_DIR, in the format of Dovecot's passwd-file.

Looked up anew each time, so that a file counts as soon as it is there. Only what dev/mailserver and the tests write is
understood: {PLAIN} and {PLAIN.b64}, and a quota in octets.
"""

import base64
import hmac
import os
import re


class Account:
    """One line: address, password, quota in octets or None."""

    def __init__(self, line: bytes):
        fields = line.rstrip(b"\n").split(b":", 7)
        self.address = fields[0].decode()
        scheme, _, secret = fields[1].rpartition(b"}")
        self.password = base64.b64decode(secret) if scheme.upper() == b"{PLAIN.B64" else secret
        rule = re.search(rb"userdb_quota_rule=\*:bytes=(\d+)", line)
        self.quota = int(rule[1]) if rule else None


def find(folder: str, address: str) -> Account | None:
    """The account of this address, in whatever case it was typed."""
    name = address.lower()
    if not name or name.startswith(".") or "/" in name or "\0" in name:
        return None
    try:
        with open(os.path.join(folder, name), "rb") as file:
            return Account(file.readline())
    except (OSError, ValueError, IndexError):
        return None


def sign_in(folder: str, address: str, password: bytes) -> Account | None:
    """The account, if that is its password."""
    account = find(folder, address)
    if account and hmac.compare_digest(account.password, password):
        return account
    return None
