"""A server of the AT Protocol, asked through the atproto SDK."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from publisher.channels.wire import AnswerError, as_json, as_mapping, is_loopback


@dataclass(frozen=True, repr=False)
class Session:
    """A log-in: `handle` and `did` are whose it is, `opened` is by the monotonic clock."""

    client: Any
    handle: str
    did: str
    token: str
    opened: float


def client_of(api_url: str, timeouts: tuple[float, float]) -> Any:
    """A client of the SDK that is not logged in; `timeouts` are seconds to connect, and to wait for an answer."""
    import httpx  # noqa: PLC0415 -- a dry run never gets here
    from atproto import Client  # noqa: PLC0415
    from atproto import Request as Http  # noqa: PLC0415

    def checked(answer: httpx.Response) -> None:
        if not answer.is_success:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            raise AnswerError(answer.status_code, answer.read(), headers)

    connect, wait = timeouts
    http = Http(
        timeout=httpx.Timeout(wait, connect=connect),
        trust_env=not is_loopback(api_url),
        # A kept socket that the server has let go looks like a lost answer.
        headers={"Connection": "close"},
        limits=httpx.Limits(max_keepalive_connections=0),
        # The SDK follows redirects, and keeps nothing of a refusal in another form than the lexicon's.
        event_hooks={"response": [checked]},
    )
    return Client(api_url, request=http)


def call(client: Any, nsid: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The JSON that a procedure answers with.

    The SDK's own methods would send records as its models have them, with types that were not written, and fail on an
    answer that says less than the lexicon wants.

    Raises:
        AnswerError: The server answered, but not with a success.
        httpx.HTTPError: It did not answer; the SDK makes errors of its own of these.
    """
    content = json.dumps(body, ensure_ascii=False).encode()
    return _content(client.invoke_procedure(nsid, content=content, headers={"Content-Type": "application/json"}))


def ask(client: Any, nsid: str, query: Mapping[str, str]) -> Mapping[str, Any]:
    """The JSON that a query answers with. Raises as `call`."""
    return _content(client.invoke_query(f"{nsid}?{urlencode(query)}"))


def upload(client: Any, content: bytes, mime: str) -> Any:
    """What the server says of an image that it now has; None where it says nothing. Raises as `call`."""
    # The SDK's own method hands bytes to httpx in a deprecated way.
    answer = client.invoke_procedure("com.atproto.repo.uploadBlob", content=content, headers={"Content-Type": mime})
    return _content(answer).get("blob")


def _content(answer: Any) -> Mapping[str, Any]:
    return as_mapping(as_json(answer.content))
