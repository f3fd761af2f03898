"""A server of the AT Protocol, asked through the atproto SDK."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from publisher.channels.http import tls
from publisher.channels.images import Picture, UploadError
from publisher.channels.overhearing import hear, leave
from publisher.channels.wire import AnswerError, OddAnswerError, answer_in, as_json, as_mapping, as_words, is_loopback

_ACCOUNT = "/xrpc/com.atproto.server."
"""Methods whose answers hold tokens, or the owner's e-mail address."""


@dataclass(frozen=True, repr=False)
class Session:
    """A log-in: `handle` and `did` are whose it is, `opened` is by the monotonic clock.

    `idle` is why the account cannot post, in the server's word (`deactivated`); empty where it can.
    """

    client: Any
    handle: str
    did: str
    token: str
    opened: float
    idle: str = ""


def client_of(api_url: str, timeouts: tuple[float, float]) -> Any:
    """A client of the SDK that is not logged in; `timeouts` are seconds to connect, and to wait for an answer."""
    import httpx  # noqa: PLC0415 -- a dry run never gets here
    from atproto import Client  # noqa: PLC0415
    from atproto import Request as Http  # noqa: PLC0415

    def checked(answer: httpx.Response) -> None:
        body = answer.read()
        headers = {name.lower(): value for name, value in answer.headers.items()}
        if _ACCOUNT not in answer.request.url.path:
            hear(answer.status_code, body, None if "age" in headers else headers.get("date"))
        if not answer.is_success:
            raise AnswerError(answer.status_code, body, headers)

    connect, wait = timeouts
    trust_env = not is_loopback(api_url)
    http = Http(
        timeout=httpx.Timeout(wait, connect=connect),
        trust_env=trust_env,
        verify=tls(trust_env=trust_env),
        # A kept socket that the server has let go looks like a lost answer.
        headers={"Connection": "close"},
        limits=httpx.Limits(max_keepalive_connections=0),
        # The SDK follows redirects, and keeps nothing of a refusal in another form than the lexicon's.
        event_hooks={"request": [lambda _request: leave()], "response": [checked]},
    )
    return Client(api_url, request=http)


@dataclass(frozen=True)
class Answer:
    """A success: its JSON, and its headers with names in lower case."""

    body: Mapping[str, Any]
    headers: Mapping[str, str]


def call(client: Any, nsid: str, body: Mapping[str, Any]) -> Answer:
    """What a procedure answers.

    The SDK's own methods would send records as its models have them, with types that were not written, and fail on an
    answer that says less than the lexicon wants.

    Raises:
        AnswerError: The server answered, but not with a success.
        httpx.HTTPError: It did not answer; the SDK makes errors of its own of these.
    """
    content = json.dumps(body, ensure_ascii=False).encode()
    answer = client.invoke_procedure(nsid, content=content, headers={"Content-Type": "application/json"})
    return Answer(_content(answer), answer.headers)


def ask(client: Any, nsid: str, query: Mapping[str, str] | None = None) -> Mapping[str, Any]:
    """The JSON that a query answers with. Raises as `call`."""
    return _content(client.invoke_query(f"{nsid}?{urlencode(query)}" if query else nsid))


def session_now(client: Any) -> Mapping[str, Any]:
    """What the server says of the session: empty where it knows no `getSession`. Raises as `call`."""
    try:
        return ask(client, "com.atproto.server.getSession")
    except Exception as error:
        refusal = answer_in(error)
        if refusal is None or refusal.status not in (404, 501):
            raise
        return {}


def did_of(client: Any, handle: str) -> str:
    """Whose handle it is. Source: lexicon com.atproto.identity.resolveHandle.

    Raises:
        UploadError: Nobody's.
        OddAnswerError: The answer names nobody. Else as `call`.
    """
    try:
        answer = ask(client, "com.atproto.identity.resolveHandle", {"handle": handle})
    except Exception as error:
        refusal = answer_in(error)
        if refusal is None or refusal.status != 400:
            raise
        raise UploadError(f"nobody here is called @{handle}: correct it under organisation.mentions") from error
    if not as_words(answer.get("did")).startswith("did:"):
        raise OddAnswerError(f"Bluesky answered without an identity for @{handle}")
    return str(answer["did"])


def blobs_of(client: Any, pictures: Sequence[Picture]) -> list[dict[str, Any]]:
    """The images, uploaded in their order: what the record says of each.

    Raises:
        OddAnswerError: The answer holds no reference. Else as `call`.
    """
    blobs = []
    for picture in pictures:
        # The SDK's own method hands bytes to httpx in a deprecated way.
        headers = {"Content-Type": picture.mime}
        answer = client.invoke_procedure("com.atproto.repo.uploadBlob", content=picture.content, headers=headers)
        if not (blob := _content(answer).get("blob")):
            raise OddAnswerError("Bluesky answered without a reference for an image")
        blobs.append({"image": blob, "aspectRatio": {"width": picture.width, "height": picture.height}})
    return blobs


def _content(answer: Any) -> Mapping[str, Any]:
    return as_mapping(as_json(answer.content))
