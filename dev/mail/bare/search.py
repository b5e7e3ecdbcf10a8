"""SEARCH (RFC 3501 6.4.4): every key there is."""

from __future__ import annotations

import email
import email.header
import email.utils
import re
from calendar import timegm
from typing import Callable

from message import MONTHS, Message
from syntax import Bad, Words, numbers, within

DAY = 86400
Test = Callable[[int, Message], bool]
FLAGS = {"ANSWERED": "\\Answered", "DELETED": "\\Deleted", "DRAFT": "\\Draft", "FLAGGED": "\\Flagged", "SEEN": "\\Seen"}


class Unknown(Exception):
    """A charset that is not known: NO."""


def read(words: Words, view: list[Message], recent: set[int]) -> Test:
    """The question, to be asked of each number and message."""
    charset = "us-ascii"
    if words.data[words.at :].upper().startswith(b"CHARSET "):
        words.atom()
        words.space()
        charset = words.astring().decode("latin-1").lower()
        words.space()
    if charset not in ("us-ascii", "utf-8"):
        raise Unknown(charset)
    return Reader(words, view, recent, charset).keys()


class Reader:
    def __init__(self, words: Words, view: list[Message], recent: set[int], charset: str):
        self.words, self.view, self.recent, self.charset = words, view, recent, charset

    def keys(self) -> Test:
        tests = [self.key()]
        while not self.words.done() and self.words.peek() != b")":
            self.words.space()
            tests.append(self.key())
        return lambda number, one: all(test(number, one) for test in tests)

    def key(self) -> Test:
        if self.words.peek() == b"(":
            self.words.take(b"(")
            test = self.keys()
            self.words.take(b")")
            return test
        word = self.words.atom()
        if word[0].isdigit() or word[0] == "*":
            ranges = numbers(word, len(self.view))
            return lambda number, _: within(number, ranges)
        word = word.upper()
        if word in FLAGS:
            return lambda _, one: FLAGS[word] in one.flags
        if word[:2] == "UN" and word[2:] in FLAGS:
            return lambda _, one: FLAGS[word[2:]] not in one.flags
        found = getattr(self, "key_" + word.lower(), None)
        if found is None:
            raise Bad(f"no key {word}")
        return found()

    def key_all(self) -> Test:
        return lambda _, one: True

    def key_recent(self) -> Test:
        return lambda _, one: one.uid in self.recent

    def key_old(self) -> Test:
        return lambda _, one: one.uid not in self.recent

    def key_new(self) -> Test:
        return lambda _, one: one.uid in self.recent and "\\Seen" not in one.flags

    def key_not(self) -> Test:
        self.words.space()
        test = self.key()
        return lambda number, one: not test(number, one)

    def key_or(self) -> Test:
        self.words.space()
        left = self.key()
        self.words.space()
        right = self.key()
        return lambda number, one: left(number, one) or right(number, one)

    def key_uid(self) -> Test:
        self.words.space()
        ranges = numbers(self.words.atom(), self.view[-1].uid if self.view else 0)
        return lambda _, one: within(one.uid, ranges)

    def key_keyword(self) -> Test:
        self.words.space()
        keyword = self.words.atom().lower()
        return lambda _, one: keyword in {flag.lower() for flag in one.flags}

    def key_unkeyword(self) -> Test:
        test = self.key_keyword()
        return lambda number, one: not test(number, one)

    def key_larger(self) -> Test:
        size = self.number()
        return lambda _, one: len(one.raw) > size

    def key_smaller(self) -> Test:
        size = self.number()
        return lambda _, one: len(one.raw) < size

    def number(self) -> int:
        self.words.space()
        word = self.words.atom()
        if not word.isdigit():
            raise Bad("no number")
        return int(word)

    # Dates: only the day counts, without regard to zones.

    def key_before(self) -> Test:
        day = self.day()
        return lambda _, one: arrived(one) < day

    def key_on(self) -> Test:
        day = self.day()
        return lambda _, one: arrived(one) == day

    def key_since(self) -> Test:
        day = self.day()
        return lambda _, one: arrived(one) >= day

    def key_sentbefore(self) -> Test:
        day = self.day()
        return lambda _, one: sent(one) is not None and sent(one) < day

    def key_senton(self) -> Test:
        day = self.day()
        return lambda _, one: sent(one) == day

    def key_sentsince(self) -> Test:
        day = self.day()
        return lambda _, one: sent(one) is not None and sent(one) >= day

    def day(self) -> int:
        self.words.space()
        text = self.words.astring().decode("latin-1")
        found = re.fullmatch(r"(\d{1,2})-([A-Za-z]{3})-(\d{4})", text)
        if not found or found[2].title() not in MONTHS:
            raise Bad("no date")
        return timegm((int(found[3]), MONTHS.index(found[2].title()) + 1, int(found[1]), 0, 0, 0)) // DAY

    # Words: somewhere in the text, in any case, after all decoding.

    def text(self) -> str:
        self.words.space()
        try:
            return self.words.astring().decode(self.charset).casefold()
        except UnicodeDecodeError as error:
            raise Bad("not in that charset") from error

    def in_field(self, name: str) -> Test:
        wanted = self.text()
        return lambda _, one: any(wanted in decoded(value) for field, value in one.root.fields if field == name)

    def key_bcc(self) -> Test:
        return self.in_field("bcc")

    def key_cc(self) -> Test:
        return self.in_field("cc")

    def key_from(self) -> Test:
        return self.in_field("from")

    def key_subject(self) -> Test:
        return self.in_field("subject")

    def key_to(self) -> Test:
        return self.in_field("to")

    def key_header(self) -> Test:
        self.words.space()
        return self.in_field(self.words.astring().decode("latin-1").lower())

    def key_body(self) -> Test:
        wanted = self.text()
        return lambda _, one: wanted in body(one)

    def key_text(self) -> Test:
        wanted = self.text()
        return lambda _, one: any(wanted in decoded(value) for _, value in one.root.fields) or wanted in body(one)


def arrived(one: Message) -> int:
    return int(one.date + one.offset) // DAY


def sent(one: Message) -> int | None:
    parsed = email.utils.parsedate((one.root.field("date") or b"").decode("latin-1"))
    return timegm((*parsed[:3], 0, 0, 0)) // DAY if parsed else None


def decoded(value: bytes) -> str:
    text = value.decode("utf-8", "replace")
    try:
        return str(email.header.make_header(email.header.decode_header(text))).casefold()
    except (LookupError, ValueError, email.errors.HeaderParseError):
        return text.casefold()


def body(one: Message) -> str:
    found = []
    for part in email.message_from_bytes(one.raw).walk():
        if part.get_content_maintype() == "text":
            octets = part.get_payload(decode=True) or b""
            try:
                found.append(octets.decode(part.get_content_charset("utf-8"), "replace"))
            except LookupError:
                found.append(octets.decode("latin-1"))
    return "\n".join(found).casefold()
