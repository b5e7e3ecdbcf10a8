#!/usr/bin/env python3
"""Tells the private Courier who may sign in, as its authdaemond would: authdaemon.py SOCKET USERS_DIR MAIL_DIR UID GID

The person's Maildir is made at the first sign-in, as `maildirmake` does; a quota goes into its `maildirsize`.
"""

import os
import socketserver
import sys

import accounts
import unix_server

path, users, mail, uid, gid = sys.argv[1:]


def maildir(account: accounts.Account) -> str:
    """The account's home, in which Maildir stands."""
    home = os.path.join(mail, account.address)
    for folder in ("", "Maildir", "Maildir/cur", "Maildir/new", "Maildir/tmp"):
        place = os.path.join(home, folder)
        try:
            os.mkdir(place, 0o700)
        except FileExistsError:
            continue
        os.chown(place, int(uid), int(gid))
    size = os.path.join(home, "Maildir/maildirsize")
    if account.quota is not None and not os.path.exists(size):
        with open(size, "w") as file:
            file.write(f"{account.quota}S\n")
        os.chown(size, int(uid), int(gid))
    return home


class Question(socketserver.StreamRequestHandler):
    """Lines with `=` about the client; `AUTH n`, then n octets: service, kind, and for the kind `login` name and password, a
    line each."""

    def handle(self) -> None:
        line = self.rfile.readline()
        while b"=" in line:
            line = self.rfile.readline()
        word, _, size = line.decode().strip().partition(" ")
        account = None
        if word == "AUTH":
            _, kind, *rest = self.rfile.read(int(size)).split(b"\n")
            if kind == b"login":
                account = accounts.sign_in(users, rest[0].decode(errors="replace"), rest[1])
        if not account:
            self.wfile.write(b"FAIL\n")
            return
        fields = {"UID": uid, "GID": gid, "HOME": maildir(account), "ADDRESS": account.address}
        if account.quota is not None:
            fields["QUOTA"] = f"{account.quota}S"
        self.wfile.write("".join(f"{key}={value}\n" for key, value in fields.items()).encode() + b".\n")


unix_server.serve(path, Question)
