"""Rich text as Slack's mrkdwn."""

from __future__ import annotations

import re
from collections.abc import Iterator

from publisher.text.marks import Piece, address, lines, set_marks
from publisher.text.patterns import later
from publisher.text.rich import RichText, Span

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_CONTROLS = later(
    r"(?P<mark>[*＊]+|[_＿]+|~+|[`｀]+)"
    r"|@(?=[Cc][Hh][Aa][Nn][Nn][Ee][Ll]|[Hh][Ee][Rr][Ee]|[Ee][Vv][Ee][Rr][Yy][Oo][Nn][Ee]|[Gg][Rr][Oo][Uu][Pp]|\Z)"
    r"|:(?![0-9]{1,2}:)(?=[\w+'-]+:)"
    r"|[&<>]"
)
_MEMBER = later("[UW][A-Z0-9]+")
_WIDE = str.maketrans("＊＿｀", "*_`")
_SEEN_BESIDE = frozenset(".,;:!?()[]{}\"'/-")


def slack_mrkdwn(text: RichText) -> str:
    """The text with `*bold*`, `_italic_`, `` `code` ``, `<address|text>` and `<@U…>`; everything else reads as written.

    `&`, `<` and `>` are entities, so that no `<!channel>` or `<@U…>` of the text is one
    (https://docs.slack.dev/messaging/formatting-message-text#escaping). A mark is seen only at the edge of a word:
    within one, a zero-width space stands beside it. No escape exists for `*`, `_`, `~` and the backtick. Where one of
    them could make a mark, and at `:name:` and `@here`, the character becomes the fallback text of a date that can't
    be shown, which Slack never formats; before a leading `>` stands a soft hyphen. Source of these three:
    https://github.com/yhatt/jsx-slack/blob/main/docs/about-escape-and-exact-mode.md. No such date fits into a link, so
    that words which need it stand before their address.

    Send it with `"verbatim": true` in a text object: the addresses are already links.
    """
    return "\n".join(_line(line) for line in lines(text))


def _line(line: list[Span]) -> str:
    used = _counted(line)
    pieces = [piece for index, span in enumerate(line) for piece in _pieces(span, used, first=index == 0)]
    return set_marks(pieces, "*", "_", _apart)


def _counted(line: list[Span]) -> dict[str, int]:
    """How often each character of a mark stands in the line, and under `**` and `__` how many spans are set in it."""
    plain = "".join(span.text for span in line)
    return {
        "*": plain.count("*") + plain.count("＊"),
        "_": plain.count("_") + plain.count("＿"),
        "~": plain.count("~"),
        "**": sum(span.bold for span in line),
        "__": sum(span.italic for span in line),
        "~~": 0,
    }


def _pieces(span: Span, used: dict[str, int], *, first: bool) -> Iterator[Piece]:
    if span.mention and _MEMBER.fullmatch(span.mention):
        yield Piece(f"<@{span.mention}>", span.bold, span.italic)
        return
    plain = span.text.translate(_ENTITIES)
    shown = _text(span.text, used)
    if first and span.text.lstrip()[:1] in (">", "＞"):
        start = len(span.text) - len(span.text.lstrip())
        shown = f"{shown[:start]}\u00ad{shown[start:]}"
    target = address(span).translate(_ENTITIES)
    if not target and span.code and plain.strip() and not _breaks_code(span.text):
        yield Piece(f"`{plain}`", span.bold and "*" not in plain, span.italic and "_" not in plain, fixed=True)
    elif not target:
        yield Piece(shown, span.bold, span.italic)
    elif plain == target:
        yield Piece(f"<{target}>", span.bold, span.italic)
    elif shown == plain:
        yield Piece(f"<{target}|{plain}>", span.bold, span.italic)
    else:
        yield from (Piece(shown, span.bold, span.italic), Piece(f" (<{target}>)"))


def _text(text: str, used: dict[str, int]) -> str:
    def literal(match: re.Match[str]) -> str:
        found = match.group()
        if found in "&<>":
            return found.translate(_ENTITIES)
        if match["mark"] and _idle(match, used):
            return found
        return f"<!date^00000000^{{_}}|{found}>"

    return _CONTROLS.sub(literal, text)


def _idle(match: re.Match[str], used: dict[str, int]) -> bool:
    """Whether the character can neither open nor close a mark: within a word, between spaces, or alone in its line."""
    sign = match.group().translate(_WIDE)
    if sign[0] == "`" or used[2 * sign[0]]:
        return False
    before, after = match.string[max(match.start() - 1, 0) : match.start()], match.string[match.end() : match.end() + 1]
    return used[sign[0]] == 1 or (_in_word(before) and _in_word(after)) or (before.isspace() and after.isspace())


def _in_word(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _breaks_code(text: str) -> bool:
    return any(match.group()[0] in "`｀@" for match in _CONTROLS.finditer(text))


def _apart(before: str, after: str) -> bool:
    """Whether Slack might not see a mark between these two: it does at white space and at ASCII punctuation."""
    return not ({before, after} & _SEEN_BESIDE or before.isspace() or after.isspace())
