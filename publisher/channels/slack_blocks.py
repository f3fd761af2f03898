"""A post as Slack's Block Kit: headline, sections, hashtags and images, within every limit of a message."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any

from publisher.channels.parts import above_images, parts_of
from publisher.compose.model import BREAK, Limit, Part, Post, joined
from publisher.errors import PublishError
from publisher.release.model import Media
from publisher.text.counting import utf16_length as units
from publisher.text.cutting import shorten
from publisher.text.html import clean
from publisher.text.marks import lines
from publisher.text.patterns import later
from publisher.text.rich import RichText, Span, as_rich
from publisher.text.sentences import sentences
from publisher.text.slack_mrkdwn import slack_mrkdwn

Block = dict[str, Any]

_HEADER = 150
_SECTION = 3_000
_MESSAGE = 12_000
_HOPELESS = 2 * _MESSAGE
_BLOCKS = 50
_WITH_CONTAINERS = 13_000
_CONTAINER = 75
_ADDRESS = 3_000
_ALT = 2_000
_IMAGES = 4_000
_SHORTEST_ALT = 150
_FALLBACK_BYTES = 4_000
_UNDESCRIBED = "Image"
ALT_CUT = "[…]"
"""Marks an alternative text that is longer than Slack takes."""

_PARSED_IN_A_HEADER = later(r"[<>]|&(?:amp|lt|gt);")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def size(text: RichText) -> int:
    """Characters of a whole message, in Slack's markup, as its blocks hold them.

    They are UTF-16 code units, as Slack does not say what a character is.

    Source: 12,000 in all blocks together, beside a buffer for what holds them, by an engineer of Slack's and by trial:
    https://github.com/slackapi/bolt-js/issues/2509.
    """
    if len(text.plain) > _HOPELESS:
        return len(text.plain)
    sizes = [units(paragraph) for part in parts_of(text) for paragraph in _read(part).paragraphs]
    return sum(sizes) + len(BREAK) * max(len(sizes) - 1, 0)


def longest_sentence(text: RichText) -> int:
    """Characters, in Slack's markup, of the longest line, or of the longest sentence in a line that must be divided.

    A section holds 3,000 (https://docs.slack.dev/reference/block-kit/blocks/section-block), and is never cut within a
    sentence.
    """
    if len(text.plain) > _HOPELESS:
        return len(text.plain)
    return max((_read(part).longest for part in parts_of(text)), default=0)


LIMITS = (Limit(_MESSAGE, "characters", size), Limit(_SECTION, "characters in one sentence", longest_sentence))
IMAGE_LIMITS = (Limit(8_000, "characters", size), LIMITS[1])
"""With images, which take up room too: see `_image`."""
MOST_IMAGES = 4
MOST_ALT = _ALT


def blocks_of(post: Post) -> list[Block]:
    """The blocks of a post: a header, a section or more for each other part, a line of context for hashtags.

    The images stand under the headline. Where there would be too many blocks, neighbouring sections become one.
    Source: https://docs.slack.dev/reference/block-kit/blocks (50 blocks; 3,000 characters in a section; 150 in a
    header).

    Raises:
        PublishError: The address of an image is longer than Slack takes.
    """
    parts = post.parts or (Part("text", post.text),)
    blocks = [block for part in parts for block in _blocks(part)]
    images = [_image(media, len(post.media)) for media in post.media]
    text = sum(units(words) for block in blocks for words in texts_of(block))
    if len(blocks) + len(images) > _BLOCKS or text + _CONTAINER * len(blocks) > _WITH_CONTAINERS:
        blocks = _folded(blocks)
    at = above_images(parts)
    return blocks[:at] + images + blocks[at:]


def fallback(post: Post, address: str | None) -> str:
    """What notifications and screen readers say: the whole message, or headline and link where it is long.

    At most 4,000 bytes, over which `chat.update` could not change the message any more.
    """
    said = _escaped(post.text.plain)
    if len(said.encode()) <= _FALLBACK_BYTES:
        return said
    first = joined(post.parts[: max(above_images(post.parts), 1)]) if post.parts else post.text
    notice = post.parts[0].text.plain if post.parts and post.parts[0].section == "notice" else ""
    shown = f"{BREAK}{address}" if address and address in post.text.plain else ""

    def fits(text: RichText) -> bool:
        return len(_escaped(text.plain + shown).encode()) <= _FALLBACK_BYTES

    short = shorten(as_rich(first.plain), fits)
    if not short or not short.plain.startswith(notice):
        shown = ""
        short = shorten(as_rich(first.plain), fits)
    return _escaped(short.plain + shown)


def texts_of(block: Block) -> Iterator[str]:
    """The texts that a block holds, in their markup."""
    if "text" in block:
        yield block["text"]["text"]
    yield from (element["text"] for element in block.get("elements", ()))


def _escaped(text: str) -> str:
    return clean(text).translate(_ENTITIES)


def _blocks(part: Part) -> Iterator[Block]:
    if part.section == "headline" and (header := _header(part.text.plain)):
        yield header
    elif part.section in ("hashtags", "number"):
        yield {"type": "context", "elements": [_mrkdwn(text) for text in _sections(part.text)]}
    else:
        yield from (_section(text) for text in _sections(part.text))


def _header(headline: str) -> Block | None:
    """A header, whose text is plain; None for a headline that is too long, or might be read as markup after all."""
    text = " ".join(clean(headline).split())
    if not text or units(text) > _HEADER or _PARSED_IN_A_HEADER.search(text):
        return None
    return {"type": "header", "text": {"type": "plain_text", "text": text, "emoji": False}}


def _section(text: str) -> Block:
    return {"type": "section", "text": _mrkdwn(text)}


def _mrkdwn(text: str) -> Block:
    """Verbatim: no word of it becomes a link, a channel or a mention that is not marked as one."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _image(media: Media, count: int) -> Block:
    """An image by its address on the web, its alternative text cut where the images together would take too much."""
    if units(media.path) > _ADDRESS:
        raise PublishError(
            f"the address of an image has {units(media.path):,} characters, and Slack takes {_ADDRESS:,}",
            where=f"{media.path[:60]}…",
            hint="Give the image a shorter address",
        )
    most = min(_ALT, max(_IMAGES // count - units(media.path), _SHORTEST_ALT))
    alt = as_rich(" ".join(clean(media.alt or "").split()) or _UNDESCRIBED)
    short = shorten(alt, lambda text: units(text.plain) <= most, f" {ALT_CUT}")
    return {"type": "image", "image_url": media.path, "alt_text": short.plain}


def _folded(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with each run of sections as few as can be."""
    folded: list[Block] = []
    run: list[str] = []
    for block in [*blocks, {}]:
        if block.get("type") == "section":
            run.append(block["text"]["text"])
            continue
        folded += [_section(text) for text in _packed(run, BREAK)]
        run = []
        folded += [block] if block else []
    return folded


def _sections(text: RichText) -> list[str]:
    return _packed((paragraph for part in parts_of(text) for paragraph in _read(part).paragraphs), BREAK)


@dataclass(frozen=True)
class _Read:
    """A part in Slack's markup: its paragraphs, one that is longer than a section divided between lines or sentences.

    `longest` is the length of its longest line or, in a line that had to be divided, sentence.
    """

    paragraphs: tuple[str, ...]
    longest: int


@lru_cache(maxsize=256)
def _read(part: tuple[Span, ...]) -> _Read:
    paragraphs: list[str] = []
    open_lines: list[str] = []
    longest = 0
    for piece in [*_pieces(RichText(part)), ""]:
        longest = max(longest, units(piece))
        if piece.strip():
            open_lines.append(piece)
        else:
            paragraphs += _packed(open_lines, "\n")
            open_lines = []
    return _Read(tuple(paragraphs), longest)


def _pieces(text: RichText) -> Iterator[str]:
    """The lines in Slack's markup, one that is longer than a section in pieces."""
    rich: list[RichText] | None = None
    for number, line in enumerate(slack_mrkdwn(text).split("\n")):
        if units(line) <= _SECTION:
            yield line
            continue
        if rich is None:
            rich = [RichText(tuple(spans)) for spans in lines(text)]
        yield from _divided(rich[number])


def _divided(line: RichText) -> Iterator[str]:
    """A line in pieces as long as a section takes, each of whole sentences, and none parting a link or a mention.

    A sentence that is longer than a section is a piece by itself.
    """
    ends = [0, *_sentence_ends(line)]
    start = 0
    while start < len(ends) - 1:
        low, high = start + 1, max(bisect_right(ends, ends[start] + 2 * _SECTION) - 1, start + 1)
        while low < high:  # the last end that still fits
            middle = (low + high + 1) // 2
            if units(slack_mrkdwn(line[ends[start] : ends[middle]].strip())) <= _SECTION:
                low = middle
            else:
                high = middle - 1
        yield slack_mrkdwn(line[ends[start] : ends[low]].strip())
        start = low


def _sentence_ends(line: RichText) -> list[int]:
    """Where in the line's plain text sentences end, the end of the line last."""
    plain = line.plain
    letters = accumulate(sum(not sign.isspace() for sign in sentence) for sentence in sentences(plain))
    due = next(letters, None)
    seen = 0
    ends: list[int] = []
    for at, sign in enumerate(plain, start=1):
        seen += not sign.isspace()
        if seen == due and not sign.isspace():
            ends.append(at)
            due = next(letters, None)
    inside = _within_spans(line)
    return [end for end in ends if end not in inside and end < len(plain)] + [len(plain)]


def _within_spans(line: RichText) -> set[int]:
    """The positions within a link or a mention."""
    positions: set[int] = set()
    at = 0
    for span in line.spans:
        if span.link or span.mention:
            positions.update(range(at + 1, at + len(span.text)))
        at += len(span.text)
    return positions


def _packed(texts: Iterable[str], separator: str) -> list[str]:
    """The texts joined as far as a section takes them, in as few as can be."""
    packed: list[str] = []
    sizes: list[int] = []
    for text in texts:
        more = units(text) + len(separator)
        if packed and sizes[-1] + more <= _SECTION:
            packed[-1] += separator + text
            sizes[-1] += more
        else:
            packed.append(text)
            sizes.append(units(text))
    return packed
