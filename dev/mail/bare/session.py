"""One connection: commands in, answers out, and what other connections did meanwhile where RFC 3501 allows it (5.2, 7.4.1)."""

from __future__ import annotations

import re
import socket
import ssl
import time
from calendar import timegm

import fetch
import search
from message import MONTHS, Message
from store import Account, Mailbox, Store
from syntax import Bad, Words, numbers, quoted, within

LONGEST_LINE = 65536
LARGEST_LITERAL = 64 << 20
SYSTEM_FLAGS = ["\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft"]


class No(Exception):
    """The command can't be done: NO."""


class Ended(Exception):
    """The connection is over."""


class Session:
    def __init__(self, stream: socket.socket, store: Store, tls: ssl.SSLContext, from_start: bool):
        self.stream, self.store, self.tls, self.secured = stream, store, tls, from_start
        self.buffer, self.out = b"", bytearray()
        self.account: Account | None = None
        self.leave()

    def leave(self) -> None:
        """No mailbox is open."""
        self.mailbox: Mailbox | None = None
        self.read_only = False
        self.view: list[Message] = []
        self.told: dict[int, frozenset[str]] = {}  # the flags that the client was told, by UID
        self.recent: set[int] = set()

    # -- octets -----------------------------------------------------------------------------------------------------------

    def secure(self) -> None:
        self.stream = self.tls.wrap_socket(self.stream, server_side=True)
        self.buffer = b""  # what was sent in clear behind STARTTLS counts for nothing
        self.secured = True

    def more(self) -> None:
        read = self.stream.recv(65536)
        if not read:
            raise Ended
        self.buffer += read

    def line(self) -> bytes:
        while b"\n" not in self.buffer:
            if len(self.buffer) > LONGEST_LINE:
                raise Ended
            self.more()
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line.rstrip(b"\r")

    def octets(self, size: int) -> bytes:
        while len(self.buffer) < size:
            self.more()
        found, self.buffer = self.buffer[:size], self.buffer[size:]
        return found

    def say(self, *pieces: bytes | str) -> None:
        for piece in pieces:
            self.out += piece.encode("latin-1") if isinstance(piece, str) else piece
        self.out += b"\r\n"

    def flush(self) -> None:
        self.stream.sendall(self.out)
        self.out.clear()

    def command(self) -> Words:
        """A whole command with its literals, each asked for."""
        line = data = self.line()
        literals = []
        while found := re.search(rb"\{(\d+)\}\Z", line):
            size = int(found[1])
            if size > LARGEST_LITERAL:
                raise Ended
            self.say("+ go on")
            self.flush()
            literals.append(self.octets(size))
            line = self.line()
            data += line
        return Words(data, literals)

    # -- commands ---------------------------------------------------------------------------------------------------------

    def run(self) -> None:
        try:
            if self.secured:
                self.secure()
            self.say("* OK [CAPABILITY ", self.capability(), "] at your service")
            self.flush()
            while True:
                self.answer(self.command())
                self.flush()
        except Ended:
            pass
        finally:
            self.stream.close()

    def answer(self, words: Words) -> None:
        tag = name = ""
        try:
            tag = words.atom()
            words.space()
            name = words.atom().upper()
            by_uid = name == "UID"
            if by_uid:
                words.space()
                name = words.atom().upper()
                if name not in ("COPY", "FETCH", "SEARCH", "STORE"):
                    raise Bad("not by UID")
            done = self.dispatch(name, words, by_uid)
        except No as error:
            done = f"NO {error}"
        except (Bad, IndexError, ValueError) as error:
            done = f"BAD {error}"
        if self.account and self.mailbox:
            with self.account.lock:
                if self.mailbox not in self.account.mailboxes.values():
                    self.say("* BYE somebody deleted the mailbox that is open")
                    self.flush()
                    raise Ended
                # never while a sequence number in the answer could be mistaken
                self.news(with_expunged=name not in ("FETCH", "STORE", "SEARCH") or by_uid)
        self.say(tag or "*", " ", done)
        if name == "LOGOUT":
            self.flush()
            raise Ended
        if name == "STARTTLS" and done.startswith("OK"):
            self.flush()
            self.secure()

    def dispatch(self, name: str, words: Words, by_uid: bool) -> str:
        state = "any" if hasattr(self, f"any_{name.lower()}") else None
        for needed, here in (("out", not self.account), ("in", self.account), ("open", self.mailbox)):
            if hasattr(self, f"{needed}_{name.lower()}"):
                if not here:
                    raise Bad("not now")
                state = needed
        if not state or not name.isalpha():
            raise Bad("no such command")
        run = getattr(self, f"{state}_{name.lower()}")
        if not self.account:
            return run(words) or f"OK {name} done"
        with self.account.lock:
            arguments = (words, by_uid) if name in ("COPY", "FETCH", "SEARCH", "STORE") else (words,)
            return run(*arguments) or f"OK {name} done"

    def capability(self) -> str:
        return "IMAP4rev1" if self.secured else "IMAP4rev1 STARTTLS"

    def any_capability(self, words: Words) -> None:
        words.end()
        self.say("* CAPABILITY ", self.capability())

    def any_noop(self, words: Words) -> None:
        words.end()

    def any_logout(self, words: Words) -> None:
        words.end()
        self.say("* BYE until next time")

    def out_starttls(self, words: Words) -> None:
        words.end()
        if self.secured:
            raise Bad("under TLS already")

    def out_authenticate(self, words: Words) -> None:
        raise No("no mechanism but LOGIN")

    def out_login(self, words: Words) -> None:
        words.space()
        name = words.astring()
        words.space()
        password = words.astring()
        words.end()
        self.account = self.store.sign_in(name.decode("utf-8", "replace"), password)
        if not self.account:
            raise No("that is not it")

    # mailboxes

    def named(self, name: str) -> Mailbox:
        mailbox = self.account.find(name)
        if mailbox is None:
            raise No("no such mailbox")
        return mailbox

    def in_select(self, words: Words, read_only: bool = False) -> str:
        words.space()
        name = words.mailbox()
        words.end()
        self.leave()
        self.mailbox, self.read_only = self.named(name), read_only
        self.say("* FLAGS (", " ".join(SYSTEM_FLAGS), ")")
        self.say("* OK [PERMANENTFLAGS (", " ".join([*SYSTEM_FLAGS, "\\*"] if not read_only else []), ")] kept")
        self.say("* OK [UIDVALIDITY %d] valid" % self.mailbox.uid_validity)
        self.say("* OK [UIDNEXT %d] next" % self.mailbox.uid_next)
        self.news(with_expunged=True, always=True)
        unseen = next((n for n, one in enumerate(self.view, 1) if "\\Seen" not in one.flags), None)
        if unseen:
            self.say(f"* OK [UNSEEN {unseen}] first unseen")
        return f"OK [{'READ-ONLY' if read_only else 'READ-WRITE'}] open"

    def in_examine(self, words: Words) -> str:
        return self.in_select(words, read_only=True)

    def in_create(self, words: Words) -> None:
        words.space()
        if not self.account.create(words.mailbox()):
            raise No("there is one, or that is no name")

    def in_delete(self, words: Words) -> None:
        words.space()
        if not self.account.delete(words.mailbox()):
            raise No("there is none, or it has to stay")

    def in_rename(self, words: Words) -> None:
        words.space()
        old = words.mailbox()
        words.space()
        if not self.account.rename(old, words.mailbox()):
            raise No("that can't be")

    def in_subscribe(self, words: Words) -> None:
        words.space()
        self.account.subscribed.add(self.account.proper(words.mailbox()))

    def in_unsubscribe(self, words: Words) -> None:
        words.space()
        self.account.subscribed.discard(self.account.proper(words.mailbox()))

    def in_list(self, words: Words, kind: str = "LIST") -> None:
        words.space()
        reference = words.mailbox()
        words.space()
        pattern = reference + words.mailbox()
        if kind == "LIST" and pattern == reference:
            self.say('* LIST (\\Noselect) "/" ""')
            return
        alike = re.compile("".join({"*": ".*", "%": "[^/]*"}.get(c, re.escape(c)) for c in self.account.proper(pattern)))
        names = self.account.names()
        if kind == "LSUB":
            names = dict.fromkeys(sorted(self.account.subscribed), True)
            for name in [name for name in names if pattern.endswith("%")]:  # 6.3.9: what is below shows its superior
                while "/" in name:
                    name = name.rpartition("/")[0]
                    names.setdefault(name, False)
        for name, selectable in names.items():
            if alike.fullmatch(name):
                self.say("* ", kind, " (", "" if selectable else "\\Noselect", ') "/" ', quoted(name))

    def in_lsub(self, words: Words) -> None:
        self.in_list(words, "LSUB")

    def in_status(self, words: Words) -> None:
        words.space()
        name = words.mailbox()
        words.space()
        items = [item.upper() for item in words.list()]
        mailbox = self.named(name)
        known = {
            "MESSAGES": len(mailbox.messages),
            "RECENT": len(mailbox.unclaimed),
            "UIDNEXT": mailbox.uid_next,
            "UIDVALIDITY": mailbox.uid_validity,
            "UNSEEN": sum("\\Seen" not in one.flags for one in mailbox.messages),
        }
        if not set(items) <= set(known):
            raise Bad("no such item")
        self.say("* STATUS ", quoted(name), " (", " ".join(f"{item} {known[item]}" for item in items), ")")

    def in_append(self, words: Words) -> None:
        words.space()
        name = words.mailbox()
        words.space()
        flags, at, offset = [], time.time(), 0
        if words.peek() == b"(":
            flags = self.flags(words)
            words.space()
        if words.peek() == b'"':
            at, offset = moment(words.string().decode("latin-1"))
            words.space()
        raw = words.string()
        words.end()
        mailbox = self.account.find(name)
        if mailbox is None:
            raise No("[TRYCREATE] no such mailbox")
        mailbox.add(raw, set(flags), at, offset)

    def flags(self, words: Words) -> list[str]:
        if words.peek() == b"(":
            found = words.list()
        else:
            found = [words.atom()]
            while not words.done():
                words.space()
                found.append(words.atom())
        proper = {flag.lower(): flag for flag in SYSTEM_FLAGS}
        for flag in found:
            if flag.startswith("\\") and flag.lower() not in proper:
                raise Bad(f"no flag {flag}")
        return [proper.get(flag.lower(), flag) for flag in found]

    # the open mailbox

    def news(self, with_expunged: bool, always: bool = False) -> None:
        """Tells what happened in the open mailbox since the last time."""
        here = {one.uid for one in self.mailbox.messages}
        if with_expunged:
            for number in range(len(self.view), 0, -1):
                if self.view[number - 1].uid not in here:
                    gone = self.view.pop(number - 1)
                    self.told.pop(gone.uid, None)
                    if not always:
                        self.say(f"* {number} EXPUNGE")
        last = self.view[-1].uid if self.view else 0
        new = [one for one in self.mailbox.messages if one.uid > last]
        if new or always:
            self.view += new
            mine = {one.uid for one in new} & self.mailbox.unclaimed
            self.recent |= mine
            if not self.read_only:
                self.mailbox.unclaimed -= mine
            self.told.update({one.uid: frozenset(one.flags) for one in new})
            self.say(f"* {len(self.view)} EXISTS")
            self.say(f"* {sum(one.uid in self.recent for one in self.view)} RECENT")
        for number, one in enumerate(self.view, 1):
            if self.told[one.uid] != one.flags:
                self.tell_flags(number, one, with_uid=False)

    def tell_flags(self, number: int, one: Message, with_uid: bool) -> None:
        self.told[one.uid] = frozenset(one.flags)
        uid = f"UID {one.uid} " if with_uid else ""
        self.say(f"* {number} FETCH ({uid}FLAGS ({self.shown_flags(one)}))")

    def shown_flags(self, one: Message) -> str:
        return " ".join(sorted(one.flags) + (["\\Recent"] if one.uid in self.recent else []))

    def chosen(self, words: Words, by_uid: bool) -> list[tuple[int, Message]]:
        words.space()
        largest = (self.view[-1].uid if by_uid else len(self.view)) if self.view else 0
        ranges = numbers(words.atom(), largest)
        if not by_uid and any(high > largest for _, high in ranges):
            raise Bad("there are not so many")
        return [(n, one) for n, one in enumerate(self.view, 1) if within(one.uid if by_uid else n, ranges)]

    def writable(self) -> None:
        if self.read_only:
            raise No("this is EXAMINE")

    def open_check(self, words: Words) -> None:
        words.end()

    def open_close(self, words: Words) -> None:
        words.end()
        if not self.read_only:
            self.remove_deleted()
        self.leave()

    def open_expunge(self, words: Words) -> None:
        words.end()
        self.writable()
        self.remove_deleted()

    def remove_deleted(self) -> None:
        self.mailbox.messages = [one for one in self.mailbox.messages if "\\Deleted" not in one.flags]

    def open_search(self, words: Words, by_uid: bool) -> None:
        words.space()
        try:
            test = search.read(words, self.view, self.recent)
        except search.Unknown as error:
            raise No("[BADCHARSET (US-ASCII UTF-8)] no such charset") from error
        words.end()
        here = {one.uid for one in self.mailbox.messages}
        found = [(n, one) for n, one in enumerate(self.view, 1) if one.uid in here and test(n, one)]
        self.say("* SEARCH", *(f" {one.uid if by_uid else n}" for n, one in found))

    def open_fetch(self, words: Words, by_uid: bool) -> None:
        chosen = self.chosen(words, by_uid)
        words.space()
        items = fetch.items(words, by_uid)
        for number, one in chosen:
            data = b" ".join(item(self, one) for item in items)
            self.say(f"* {number} FETCH (", data, ")")

    def open_store(self, words: Words, by_uid: bool) -> None:
        chosen = self.chosen(words, by_uid)
        words.space()
        word = words.atom().upper()
        words.space()
        flags = self.flags(words)
        words.end()
        found = re.fullmatch(r"([+-]?)FLAGS(\.SILENT)?", word)
        if not found:
            raise Bad("neither FLAGS nor +FLAGS nor -FLAGS")
        self.writable()
        for number, one in chosen:
            if found[1] == "+":
                one.flags |= set(flags)
            elif found[1] == "-":
                one.flags -= set(flags)
            else:
                one.flags = set(flags)
            if found[2]:
                self.told[one.uid] = frozenset(one.flags)
            else:
                self.tell_flags(number, one, with_uid=by_uid)

    def open_copy(self, words: Words, by_uid: bool) -> None:
        chosen = self.chosen(words, by_uid)
        words.space()
        target = self.account.find(words.mailbox())
        words.end()
        if target is None:
            raise No("[TRYCREATE] no such mailbox")
        for _, one in chosen:
            target.add(one.raw, one.flags, one.date, one.offset)


def moment(text: str) -> tuple[float, int]:
    """` 2-Nov-2020 23:30:00 +0000` as seconds and the zone's seconds."""
    found = re.fullmatch(r"([ \d]\d)-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)", text)
    if not found or found[2].title() not in MONTHS:
        raise Bad("no moment")
    offset = (int(found[8]) * 60 + int(found[9])) * (-60 if found[7] == "-" else 60)
    month = MONTHS.index(found[2].title()) + 1
    clock = (int(found[3]), month, int(found[1]), int(found[4]), int(found[5]), int(found[6]))
    return timegm(clock) - offset, offset
