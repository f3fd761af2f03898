import json
import re
from html import unescape

from recounts.common import bare, over, read_html

TAGS = {"p": set(), "br": set(), "strong": set(), "em": set(), "code": set(), "a": {"href"}}
LONG = "x" * 250


def faults(request, post, _links):
    content = request.json
    yield from over(
        event_bytes(content, image=bool(request.uploads)) if content["body"].strip() else 0, 65_536, "bytes"
    )
    text, wrong = read_html(content["formatted_body"], TAGS)
    yield from wrong
    if bare(text) != bare(post.text.plain) or bare(content["body"]) != bare(post.text.plain):
        yield "text or HTML is not the one shown"
    if content["format"] != "org.matrix.custom.html" or len(request.uploads) > 1:
        yield "the form of the event"
    if content["msgtype"] != ("m.image" if request.uploads else "m.text"):
        yield "the kind of message"
    pills = {unescape(each) for each in re.findall(r'href="https://matrix\.to/#/([^"]+)"', content["formatted_body"])}
    if set(content["m.mentions"]) != {"user_ids"} or pills - set(content["m.mentions"]["user_ids"]):
        yield "who is notified"


def event_bytes(content, *, image):
    """Bytes of the largest event that a homeserver may make of a content, in a thread."""
    whole = dict(content)
    whole["m.relates_to"] = {
        "rel_type": "m.thread",
        "event_id": f"${LONG}",
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": f"${LONG}"},
    }
    if image:
        info = {"mimetype": "image/jpeg", "size": 10**9, "w": 10**6, "h": 10**6}
        whole |= {"url": f"mxc://{LONG}/{LONG}", "filename": '"' * 250, "info": info}
    event = {
        "type": "m.room.message",
        "room_id": f"!{LONG}",
        "sender": f"@{LONG}",
        "origin": LONG,
        "event_id": f"${LONG}",
        "origin_server_ts": 2**52,
        "depth": 2**52,
        "auth_events": ["$" + "x" * 43] * 10,
        "prev_events": ["$" + "x" * 43] * 20,
        "hashes": {"sha256": "x" * 43},
        "signatures": {LONG: {f"ed25519:{'x' * 20}": "x" * 86}},
        "unsigned": {"age_ts": 2**52, "transaction_id": "x" * 64},
        "content": whole,
    }
    return len(json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())
