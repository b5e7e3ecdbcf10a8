"""A message: its parts by number, its ENVELOPE and BODYSTRUCTURE (RFC 3501 7.4.2), read from its octets."""

from __future__ import annotations

import email.utils
import functools
import re
import time

from syntax import quoted

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def fields(header: bytes) -> list[tuple[str, bytes]]:
    """Names in small letters, with what each line says, unfolded."""
    found: list[tuple[str, bytes]] = []
    for line in re.split(rb"\r?\n(?![ \t])", header):
        name, colon, value = line.partition(b":")
        if colon:
            unfolded = re.sub(rb"\r?\n", b"", value).strip()
            found.append((name.strip().decode("latin-1").lower(), unfolded))
    return found


def parameters(value: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    """`text/plain; charset=x` as its word and its parameters."""
    pieces = re.findall(rb';\s*([^\s=;]+)\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)', value)
    clean = [
        (name.decode("latin-1"), re.sub(rb"\\(.)", rb"\1", text.strip('"'.encode())) if text[:1] == b'"' else text.strip())
        for name, text in pieces
    ]
    return value.partition(b";")[0].strip().decode("latin-1"), clean


class Part:
    """An entity: header, blank line, body. `raw` is all of it."""

    def __init__(self, raw: bytes, depth: int = 0, default: str = "text/plain"):
        self.raw, self.depth = raw, depth
        blank = re.search(rb"(?:\A|\n)\r?\n", raw)
        self.header, self.body = (raw[: blank.end()], raw[blank.end() :]) if blank else (raw, b"")
        self.fields = fields(self.header)
        kind, self.parameters = parameters(self.field("content-type") or default.encode())
        if not re.fullmatch(r"[^/\s]+/[^/\s]+", kind):
            kind, self.parameters = "text/plain", []
        self.type, self.subtype = kind.lower().split("/")
        if depth > 50 and self.type in ("multipart", "message"):
            self.type, self.subtype = "application", "octet-stream"

    def field(self, name: str) -> bytes | None:
        return next((value for field, value in self.fields if field == name), None)

    @functools.cached_property
    def parts(self) -> list[Part]:
        """The parts of a multipart; there is at least one."""
        boundary = next((text for name, text in self.parameters if name.lower() == "boundary"), b"")
        found, start = [], None
        default = "message/rfc822" if self.subtype == "digest" else "text/plain"
        for line in re.finditer(rb"^--" + re.escape(boundary) + rb"(--)?[ \t]*\r?(?:\n|\Z)", self.body, re.MULTILINE):
            if start is not None:
                found.append(Part(re.sub(rb"\r?\n\Z", b"", self.body[start : line.start()]), self.depth + 1, default))
            start = None if line[1] else line.end()
            if line[1]:
                break
        if start is not None:
            found.append(Part(self.body[start:], self.depth + 1, default))
        return found or [Part(b"\r\n" + self.body, self.depth + 1)]

    @functools.cached_property
    def inner(self) -> Part:
        """The message that is attached."""
        return Part(self.body, self.depth + 1)

    def is_multipart(self) -> bool:
        return self.type == "multipart"

    def is_message(self) -> bool:
        return (self.type, self.subtype) == ("message", "rfc822")

    def child(self, number: int) -> Part | None:
        """Part `number` of a message or of a multipart."""
        if self.is_multipart():
            return self.parts[number - 1] if number <= len(self.parts) else None
        return None

    # -- what FETCH says ------------------------------------------------------------------------------------------------

    def envelope(self) -> bytes:
        sender = self.addresses("from")
        either = [self.addresses(name) for name in ("sender", "reply-to")]
        rest = [self.addresses(name) for name in ("to", "cc", "bcc")]
        people = [sender] + [sender if found == b"NIL" else found for found in either] + rest
        words = [quoted(self.field(name)) for name in ("date", "subject", "in-reply-to", "message-id")]
        return b"(" + b" ".join(words[:2] + people + words[2:]) + b")"

    def addresses(self, name: str) -> bytes:
        texts = [value.decode("latin-1") for field, value in self.fields if field == name]
        found = b""
        for person, address in email.utils.getaddresses(texts):
            if address:
                local, at, host = address.rpartition("@")
                local, host = (local, host) if at else (host, "")
                found += b"(" + b" ".join([quoted(person or None), b"NIL", quoted(local), quoted(host)]) + b")"
        return b"(" + found + b")" if found else b"NIL"

    def structure(self, extended: bool) -> bytes:
        """BODYSTRUCTURE, or BODY if not `extended`."""
        if self.is_multipart():
            words = [b"".join(part.structure(extended) for part in self.parts), quoted(self.subtype)]
            more = [listed(self.parameters)]
        else:
            encoding = (self.field("content-transfer-encoding") or b"7bit").decode("latin-1")
            marks = [quoted(self.field(name)) for name in ("content-id", "content-description")]
            words = [quoted(self.type), quoted(self.subtype), listed(self.parameters), *marks, quoted(encoding)]
            words.append(b"%d" % len(self.body))
            if self.is_message():
                words += [self.inner.envelope(), self.inner.structure(extended)]
            if self.is_message() or self.type == "text":
                words.append(b"%d" % self.body.count(b"\n"))
            more = [quoted(self.field("content-md5"))]
        if extended:
            words += more + [self.disposition(), quoted(self.field("content-language")), quoted(self.field("content-location"))]
        return b"(" + b" ".join(words) + b")"

    def disposition(self) -> bytes:
        value = self.field("content-disposition")
        if value is None:
            return b"NIL"
        kind, more = parameters(value)
        return b"(" + quoted(kind) + b" " + listed(more) + b")"


def listed(pairs: list[tuple[str, bytes]]) -> bytes:
    words = [quoted(word) for pair in pairs for word in pair]
    return b"(" + b" ".join(words) + b")" if words else b"NIL"


class Message:
    """A message under its UID."""

    def __init__(self, uid: int, raw: bytes, flags: set[str], date: float, offset: int):
        self.uid, self.raw, self.flags, self.date, self.offset = uid, raw, flags, date, offset

    @functools.cached_property
    def root(self) -> Part:
        return Part(self.raw)

    def internal_date(self) -> str:
        at = time.gmtime(self.date + self.offset)
        sign, minutes = "-" if self.offset < 0 else "+", abs(self.offset) // 60
        clock = f"{at.tm_mday:2}-{MONTHS[at.tm_mon - 1]}-{at.tm_year} {at.tm_hour:02}:{at.tm_min:02}:{at.tm_sec:02}"
        return f"{clock} {sign}{minutes // 60:02}{minutes % 60:02}"

    def section(self, name: str) -> bytes | None:
        """`BODY[name]`; None where there is no such part."""
        found = re.fullmatch(r"((?:\d+\.)*\d+)?\.?(HEADER|HEADER\.FIELDS(?:\.NOT)? \(.*\)|TEXT|MIME)?", name, re.I | re.S)
        if not found:
            return None
        numbers = [int(number) for number in (found[1] or "").split(".") if number]
        word = (found[2] or "").upper()
        part, whole = self.root, True  # whether `part` is all of a message
        for at, number in enumerate(numbers):
            if not whole and part.is_message():
                part, whole = part.inner, True
            if part.is_multipart():
                child = part.child(number)
                if child is None:
                    return None
                part, whole = child, False
            elif whole and number == 1:
                whole = False  # 6.4.5: part 1 of a message that is no multipart is its text
            else:
                return None
        if not numbers:
            return {"": self.raw, "TEXT": part.body}.get(word) if word in ("", "TEXT") else header(part, word)
        if word == "MIME":
            return part.header
        if word:
            if not part.is_message():
                return None
            return part.inner.body if word == "TEXT" else header(part.inner, word)
        return part.body


def header(part: Part, word: str) -> bytes | None:
    """HEADER, or the fields that HEADER.FIELDS (…) names, or all but those."""
    if word == "HEADER":
        return part.header
    if not word.startswith("HEADER.FIELDS"):
        return None
    names = {name.strip('"').lower() for name in word[word.index("(") + 1 : -1].split()}
    wanted = not word.startswith("HEADER.FIELDS.NOT")
    lines = re.findall(rb"[^\n]*\n(?:[ \t][^\n]*\n)*", part.header)
    chosen = [line for line in lines if line.strip() and (name_of(line) in names) == wanted]
    return b"".join(chosen) + b"\r\n"


def name_of(line: bytes) -> str:
    return line.partition(b":")[0].strip().decode("latin-1").lower()
