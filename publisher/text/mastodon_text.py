"""How a Mastodon server counts a post: links and remote accounts at a fixed price."""

from __future__ import annotations

from collections.abc import Iterator

from publisher.text.graphemes import count_graphemes
from publisher.text.patterns import later
from publisher.text.rich import RichText
from publisher.text.urls import SCHEME_AND_HOST, host_end

_PER_URL = 23
_URL_MOST = 4096
_LINK = later(SCHEME_AND_HOST + r"(?::[0-9]+)?(?:/(?:[^\s<>()?]|\([^\s<>()?]*\))*)?(?:\?[^\s<>()\"'「」]*)?")
_ACCOUNT = later(r"(?<![=/\w])@[A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*@(?P<host>\w+(?:[.-]+\w+)*)")
_NEVER_LAST = ".,;:!?'\"*|[]%&@~$<>=「」"


def mastodon_characters(text: RichText, per_url: int = _PER_URL) -> int:
    """Characters on Mastodon: grapheme clusters, each link as `per_url` and a remote account without its server.

    A link has a scheme, http or https; one without counts in full, as do one that is glued to a word or longer than
    4096 characters, and an account on what is no server's name: in doubt, more. A content warning counts too, without
    any discount (`graphemes`).

    Source: the server's StatusLengthValidator and its tests; `per_url` is what the instance says in
    `configuration.statuses.characters_reserved_per_url`.

    A longer text may count less: `http://a.exampl` counts in full until its last letter makes it a link. Behind white
    space it never does.
    """
    plain = text.plain
    parts: list[str] = []
    at = 0
    for start, end, counted in sorted((*_links(plain, per_url), *_remote_accounts(plain))):
        if start >= at:
            parts += plain[at:start], counted
            at = end
    return count_graphemes("".join([*parts, plain[at:]]))


def _links(plain: str, per_url: int) -> Iterator[tuple[int, int, str]]:
    """Start, end and what is counted in its place, of each link."""
    if "://" not in plain:
        return
    for match in _LINK.finditer(plain):
        length = host_end(match["host"], plain[match.end("host") : match.end("host") + 1])
        end = match.start("host") + length
        if end == match.end("host"):
            end += len(plain[end : match.end()].rstrip(_NEVER_LAST))
        if length and end - match.start() <= _URL_MOST:
            yield match.start(), end, "x" * per_url


def _remote_accounts(plain: str) -> Iterator[tuple[int, int, str]]:
    if "@" not in plain:
        return
    for match in _ACCOUNT.finditer(plain):
        host = match["host"]
        behind = plain[match.end() : match.end() + 3]
        if host_end(host, behind[:1]) == len(host) and behind[:1] not in ("@", "＠") and behind != "://":
            yield match.start(), match.end(), plain[match.start() : match.start("host") - 1]
