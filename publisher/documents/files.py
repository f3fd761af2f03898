"""Files beside a release that it names: images, and links to documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path, PurePath
from typing import NamedTuple
from urllib.parse import unquote

from publisher.documents.model import Document, Finding
from publisher.text.patterns import later

_MARKDOWN_LINK = later(r"(?<!\\)\]\([ \t]{0,9}<?([^()\s<>]{1,500}(?:\([^()\s<>]{0,100}\)[^()\s<>]{0,100})?)")
_REFERENCE = later(r"^[ ]{0,3}\[[^\[\]\n]{1,200}\]:[ \t]{0,9}<?([^\s<>]{1,500})", re.MULTILINE)
_HTML_LINK = later(
    r"<a[ \t\n][^<>]{0,300}?href[ \t]{0,9}=[ \t]{0,9}[\"']?([^\"'\s<>]{1,500})[^<>]{0,300}>\s{0,80}([^<>]{1,120})",
    re.IGNORECASE,
)
_SCHEME = later(r"[A-Za-z][A-Za-z0-9+.-]{1,30}:|//|#|[Ww]{3}\.")
_MOST = 200


class _Named(NamedTuple):
    target: str
    line: int | None


def with_files(document: Document, source: str = "") -> Document:
    """The document with a finding for each image, and each link, that leads to no file. Looks at the disk.

    Args:
        document: As read; `-` as its file stands for the folder in which the program runs.
        source: The text that it was read from, if links are to be looked for in it.
    """
    folder = Path() if document.file == "-" else Path(document.file).parent
    images = [_Named(block.src, block.line) for block in document.blocks if block.kind == "image"]
    if "media" in document.front:  # which wins over those in the text
        images = [_Named(path, document.front_lines.get("media")) for path in _paths(document.front["media"])]
    found = [
        Finding("missing-image", f"there is no image {image.target}", "correct its path", image.line, severity="error")
        for image in _relative(images)
        if not _is_there(folder, image.target)
    ]
    shown = {block.src for block in document.blocks if block.kind == "image"}
    for link in _relative(_links(source, document)):
        if link.target in shown:
            continue
        if _is_there(folder, link.target):
            what = f"the link to {link.target} leads to a file that only you have"
            advice = "put it on the web, and write its whole address"
        else:
            what, advice = f"the link to {link.target} leads nowhere", "write the whole address"
        found.append(Finding("dead-link", what, advice, link.line))
    return replace(document, findings=(*document.findings, *found)) if found else document


def _links(source: str, document: Document) -> Iterator[_Named]:
    """The targets of links, in Markdown or HTML, with their lines; not those around a page's text."""
    matches = [match for pattern in (_MARKDOWN_LINK, _REFERENCE) if "]" in source for match in pattern.finditer(source)]
    if "href" in source:
        read = " ".join(" ".join(block.plain.split()) for block in document.blocks)
        matches += [match for match in islice(_HTML_LINK.finditer(source), _MOST) if " ".join(match[2].split()) in read]
    line = at = 0
    for match in sorted(matches, key=lambda match: match.start()):
        line += source.count("\n", at, match.start())
        at = match.start()
        yield _Named(match[1], line + 1)


def _relative(named: Iterable[_Named]) -> list[_Named]:
    """Those that are neither whole addresses nor places within the page, each once."""
    found: dict[str, _Named] = {}
    for each in named:
        if not _SCHEME.match(each.target) and len(found) < _MOST:
            found.setdefault(each.target, each)
    return list(found.values())


def _paths(media: object) -> Iterator[str]:
    for entry in media if isinstance(media, list) else [media]:
        path = entry.get("path") if isinstance(entry, Mapping) else entry
        if isinstance(path, str) and path:
            yield path


def _is_there(folder: Path, target: str) -> bool:
    """Whether a file is there under the name as written, or as browsers read it: `%20` as a space, without `?…`."""
    if target.startswith("/"):  # a place on some website
        return False
    bare = re.split(r"[?#]", target, maxsplit=1)[0]
    try:
        return any((folder / PurePath(name)).exists() for name in (target, bare, unquote(bare)) if name)
    except (OSError, ValueError):  # too long, or with a character that no name has
        return False
