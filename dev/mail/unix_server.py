"""A server on a Unix socket that answers many at once."""

import os
import socketserver


class Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    request_queue_size = 128


def serve(path: str, question: type[socketserver.BaseRequestHandler]) -> None:
    """Answers with `question` at `path`, for everybody, as long as the program runs."""
    if os.path.exists(path):
        os.unlink(path)
    server = Server(path, question)
    os.chmod(path, 0o666)
    server.serve_forever()
