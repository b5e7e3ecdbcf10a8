"""A mail server that is RFC 3501 and nothing else: no extension, not one. For tests of what then has to be done without.

bare IMAP_PORT IMAPS_PORT USERS_DIR CERTIFICATE KEY          (python3 dev/mail/bare …; dev/mailserver does it)

Any number of accounts and connections. Mail lives in memory, as long as the server runs.
"""

import os
import socketserver
import ssl
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from session import Session  # noqa: E402
from store import Store  # noqa: E402


def main() -> None:
    plain, secured, users, certificate, key = sys.argv[1:]
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    store = Store(users)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            try:
                Session(self.request, store, tls, from_start=self.server.server_address[1] == int(secured)).run()
            except OSError:  # the client went away, or never spoke TLS
                pass

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True
        request_queue_size = 256

    servers = [Server(("127.0.0.1", int(port)), Handler) for port in (plain, secured)]
    threading.Thread(target=servers[0].serve_forever, daemon=True).start()
    servers[1].serve_forever()


main()
