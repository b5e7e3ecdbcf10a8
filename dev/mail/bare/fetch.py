"""FETCH (RFC 3501 6.4.5): what a client can ask about a message, and how each is said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Callable

from message import Message
from syntax import Bad, Words, literal, quoted

if TYPE_CHECKING:
    from session import Session

Item = Callable[["Session", Message], bytes]
MACROS = {
    "FAST": ["FLAGS", "INTERNALDATE", "RFC822.SIZE"],
    "ALL": ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"],
    "FULL": ["FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"],
}


def items(words: Words, by_uid: bool) -> list[Item]:
    """What is asked for. By UID, the UID always is."""
    if words.peek() == b"(":
        words.take(b"(")
        names = [words.atom()]
        while words.peek() != b")":
            words.space()
            names.append(words.atom())
        words.take(b")")
    else:
        word = words.atom()
        names = MACROS.get(word.upper(), [word])
    words.end()
    if by_uid and "UID" not in {name.upper() for name in names}:
        names.insert(0, "UID")
    return [item(name) for name in names]


def item(name: str) -> Item:
    whole = re.fullmatch(r"BODY(\.PEEK)?\[(.*)\](?:<(\d+)\.(\d+)>)?", name, re.I | re.S)
    if whole:
        return section(whole[2], peek=bool(whole[1]), start=whole[3], count=whole[4])
    simple: dict[str, Item] = {
        "FLAGS": lambda session, one: b"FLAGS (" + session.shown_flags(one).encode("latin-1") + b")",
        "UID": lambda _, one: b"UID %d" % one.uid,
        "INTERNALDATE": lambda _, one: b"INTERNALDATE " + quoted(one.internal_date()),
        "RFC822.SIZE": lambda _, one: b"RFC822.SIZE %d" % len(one.raw),
        "ENVELOPE": lambda _, one: b"ENVELOPE " + one.root.envelope(),
        "BODY": lambda _, one: b"BODY " + one.root.structure(extended=False),
        "BODYSTRUCTURE": lambda _, one: b"BODYSTRUCTURE " + one.root.structure(extended=True),
        "RFC822": section("", peek=False, label=b"RFC822"),
        "RFC822.HEADER": section("HEADER", peek=True, label=b"RFC822.HEADER"),
        "RFC822.TEXT": section("TEXT", peek=False, label=b"RFC822.TEXT"),
    }
    found = simple.get(name.upper())
    if not found:
        raise Bad(f"nothing is called {name}")
    return found


def section(
    name: str, peek: bool, start: str | None = None, count: str | None = None, label: bytes | None = None
) -> Item:
    """`BODY[name]<start.count>`. Whoever does not peek has seen it."""

    def said(session: Session, one: Message) -> bytes:
        data = one.section(name)
        if not peek and not session.read_only:
            one.flags.add("\\Seen")  # told with what else is new
        head = label or b"BODY[" + name.encode("latin-1") + b"]"
        if start is not None and data is not None:
            data = data[int(start) : int(start) + int(count or 0)]
        if start is not None:
            head += b"<%d>" % int(start)
        return head + b" " + (b"NIL" if data is None else literal(data))

    return said
