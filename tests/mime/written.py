"""Holds messages against what must be in them, by Python's own reader. From standard input: a list of {message, expected}."""
import base64
import email
import email.policy
import json
import sys

wrong = []


def same(number, what, found, wanted):
    if found != wanted:
        wrong.append(f"message {number}: {what} is {found!r:.300} and should be {wanted!r:.300}")


def unflowed(text):
    """RFC 3676 4, in a few lines of its own."""
    out, tied = [], None
    for line in text.removesuffix("\n").split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        if tied == depth and content != "-- ":
            out[-1] += content
        else:
            out.append(">" * depth + (" " if depth else "") + content)
        tied = depth if content.endswith(" ") and content != "-- " else None
    return "\n".join(out)


def people(message, name):
    field = message[name]
    return [[one.display_name, one.addr_spec] for one in field.addresses] if field else []


def own_parts(part):
    """The parts of a message, not those of messages in it."""
    yield part
    if part.is_multipart() and part.get_content_type() != "message/rfc822":
        for inner in part.iter_parts():
            yield from own_parts(inner)


cases = json.load(sys.stdin)
for number, case in enumerate(cases, 1):
    octets, wanted = base64.b64decode(case["message"]), case["expected"]
    for line in octets.split(b"\r\n"):
        if len(line) > 998 or b"\r" in line or b"\n" in line or b"\0" in line or not line.isascii():
            wrong.append(f"message {number}: the line {line!r:.100}")
    message = email.message_from_bytes(octets, policy=email.policy.default)
    same(number, "defects", [d for part in message.walk() for d in part.defects], [])
    same(number, "header defects", [d for value in message.values() for d in getattr(value, "defects", ())], [])
    for name in ("From", "Reply-To", "To", "Cc", "Bcc"):
        same(number, name, people(message, name), wanted[name])
    for name in ("Subject", "Organization", "Message-ID", "In-Reply-To", "References"):
        same(number, name, message.get(name, ""), wanted[name])
    date = message["Date"].datetime
    same(number, "Date", [date.timestamp(), date.utcoffset().total_seconds() / 60], [wanted["date"], wanted["offset"]])

    plain = message.get_body(("plain",))
    same(number, "format", plain.get_param("format"), "flowed")
    same(number, "text", unflowed(plain.get_content().replace("\r\n", "\n")), "\n".join(
        line if line == "-- " else line.rstrip(" ") for line in wanted["text"].split("\n")))
    html = message.get_body(("html",))
    same(number, "HTML", wanted["html"] is None or wanted["html"] in html.get_content(), True)
    if wanted["html"] is None:
        same(number, "HTML part", html, None)

    found = []
    for part in own_parts(message):
        if part.get_content_disposition() is None or part.is_multipart() and part.get_content_type() != "message/rfc822":
            continue
        inside = part.get_content_type() == "message/rfc822"
        content = part.get_payload(0).as_bytes(policy=email.policy.SMTP.clone(refold_source="none")) if inside else part.get_payload(decode=True)
        ident = part["Content-ID"]
        found.append({"name": part.get_filename(), "type": part.get_content_type(),
                      "id": str(ident).strip("<> ") if ident else None, "octets": base64.b64encode(content).decode()})
    order = lambda file: file["name"]
    same(number, "files", sorted(found, key=order), sorted(wanted["files"], key=order))
    for file in wanted["files"]:
        if file["id"]:
            related = [part for part in own_parts(message) if part.get_content_type() == "multipart/related"]
            same(number, "related", len(related), 1)

print("\n".join(wrong) if wrong else f"{len(cases)} messages are right")
sys.exit(bool(wrong))
