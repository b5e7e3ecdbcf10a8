"""What the server keeps: accounts, their mailboxes, their messages. All of an account is touched under its lock."""

import threading
import time

import accounts

import message


class Mailbox:
    """Messages in the order of their UIDs. A message that is gone from here may still be in a session's view."""

    def __init__(self, uid_validity: int):
        self.uid_validity = uid_validity
        self.uid_next = 1
        self.messages: list[message.Message] = []
        self.unclaimed: set[int] = set()  # UIDs that no session was told of: they are \Recent for the first

    def add(self, raw: bytes, flags: set[str], date: float, offset: int) -> None:
        self.messages.append(message.Message(self.uid_next, raw, set(flags), date, offset))
        self.unclaimed.add(self.uid_next)
        self.uid_next += 1


class Account:
    """A person's mailboxes by name; `/` stands between the levels."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.last_validity = int(time.time())
        self.mailboxes: dict[str, Mailbox] = {}
        self.subscribed: set[str] = set()
        self.create("INBOX")

    @staticmethod
    def proper(name: str) -> str:
        """INBOX is INBOX in any case, also as a superior (RFC 3501 5.1)."""
        first, slash, rest = name.partition("/")
        return "INBOX" + slash + rest if first.upper() == "INBOX" else name

    def find(self, name: str) -> Mailbox | None:
        return self.mailboxes.get(self.proper(name))

    def create(self, name: str) -> bool:
        name = self.proper(name.rstrip("/"))
        if not name or "//" in name or name.startswith("/") or name in self.mailboxes:
            return False
        self.last_validity += 1
        self.mailboxes[name] = Mailbox(self.last_validity)
        return True

    def delete(self, name: str) -> bool:
        name = self.proper(name)
        return name != "INBOX" and self.mailboxes.pop(name, None) is not None

    def rename(self, old: str, new: str) -> bool:
        old, new = self.proper(old), self.proper(new.rstrip("/"))
        below = [name for name in self.mailboxes if name == old or name.startswith(old + "/")]
        if old == "INBOX":  # 6.3.5: its messages move, itself and what is below stays
            if not self.create(new):
                return False
            inbox, target = self.mailboxes["INBOX"], self.mailboxes[new]
            for one in inbox.messages:
                target.add(one.raw, one.flags, one.date, one.offset)
            inbox.messages = []
            return True
        if not below or not new or new in self.names() or new.startswith(old + "/"):
            return False
        for name in below:
            self.mailboxes[new + name[len(old) :]] = self.mailboxes.pop(name)
        return True

    def names(self) -> dict[str, bool]:
        """All names, sorted; False where there is no mailbox but only something below it."""
        found = dict.fromkeys(self.mailboxes, True)
        for name in self.mailboxes:
            while "/" in name:
                name = name.rpartition("/")[0]
                found.setdefault(name, False)
        return dict(sorted(found.items(), key=lambda item: (item[0] != "INBOX", item[0])))


class Store:
    """All accounts that anybody signed in to."""

    def __init__(self, users: str):
        self.users = users
        self.lock = threading.Lock()
        self.accounts: dict[str, Account] = {}

    def sign_in(self, name: str, password: bytes) -> Account | None:
        found = accounts.sign_in(self.users, name, password)
        if not found:
            return None
        with self.lock:
            return self.accounts.setdefault(found.address, Account())
