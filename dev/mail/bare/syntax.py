"""The grammar of commands (RFC 3501 9), as far as each command does not have its own: words, lists, sets, strings."""

from __future__ import annotations


class Bad(Exception):
    """The command can't be understood: BAD."""


class Words:
    """The arguments of a command, read from the front. Literals are in `data`, in place of their `{n}`."""

    def __init__(self, data: bytes, literals: list[bytes]):
        self.data, self.at, self.literals = data, 0, literals

    def peek(self) -> bytes:
        return self.data[self.at : self.at + 1]

    def done(self) -> bool:
        return self.at >= len(self.data)

    def end(self) -> None:
        if not self.done():
            raise Bad("more than was expected")

    def take(self, what: bytes) -> None:
        if not self.data.startswith(what, self.at):
            raise Bad(f"expected {what!r}")
        self.at += len(what)

    def space(self) -> None:
        self.take(b" ")

    def atom(self) -> str:
        start = self.at
        while not self.done() and self.peek() not in b" ()\"{":
            if self.peek() == b"[":  # BODY[HEADER.FIELDS (A B)]<0.5>
                close = self.data.find(b"]", self.at)
                if close < 0:
                    raise Bad("no ]")
                self.at = close
            self.at += 1
        if start == self.at:
            raise Bad("a word is missing")
        return self.data[start : self.at].decode("latin-1")

    def string(self) -> bytes:
        """Quoted or literal."""
        if self.peek() == b'"':
            self.at += 1
            found = bytearray()
            while (c := self.peek()) != b'"':
                if c == b"\\":
                    self.at += 1
                    c = self.peek()
                if not c:
                    raise Bad("a string without its end")
                found += c
                self.at += 1
            self.at += 1
            return bytes(found)
        if self.peek() == b"{":
            close = self.data.index(b"}", self.at)
            self.at = close + 1
            return self.literals.pop(0)
        raise Bad("a string is missing")

    def astring(self) -> bytes:
        return self.string() if self.peek() in (b'"', b"{") else self.atom().encode("latin-1")

    def mailbox(self) -> str:
        return self.astring().decode("latin-1")

    def list(self) -> list[str]:
        """`(A B)`: words."""
        self.take(b"(")
        found = []
        while self.peek() != b")":
            if found:
                self.space()
            found.append(self.astring().decode("latin-1"))
        self.at += 1
        return found


def numbers(text: str, largest: int) -> list[tuple[int, int]]:
    """A sequence set as ranges, both ends in it. `*` is the largest there is."""
    found = []
    for piece in text.split(","):
        ends = piece.split(":")
        if len(ends) > 2 or not all(end == "*" or (end.isdigit() and int(end) > 0) for end in ends):
            raise Bad("no set of numbers")
        low, *high = (largest if end == "*" else int(end) for end in ends)
        found.append((min([low, *high]), max([low, *high])))
    return found


def within(number: int, ranges: list[tuple[int, int]]) -> bool:
    return any(low <= number <= high for low, high in ranges)


def quoted(text: bytes | str | None) -> bytes:
    """As nstring: quoted where that is allowed, else a literal."""
    if text is None:
        return b"NIL"
    if isinstance(text, str):
        text = text.encode("latin-1", "replace")
    if len(text) < 200 and all(31 < byte < 127 for byte in text):
        return b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
    return literal(text)


def literal(data: bytes) -> bytes:
    return b"{%d}\r\n" % len(data) + data
