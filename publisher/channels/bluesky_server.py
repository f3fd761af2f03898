"""A server of the AT Protocol, asked through the atproto SDK."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.parse import urlencode

from publisher.channels.http import tls
from publisher.channels.images import Picture, UploadError
from publisher.channels.overhearing import hear
from publisher.channels.wire import AnswerError, OddAnswerError, as_json, as_mapping, as_words, is_loopback
from publisher.config.secrets import remember


@dataclass(frozen=True, repr=False)
class Session:
    """A log-in: `handle` and `did` are whose it is, `opened` is by the monotonic clock."""

    client: Any
    handle: str
    did: str
    token: str
    opened: float


@dataclass(frozen=True)
class Said:
    """A server's yes: the JSON object that it is, and its headers with names in lower case."""

    content: Mapping[str, Any]
    headers: Mapping[str, str]


def client_of(api_url: str, timeouts: tuple[float, float]) -> Any:
    """A client of the SDK that is not logged in; `timeouts` are seconds to connect, and to wait for an answer."""
    import httpx  # noqa: PLC0415 -- a dry run never gets here
    from atproto import Client  # noqa: PLC0415
    from atproto import Request as Http  # noqa: PLC0415

    def checked(answer: httpx.Response) -> None:
        body = answer.read()
        headers = {name.lower(): value for name, value in answer.headers.items()}
        if not answer.request.url.path.endswith("Session"):  # such an answer holds tokens
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
        event_hooks={"response": [checked]},
    )
    return Client(api_url, request=http)


def call(client: Any, nsid: str, body: Mapping[str, Any]) -> Said:
    """What a procedure answers with.

    The SDK's own methods would send records as its models have them, with types that were not written, and fail on an
    answer that says less than the lexicon wants.

    Raises:
        AnswerError: The server answered, but not with a success.
        httpx.HTTPError: It did not answer; the SDK makes errors of its own of these.
    """
    content = json.dumps(body, ensure_ascii=False).encode()
    answer = client.invoke_procedure(nsid, content=content, headers={"Content-Type": "application/json"})
    headers = {str(name).lower(): str(value) for name, value in as_mapping(dict(answer.headers or {})).items()}
    return Said(_content(answer), headers)


def ask(client: Any, nsid: str, query: Mapping[str, str]) -> Mapping[str, Any]:
    """The JSON that a query answers with. Raises as `call`."""
    return _content(client.invoke_query(f"{nsid}?{urlencode(query)}"))


def log_in(client: Any, handle: str, password: str) -> Session:
    """A session, by `createSession` alone: a log-in by the SDK would ask for a profile as well. Raises as `call`."""
    answer = call(client, "com.atproto.server.createSession", {"identifier": handle, "password": password})
    account = answer.content
    if account.get("active") is False:
        raise UploadError(f"the account is {as_words(account.get('status'), 'switched off')} on Bluesky")
    token, did = as_words(account.get("accessJwt")), as_words(account.get("did"))
    if not token or not did:
        raise OddAnswerError("Bluesky answered the log-in without a session")
    remember(token)
    client.request.add_additional_header("Authorization", f"Bearer {token}")
    return Session(client, as_words(account.get("handle")) or handle, did, token, monotonic())


def blobs_of(client: Any, pictures: Iterable[Picture]) -> list[dict[str, Any]]:
    """The images, uploaded in their order: what the record says of each. Raises as `call`."""
    blobs = []
    for picture in pictures:
        # The SDK's own method hands bytes to httpx in a deprecated way.
        headers = {"Content-Type": picture.mime}
        answer = client.invoke_procedure("com.atproto.repo.uploadBlob", content=picture.content, headers=headers)
        blob = _content(answer).get("blob")
        if not blob:
            raise OddAnswerError("Bluesky answered without a reference for an image")
        blobs.append({"image": blob, "aspectRatio": {"width": picture.width, "height": picture.height}})
    return blobs


def results_of(said: Said, posts: int) -> list[Mapping[str, Any]]:
    """What an answer of `applyWrites` says of each record.

    Raises:
        OddAnswerError: It names another number of records than were to be made.
    """
    results = said.content.get("results")
    if not isinstance(results, list) or len(results) != posts:
        raise OddAnswerError("Bluesky answered without naming the posts")
    return [as_mapping(each) for each in results]


def _content(answer: Any) -> Mapping[str, Any]:
    return as_mapping(as_json(answer.content))
