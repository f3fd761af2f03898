"""A thread as one write: each post's record refers to those before it, which need not stand there yet. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from publisher.channels.base import Request
from publisher.channels.bluesky_cid import record_cid
from publisher.channels.bluesky_record import COLLECTION
from publisher.channels.wire import OddAnswerError, as_mapping, as_words

CREATE = "com.atproto.repo.applyWrites#create"


@dataclass(frozen=True)
class Reference:
    """What a reply says of a post that it answers. Source: lexicon com.atproto.repo.strongRef."""

    uri: str
    cid: str

    def as_json(self) -> dict[str, str]:
        return {"uri": self.uri, "cid": self.cid}


@dataclass(frozen=True)
class Thread:
    """What of a thread is to be written: the body of one `applyWrites`, and what each post in it will be known by."""

    body: Mapping[str, Any]
    posts: tuple[Reference, ...]


def write_of(record: Mapping[str, Any], rkey: str = "") -> dict[str, Any]:
    """One operation of `applyWrites`; without a key where none is drawn yet."""
    key = {"rkey": rkey} if rkey else {}
    return {"$type": CREATE, "collection": COLLECTION, **key, "value": record}


def record_in(request: Request) -> Mapping[str, Any]:
    """A request's record. In a ledger there may be requests for one `createRecord` each, with a `record`."""
    body = request.json or {}
    writes = body.get("writes")
    return as_mapping(writes[0]["value"] if writes else body.get("record"))


def thread_of(
    did: str, requests: Sequence[Request], records: Sequence[Mapping[str, Any]], before: Sequence[Reference | None]
) -> Thread:
    """The write that makes a thread's posts, or what is missing of it.

    Args:
        did: Whose repository it is.
        requests: Stamped; `reply_to` counts from the thread's first post on, wherever that stands.
        records: Of each request, complete but for `reply`.
        before: The posts of the thread that stand already; None for one that nothing here answers.

    Raises:
        OddAnswerError: A post answers one that neither stands nor comes before it here.
    """
    known = list(before)
    writes = []
    for request, record in zip(requests, records, strict=True):
        whole = dict(record)
        if request.reply_to is not None:
            root, parent = (known[at] if at < len(known) else None for at in (0, request.reply_to))
            if root is None or parent is None:
                raise OddAnswerError("the post that this one answers does not stand on Bluesky yet")
            whole["reply"] = {"root": root.as_json(), "parent": parent.as_json()}
        known.append(Reference(f"at://{did}/{COLLECTION}/{request.key}", record_cid(whole)))
        writes.append(write_of(whole, request.key))
    body = {"repo": as_mapping(requests[0].json).get("repo"), "writes": writes}
    return Thread(body, tuple(post for post in known[len(before) :] if post))


def answered_by(requests: Sequence[Request], before: int) -> set[int]:
    """Which of the posts that stand already, so many, the requests' records must refer to."""
    wanted = {at for request in requests if request.reply_to is not None for at in (0, request.reply_to)}
    return {at for at in wanted if at < before}


def is_ours(request: Request, stored: Mapping[str, Any], did: str) -> bool:
    """Whether a record that stands under a request's key is the request's.

    References are not compared by their content ids: those of a thread that another run sent differ where an image was
    made smaller by another version of the imaging library.
    """
    planned = record_in(request)
    if any(stored.get(name) != planned.get(name) for name in ("$type", "text", "createdAt")):
        return False
    reply = as_mapping(stored.get("reply"))
    if request.reply_to is None:
        return not reply
    root, parent = (as_words(as_mapping(reply.get(end)).get("uri")) for end in ("root", "parent"))
    both_here = all(uri.startswith(f"at://{did}/") for uri in (root, parent))
    return both_here and (root == parent) == (request.reply_to == 0)
