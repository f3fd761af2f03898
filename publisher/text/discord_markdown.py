"""Rich text as Discord's Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from publisher.text.marks import Piece, address, is_own_address, lines, set_marks
from publisher.text.patterns import later
from publisher.text.rich import RichText, Span

_SUMMONS = later(r"@(?=everyone|here|[!&]?[0-9]|\Z)", re.IGNORECASE)
_ESCAPED = later(r"[\\*_~`|<\[]|:(?![0-9]{1,2}:)(?=[\w+~-]+:)")
_LINE_START = later(r"\s*(?:-?(?=#{1,3}(?:\s|$))|>|[+-](?=\s|$)|[0-9]+(?=[.)]))")
_NOT_IN_LABEL = later(r"[\\*_~`|<>\[\]]|://|www\.|:[\w+~-]+:|@(?=everyone|here|[!&]?[0-9])", re.IGNORECASE)
_IN_URL = str.maketrans({"(": "%28", ")": "%29"})
_ENDS_ADDRESS = later(r"[.,;:\"'\]]*(?:\s|$)")
_ADDRESS = later(r"(https?:)(//\S+)", re.IGNORECASE)
_BACKTICKS = later("`+")
_ZERO_WIDTH = "\u200b"


def discord_markdown(text: RichText) -> str:
    r"""The text with `**bold**`, `_italic_`, `` `code` ``, `[text](address)` and `<@ID>`; everything else as written.

    A backslash stands before each character that could make a mark, a list, a heading, a quotation, an emoji or a tag
    (https://support.discord.com/hc/en-us/articles/210298617). `@everyone`, `@here` and `@` before a number hold a
    zero-width space, as in discord.py's `escape_mentions`. Bare addresses stay as they are: an escape would break them
    (https://github.com/discordjs/discord.js/issues/9950). In the words of a link a backslash shows
    (https://github.com/discord/discord-api-docs/issues/6185) and an address is refused, so that words which hold
    either stand before the address.

    What tags nobody is the channel's `allowed_mentions`, not this text alone.
    """
    return "\n".join(_line(line) for line in lines(text))


def _line(line: list[Span]) -> str:
    special = _at_line_start("".join(span.text for span in line))
    pieces: list[Piece] = []
    at = 0
    for span, following in zip(line, [*line[1:], Span("")], strict=False):
        pieces.extend(_pieces(span, special - at, alone=bool(_ENDS_ADDRESS.match(following.text))))
        at += len(span.text)
    return set_marks(pieces, "**", "_", _apart)


def _at_line_start(line: str) -> int:
    """Where the character stands that would make this line a heading, a quotation or a list; -1 where none does."""
    match = _LINE_START.match(line)
    if not match:
        return -1
    end = match.end()
    return end if line[end : end + 1] in ("#", ".", ")") and not match.group().endswith("-") else end - 1


def _pieces(span: Span, special: int, *, alone: bool) -> Iterator[Piece]:
    target = address(span)
    if span.mention and span.mention.isascii() and span.mention.isdigit():
        yield Piece(f"<@{span.mention}>", span.bold, span.italic)
    elif target and target[:4].lower() != "mail":
        yield from _link(span, target, special, alone=alone)
    elif span.code and span.text.strip() and not target:
        yield _set(span, _code(span.text))
    else:
        yield Piece(_text(span.text, special), span.bold, span.italic)
        mail = target.partition(":")[2]
        if mail and mail.lower() not in span.text.lower():
            yield Piece(_text(f" ({mail})", -1))


def _link(span: Span, target: str, special: int, *, alone: bool) -> Iterator[Piece]:
    if is_own_address(span):
        yield _set(span, target if alone else f"<{target}>")
    elif not _NOT_IN_LABEL.search(span.text):
        yield _set(span, f"[{span.text}]({target.translate(_IN_URL)})")
    else:
        yield Piece(_text(span.text, special), span.bold, span.italic)
        yield Piece(f" (<{target}>)")


def _set(span: Span, markup: str) -> Piece:
    """A piece that can't be escaped: it loses a mark that it would close."""
    return Piece(markup, span.bold and "*" not in markup, span.italic and "_" not in markup, fixed=True)


def _text(text: str, special: int) -> str:
    if 0 <= special < len(text) and not _ESCAPED.match(text, special):
        return f"{_text(text[:special], -1)}\\{text[special]}{_text(text[special + 1 :], -1)}"
    text = _ADDRESS.sub(_no_address, text)
    return _SUMMONS.sub("@" + _ZERO_WIDTH, _ESCAPED.sub(r"\\\g<0>", text))


def _no_address(found: re.Match[str]) -> str:
    """An address that holds what is escaped, broken in two: a backslash in it would be part of it, and do nothing."""
    return f"{found[1]}{_ZERO_WIDTH}{found[2]}" if _ESCAPED.search(found[2]) else found[0]


def _code(text: str) -> str:
    longest = max((len(run) for run in _BACKTICKS.findall(text)), default=0)
    fence = "`" * (longest + 1)
    before = " " if text.lstrip(" ").startswith("`") else ""
    after = " " if text.rstrip(" ").endswith("`") else ""
    return f"{fence}{before}{_SUMMONS.sub('@' + _ZERO_WIDTH, text)}{after}{fence}"


def _apart(before: str, after: str) -> bool:
    """Whether a mark would not be seen between these two: `_` counts at the edge of a word only, code ends at code."""
    return before == after == "`" or (before == "_" and after.isalnum()) or (after == "_" and before.isalnum())
