#!/usr/bin/env python3
"""Tells the private Cyrus who may sign in, as Cyrus SASL's saslauthd would: saslauthd.py SOCKET USERS_DIR ADMIN_FILE IMAP_PORT

An account that has a quota gets it at its first sign-in, before that is answered: the mailboxes are made by signing in in the
person's name, and the limit is set as administrator.
"""

import base64
import socket
import socketserver
import struct
import sys
import threading

import accounts
import unix_server

ADMIN = "cyrus"
path, users, admin_file, imap_port = sys.argv[1:]
with open(admin_file) as file:
    admin_password = file.read().strip()
limits: dict[str, int] = {}
lock = threading.Lock()


class Imap:
    """As much of a mail program as the limit takes."""

    def __init__(self, person: str):
        self.stream = socket.create_connection(("127.0.0.1", int(imap_port)), 10).makefile("rwb")
        self.stream.readline()
        words = "\0".join((person, ADMIN, admin_password)).encode()
        self.command("AUTHENTICATE PLAIN " + base64.b64encode(words).decode())

    def command(self, text: str) -> None:
        self.stream.write(f"a {text}\r\n".encode())
        self.stream.flush()
        for line in self.stream:
            if line.startswith(b"a "):
                if not line.startswith(b"a OK"):
                    print(text.split()[0], line, file=sys.stderr, flush=True)
                return


def limit(account: accounts.Account) -> None:
    with lock:
        if account.quota is None or limits.get(account.address) == account.quota:
            return
        Imap(account.address).command('LIST "" *')    # 3.6 makes the mailboxes when something is asked, not before
        kilobytes = -(-account.quota // 1024)
        Imap(ADMIN).command(f'SETQUOTA "user/{account.address}" (STORAGE {kilobytes})')
        limits[account.address] = account.quota


class Question(socketserver.StreamRequestHandler):
    """Login, password, service, realm; each with its length in two octets. The answer likewise."""

    def handle(self) -> None:
        login, password, _, realm = (self.rfile.read(*struct.unpack("!H", self.rfile.read(2))) for _ in range(4))
        name = (login + b"@" + realm if realm else login).decode(errors="replace")
        if name == ADMIN:
            known = password == admin_password.encode()
        elif account := accounts.sign_in(users, name, password):
            limit(account)
            known = True
        else:
            known = False
        answer = b"OK" if known else b"NO"
        self.wfile.write(struct.pack("!H", len(answer)) + answer)


unix_server.serve(path, Question)
