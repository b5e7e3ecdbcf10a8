"""Reads a message by Python's own reader, which shares no line with us: from standard input, as JSON to standard output."""
import base64
import email
import email.policy
import json
import sys

message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
parts = [
    {
        "type": part.get_content_type(),
        "params": {name: value for name, value in part.get_params(failobj=[])[1:]} if part.get_params() else {},
        "disposition": part.get_content_disposition(),
        "name": part.get_filename(),
        "id": part["Content-ID"],
        "octets": base64.b64encode(part.get_payload(decode=True) or b"").decode(),
        "text": part.get_content() if part.get_content_maintype() == "text" else None,
    }
    for part in message.walk()
    if not part.is_multipart()
]
json.dump(
    {
        "headers": [[name, str(value)] for name, value in message.items()],
        "type": message.get_content_type(),
        "params": dict(message.get_params(failobj=[])[1:]),
        "types": [part.get_content_type() for part in message.walk()],
        # a report's own fields, which Python reads as the header of a message inside
        "reported": [
            [name, str(value)]
            for part in message.walk()
            if part.get_content_type() == "message/disposition-notification"
            for inner in part.get_payload()
            for name, value in inner.items()
        ],
        "parts": parts,
        "defects": [str(defect) for part in message.walk() for defect in part.defects],
    },
    sys.stdout,
)
