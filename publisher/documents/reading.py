"""Files and standard input, checked before anything is made of them."""

from __future__ import annotations

import re
import stat
import sys
from pathlib import Path

from publisher.documents import plain
from publisher.documents.model import Block, Document, Finding
from publisher.errors import PublishError

MARKDOWN_ENDINGS = frozenset({".md", ".markdown"})
PLAIN_ENDINGS = frozenset({".txt"})
SIZE_LIMIT = 10_000_000
STANDARD_INPUT = "-"
FENCE = "---"
"""The line that front matter begins with."""

_WRITE = "Write the release there: a headline, then the text"
_CONVERT = "Save it as UTF-8: most editors offer that under Save as or Encoding"
_INVISIBLE = "\x00\u00ad\u200b\u2060\ufeff"
_MARKDOWN_SIGN = re.compile(r"^(?:#{1,6} \S|[*+-] \S|> ?\S|!\[|.{0,200}\]\((?:https?:|mailto:|/)|\*\*\S)", re.MULTILINE)

_LOWER_KEY = re.compile(r"\s*[a-z_]+:")


def read(file: str) -> Document:
    """The document in a file, or in standard input where `file` is `-`.

    Raises:
        PublishError: The file is missing, a folder, unreadable, empty, binary, not UTF-8, too large or of an unknown
            kind, or its front matter is not right.
    """
    text = _decoded(_bytes(file), file)
    markdown = _suffix(file) in MARKDOWN_ENDINGS or (file == STANDARD_INPUT and _looks_like_markdown(text))
    if not text.lstrip().startswith(FENCE) and not _LOWER_KEY.match(text):
        return _document(file, text, 1, markdown=markdown)
    from publisher.documents import front  # noqa: PLC0415 - most releases have none and need not pay for it

    front.refuse_bare_keys(text, file)
    head = front.split(text, file)
    values, lines = front.load(head.yaml, file) if head.yaml is not None else ({}, {})
    if not head.rest.strip():
        raise PublishError("there is nothing below the front matter", where=file, hint=_WRITE)
    blocks, findings = _blocks(head.rest, head.first_line, markdown=markdown)
    return Document(file, blocks, values, lines, (*front.remarks(values, lines), *findings))


def read_text(text: str, *, file: str, markdown: bool) -> Document:
    """The document in a text. Never raises: front matter that is not right becomes a warning and is left out."""
    text = _normal(text)
    if not text.lstrip().startswith(FENCE):
        return _document(file, text, 1, markdown=markdown)
    from publisher.documents import front  # noqa: PLC0415 - as above

    values: dict[str, object] = {}
    lines: dict[str, int] = {}
    remarks: tuple[Finding, ...] = ()
    head = front.Head(None, text, 1)
    try:
        head = front.split(text, file)
        if head.yaml is not None:
            values, lines = front.load(head.yaml, file)
            remarks = front.remarks(values, lines)
    except PublishError as error:
        remarks = (Finding("front-matter", f"the front matter was left out: {error.message}", "correct it"),)
    blocks, findings = _blocks(head.rest, head.first_line, markdown=markdown)
    return Document(file, blocks, values, lines, (*remarks, *findings))


def _document(file: str, text: str, first_line: int, *, markdown: bool) -> Document:
    blocks, findings = _blocks(text, first_line, markdown=markdown)
    return Document(file, blocks, findings=findings)


def _blocks(text: str, first_line: int, *, markdown: bool) -> tuple[tuple[Block, ...], tuple[Finding, ...]]:
    if markdown:
        from publisher.documents.markdown import markdown_blocks  # noqa: PLC0415 - plain text need not pay for it

        return markdown_blocks(text, first_line)
    return plain.plain_blocks(text, first_line), ()


def _looks_like_markdown(text: str) -> bool:
    return text.lstrip().startswith(FENCE) or bool(_MARKDOWN_SIGN.search(text[:50_000]))


def _suffix(file: str) -> str:
    return Path(file).suffix.lower()


def _bytes(file: str) -> bytes:
    if file == STANDARD_INPUT:
        return _within_limit(sys.stdin.buffer.read(SIZE_LIMIT + 1), "standard input")
    path = Path(file)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise PublishError("this is a folder", where=file, hint="Name the release file in it")
        if _suffix(file) not in MARKDOWN_ENDINGS | PLAIN_ENDINGS:
            kind = f"files ending in {path.suffix} are not supported" if path.suffix else "the file name has no ending"
            raise PublishError(kind, where=file, hint="Save the release as Markdown (.md) or plain text (.txt)")
        if not stat.S_ISREG(status.st_mode):
            raise PublishError("this is not an ordinary file", where=file, hint="Use - to read standard input")
        if status.st_size > SIZE_LIMIT:
            raise _too_large(file, f"{status.st_size / 1_000_000:.0f} MB")
        with path.open("rb") as stream:
            return _within_limit(stream.read(SIZE_LIMIT + 1), file)
    except FileNotFoundError:
        raise PublishError("there is no such file", where=file, hint="Check the name and the folder") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name is not a file name"
        raise PublishError(f"the file cannot be read: {reason}", where=file) from None


def _within_limit(data: bytes, name: str) -> bytes:
    if len(data) > SIZE_LIMIT:
        raise _too_large(name, "more than 10 MB")
    return data


def _too_large(file: str, size: str) -> PublishError:
    return PublishError(
        f"the file is too large for a press release ({size}; at most 10 MB)",
        where=file,
        hint="Keep pictures in files of their own",
    )


def _decoded(data: bytes, file: str) -> str:
    if b"\x00" in data or data.startswith((b"%PDF-", b"PK\x03\x04", b"{\\rtf")):
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise PublishError("the text is UTF-16, not UTF-8", where=file, hint=_CONVERT)
        raise PublishError("this is not a text file", where=file, hint="Save the release as Markdown or plain text")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PublishError(
            f"the text is not UTF-8 (byte {error.start + 1}, in line {line})", where=file, hint=_CONVERT
        ) from None
    text = _normal(text)
    if not text.strip():
        raise PublishError("the file is empty", where=file, hint=_WRITE)
    return text


def _normal(text: str) -> str:
    """The same words with Unix ends of line and without characters that nobody sees."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for sign in _INVISIBLE:  # many times as fast as `translate`
        text = text.replace(sign, "")
    return text
