"""What the channels share on the way to a network: addresses, image files, and words that are fit to be shown."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePath
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from publisher.channels.base import MASK, Receipt, Upload
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


class UploadError(Exception):
    """An image that cannot go along: one line, which image and what to do."""


def base_url(url: str) -> str:
    return url.rstrip("/")


def is_loopback(url: str) -> bool:
    """Whether the host of a URL is this machine; proxies of the environment are not for such a host."""
    host = urlsplit(url).hostname or ""
    return host in {"localhost", "::1"} or (host.startswith("127.") and host.replace(".", "").isdecimal())


def uploads(media: Iterable[Media]) -> tuple[Upload, ...]:
    return tuple(Upload(item.path, item.mime, item.alt or "") for item in media)


def read_image(upload: Upload, *, types: Sequence[str], most: int) -> bytes:
    """The bytes of an image.

    Args:
        upload: As rendered; where it has a `sha256`, the file must still have it.
        types: The MIME types that the network takes.
        most: The largest size in bytes that the network takes.

    Raises:
        UploadError: Not readable, of another type, too large, or changed since it was planned.
    """
    name = PurePath(upload.path).name
    if upload.mime not in types:
        known = ", ".join(kind.removeprefix("image/") for kind in types)
        raise UploadError(f"the image {name} is of a type that is not taken here (taken are {known})")
    try:
        content = Path(upload.path).read_bytes()
    except OSError as error:
        raise UploadError(f"the image {upload.path} cannot be read ({error.strerror})") from error
    if upload.sha256 and hashlib.sha256(content).hexdigest() != upload.sha256:
        raise UploadError(f"the image {name} is not the one that was planned; plan the release again")
    if len(content) > most:
        raise UploadError(f"the image {name} has {len(content):,} bytes and {most:,} are allowed; make it smaller")
    return content


def one_line(words: object, secrets: Iterable[str] = ()) -> str:
    """Words in one line of bearable length, with each secret, also in its percent-encoded form, masked."""
    known = tuple(secrets)
    line = mask(" ".join(mask(str(words), known).split()), known)
    return line if len(line) <= _LONGEST_ERROR else f"{line[: _LONGEST_ERROR - 1]}…"


def mask(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        for form in {secret, quote(secret, safe=""), quote(secret)} - {""}:
            text = text.replace(form, MASK)
    return text


def chain(error: BaseException) -> Iterator[BaseException]:
    """The error, what caused it, what caused that, and so on."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def certainly_unsent(error: BaseException) -> bool:
    """Whether the connection failed before a byte of the request left: name, address, proxy or TLS handshake."""
    return any(type(link).__name__ in _NEVER_SENT or "do_handshake" in _functions(link) for link in chain(error))


def _functions(error: BaseException) -> Iterator[str]:
    trace = error.__traceback__
    while trace is not None:
        yield trace.tb_frame.f_code.co_name
        trace = trace.tb_next


def no_answer(error: BaseException, api_url: str, secrets: Iterable[str]) -> Receipt:
    """The receipt for a request that ended without an answer from the network."""
    host = urlsplit(api_url).netloc or api_url
    if certainly_unsent(error):
        reasons = [link.strerror for link in chain(error) if isinstance(link, OSError) and link.strerror]
        names = [type(link).__name__ for link in chain(error) if type(link).__name__ in _NEVER_SENT]
        why = [*reversed(reasons), "no connection in time" if "Timeout" in "".join(names) else "", *names]
        return Receipt("refused", error=one_line(f"could not reach {host}: {next(filter(None, why))}", secrets))
    if any("Timeout" in type(link).__name__ or type(link).__name__ == "TimedOut" for link in chain(error)):
        return Receipt("unknown", error=f"{host} did not answer in time")
    return Receipt(
        "unknown", error=one_line(f"{host} broke off without a usable answer ({type(error).__name__})", secrets)
    )


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
