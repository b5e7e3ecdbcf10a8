"""Reads an archive with Python's own modules, which share no line with ours, and tells what is in it as JSON.

archives.py zip|mbox|mboxes|tar FILE: for each message its name, its octets' SHA-256, its date and its marks.
"""

import hashlib
import json
import mailbox
import os
import re
import sys
import tarfile
import tempfile
import zipfile


def octets(data):
    return {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def of_mbox(path):
    box = mailbox.mbox(path, create=False)
    for message in box:
        # the module keeps "Status" and "X-Status" as flags of its own, and the fields that were written are read back
        text = box.get_bytes(next(key for key in box.keys() if box[key].as_bytes() == message.as_bytes()))
        yield {
            "subject": message["Subject"],
            "from": message.get_from(),
            "flags": message.get_flags(),
            "body": message.get_payload(decode=False) if not message.is_multipart() else None,
            **octets(text),
        }


def main(kind, path):
    found = []
    if kind == "zip":
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            for info in archive.infolist():
                found.append({"name": info.filename, "date": info.date_time[:5], **octets(archive.read(info))})
    elif kind == "mbox":
        found = list(of_mbox(path))
    elif kind == "mboxes":
        with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
            assert archive.testzip() is None
            for info in archive.infolist():
                archive.extract(info, folder)
                for message in of_mbox(os.path.join(folder, info.filename)):
                    found.append({"name": info.filename, **message})
    elif kind == "tar":
        with tarfile.open(path) as archive, tempfile.TemporaryDirectory() as folder:
            archive.extractall(folder, filter="data")
            for place, folders, _ in os.walk(folder):
                if "cur" not in folders:
                    continue
                box = mailbox.Maildir(place, create=False)
                for key in box.keys():
                    message = box[key]
                    name = os.path.relpath(place, folder)
                    info = {"name": name, "flags": message.get_flags(), "date": int(message.get_date())}
                    info["arrived"] = int(re.match(r"\d+", key).group())
                    found.append({**info, "subject": message["Subject"], **octets(box.get_bytes(key))})
    print(json.dumps(found))


main(*sys.argv[1:])
