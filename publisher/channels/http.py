"""One call of a network's HTTP API, for networks that need no SDK."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from publisher.channels.overhearing import hear, leave
from publisher.channels.wire import AnswerError, as_json, as_mapping, is_loopback, masked_logs

if TYPE_CHECKING:
    from ssl import SSLContext

_LOGGERS = ("httpx", "httpcore.http11", "httpcore.connection")


@dataclass(frozen=True)
class Answer:
    """A network's yes: the body as it came, and its headers with names in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        """What JSON the body is; None where it is none."""
        return as_json(self.body)

    @property
    def mapping(self) -> Mapping[str, Any]:
        """The JSON object that the body is; an empty one where it is none."""
        return as_mapping(self.json)


@cache
def tls(*, trust_env: bool) -> SSLContext:
    """What secures a connection, made once: reading the certificates costs more than the rest of a request.

    Args:
        trust_env: Whether SSL_CERT_FILE and SSL_CERT_DIR say which certificates to trust.
    """
    import httpx  # noqa: PLC0415 -- a dry run never gets here

    return httpx.create_ssl_context(trust_env=trust_env)


def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    json: Mapping[str, Any] | None = None,
    form: Mapping[str, str] | None = None,
    files: Iterable[tuple[str, tuple[str, bytes, str]]] = (),
    content: bytes | None = None,
    timeouts: tuple[float, float] = (10.0, 60.0),
    secrets: Iterable[str] = (),
) -> Answer:
    """Make one request, with no connection kept from before and no redirect followed.

    Args:
        method: Of HTTP.
        url: Whole.
        headers: With whatever credentials the network wants there.
        query: Parameters of the URL.
        json: A body as JSON.
        form: A body as a form; with `files` as a multipart one.
        files: Name of the field, and for each: name of the file, its bytes, its MIME type.
        content: A body as it is.
        timeouts: Seconds to connect, and to wait for an answer.
        secrets: What must not be seen in the logs.

    Raises:
        AnswerError: The network answered, but not with a success (2xx).
        httpx.HTTPError: It did not answer; see `wire.no_answer`.
    """
    import httpx  # noqa: PLC0415 -- a dry run never gets here

    connect, wait = timeouts
    trust_env = not is_loopback(url)
    with (
        masked_logs(_LOGGERS, secrets),
        httpx.Client(
            timeout=httpx.Timeout(wait, connect=connect),
            follow_redirects=False,
            trust_env=trust_env,
            verify=tls(trust_env=trust_env),
            # A kept socket that the server has let go looks like a lost answer.
            headers={"Connection": "close", "User-Agent": "publish"},
        ) as client,
    ):
        leave()
        answer = client.request(
            method,
            url,
            headers=dict(headers or {}),
            params=dict(query) if query else None,
            json=json,
            data=dict(form) if form else None,
            files=list(files) or None,
            content=content,
        )
        body = answer.read()
    known = {name.lower(): value for name, value in answer.headers.items()}
    hear(answer.status_code, body, None if "age" in known else known.get("date"))
    if not answer.is_success:
        raise AnswerError(answer.status_code, body, known)
    return Answer(answer.status_code, body, known)
