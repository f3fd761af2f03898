"""What the channels share on the way to a network: addresses, answers, and words that are fit to be shown."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from publisher.channels.base import ChannelError, Receipt, Upload
from publisher.compose.model import Post
from publisher.config.secrets import mask
from publisher.release.model import Media

if TYPE_CHECKING:
    import logging

_LONGEST_ERROR = 300
_NEVER_SENT = frozenset(
    {
        "ConnectError",
        "ConnectTimeout",
        "ConnectTimeoutError",
        "InvalidProxyURL",
        "InvalidURL",
        "LocationParseError",
        "MissingSchema",
        "NameResolutionError",
        "NewConnectionError",
        "PoolTimeout",
        "ProxyError",
        "UnsupportedProtocol",
    }
)  # fmt: skip -- httpx, requests and urllib3: no byte of the request has left when one of these is raised
_BROKEN = frozenset({"NetworkError", "ReadError", "RemoteProtocolError", "ServerDisconnectedError", "WriteError"})
_NO_ADDRESS = frozenset({"InvalidURL", "LocationParseError", "MissingSchema", "UnsupportedProtocol"})
_CONNECTING = frozenset({"connect_tcp", "create_connection", "do_handshake"})
"""Functions of httpcore, urllib3 and ssl that end before a byte of the request leaves."""

_SEQUENCE = r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)|\x1b[ -/]*[0-~]"
"""A command to a terminal: ECMA-48 control sequences, titles and links (OSC), two-character escapes."""
_UNSHOWN = frozenset({"Cc", "Cs", "Zl", "Zp"})
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class AnswerError(Exception):
    """A network answered, but not with a success.

    Args:
        status: Of HTTP.
        body: As it came; `answer` is its JSON, None where it is none, and `text` its beginning in words.
        headers: With names in lower case.
    """

    def __init__(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        super().__init__(f"the network answered {status}")
        self.status = status
        self.answer = as_json(body)
        self.text = body[:1000].decode(errors="replace").strip()
        self.headers = headers


class OddAnswerError(Exception):
    """Nothing can be made of what a network answered, now or before: one line."""


def base_url(url: str) -> str:
    return url.rstrip("/")


def is_loopback(url: str) -> bool:
    """Whether the host of a URL is this machine; proxies of the environment are not for such a host."""
    host = urlsplit(url).hostname or ""
    return host in {"localhost", "::1"} or (host.startswith("127.") and host.replace(".", "").isdecimal())


def as_json(body: object) -> Any:
    """What JSON a body is; None where it is none."""
    import json  # noqa: PLC0415 -- a dry run never gets here

    try:
        return json.loads(body) if isinstance(body, bytes | str) else body
    except (ValueError, RecursionError):
        return None


def as_mapping(value: object) -> Mapping[str, Any]:
    """The value where it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_words(*values: object) -> str:
    """The first of the values that is a text with something in it; else empty."""
    return next((value.strip() for value in values if isinstance(value, str) and value.strip()), "")


def as_id(value: object) -> str:
    """The id that a value is, as a text or a whole number; empty where it is neither."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def link_parts(url: str, hosts: Sequence[str], example: str) -> list[str]:
    """The parts of the path of a link to a post, as a person may paste it: with or without scheme, query and `www.`.

    Raises:
        ChannelError: It leads to none of the hosts.
    """
    bare = url.strip()
    try:
        parts: SplitResult | None = urlsplit(bare if "://" in bare else f"https://{bare}")
    except ValueError:
        parts = None
    host = (parts.hostname or "").removeprefix("www.").removeprefix("mobile.") if parts else ""
    if parts is None or host not in hosts:
        raise no_link(url, example)
    return [part for part in parts.path.split("/") if part]


def no_link(url: str, example: str) -> ChannelError:
    return ChannelError(f"{one_line(url)} is not the link of a post; such a link is {example}")


def answer_in(error: BaseException) -> AnswerError | None:
    """The network's answer behind an error that a library made of it."""
    return next((link for link in chain(error) if isinstance(link, AnswerError)), None)


def uploads(media: Iterable[Media]) -> tuple[Upload, ...]:
    return tuple(Upload(item.path, item.mime, item.alt or "") for item in media)


def pictures_of(post: Post) -> tuple[Media, ...]:
    """The images that go up for a post: its own, or the one on its link card."""
    if post.media:
        return post.media
    return (post.card.image,) if post.card and post.card.image else ()


def one_line(words: object, secrets: Iterable[str] = ()) -> str:
    """Words in one line of bearable length that no terminal takes for a command, each secret masked."""
    known = tuple(secrets)
    bare = re.sub(_SEQUENCE, " ", mask(str(words), known))
    shown = "".join(" " if unicodedata.category(sign) in _UNSHOWN or sign in _TURNING else sign for sign in bare)
    line = mask(" ".join(shown.split()), known)
    return line if len(line) <= _LONGEST_ERROR else f"{line[: _LONGEST_ERROR - 1]}…"


def chain(error: BaseException) -> Iterator[BaseException]:
    """The error, what caused it, what caused that, and so on, with the parts of each group."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        current = waiting.pop(0)
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        waiting.append(current.__cause__ or current.__context__)
        waiting.extend(current.exceptions if isinstance(current, BaseExceptionGroup) else ())


def certainly_unsent(error: BaseException) -> bool:
    """Whether the connection failed before a byte of the request left: name, address, proxy or TLS handshake."""
    return any(
        type(link).__name__ in _NEVER_SENT or not _CONNECTING.isdisjoint(_functions(link)) for link in chain(error)
    )


def _functions(error: BaseException) -> Iterator[str]:
    trace = error.__traceback__
    while trace is not None:
        yield trace.tb_frame.f_code.co_name
        trace = trace.tb_next


def no_answer(error: BaseException, api_url: str, secrets: Iterable[str]) -> Receipt:
    """The receipt for a request that ended without an answer from the network."""
    host = urlsplit(api_url).netloc or api_url
    if certainly_unsent(error):
        again = None if any(type(link).__name__ in _NO_ADDRESS for link in chain(error)) else 0.0
        return Receipt("refused", error=one_line(f"could not reach {host}: {_why(error)}", secrets), wait=again)
    if _is_timeout(error):
        return Receipt("unknown", error=one_line(f"{host} gave no answer in time", secrets))
    return Receipt(
        "unknown", error=one_line(f"{host} broke off without a usable answer ({type(error).__name__})", secrets)
    )


def is_no_answer(error: BaseException) -> bool:
    """Whether what ended a call was the way to the network: no connection, a broken one, or no answer in time."""
    return certainly_unsent(error) or any(
        isinstance(link, OSError) or "Timeout" in type(link).__name__ or type(link).__name__ in _BROKEN
        for link in chain(error)
    )


def _is_timeout(error: BaseException) -> bool:
    return any("Timeout" in type(link).__name__ or type(link).__name__ == "TimedOut" for link in chain(error))


def _why(error: BaseException) -> str:
    """Why no connection came about, in plain words."""
    links = list(chain(error))
    names = {kind.__name__ for link in links for kind in type(link).__mro__}
    if names & {"gaierror", "NameResolutionError"}:
        return "there is no such host, or this machine is offline"
    if "InvalidURL" in names or "LocationParseError" in names:
        return "this is no web address; check api_url"
    for link in reversed(links):
        if "SSLError" in {kind.__name__ for kind in type(link).__mro__} and isinstance(link, OSError):
            reason = getattr(link, "verify_message", "") or getattr(link, "reason", "") or link
            return f"no secure connection ({str(reason).replace('_', ' ').lower()})"
        if isinstance(link, OSError) and isinstance(link.errno, int) and link.errno > 0:
            return os.strerror(link.errno).lower()
    if _is_timeout(error):
        return "no answer in time"
    words = (str(link) for link in reversed(links))
    return next(filter(None, words), type(error).__name__)


@contextmanager
def masked_logs(names: Iterable[str], secrets: Iterable[str]) -> Iterator[None]:
    """Within, the named loggers of a library write each secret masked, and write no traceback."""
    import logging  # noqa: PLC0415 -- a dry run never gets here

    known = tuple(secrets)

    def cleaned(record: logging.LogRecord) -> bool:
        record.msg, record.args = mask(record.getMessage(), known), ()
        return record.exc_info is None

    with ExitStack() as stack:
        for logger in map(logging.getLogger, names):
            logger.addFilter(cleaned)
            stack.callback(logger.removeFilter, cleaned)
        yield
