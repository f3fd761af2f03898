"""The packed parts of a Word document, opened with distrust: bounded in number, size, nesting and time."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from xml.parsers import expat

from publisher.documents import kinds
from publisher.errors import PublishError

MOST_PARTS = 3_000
LARGEST = 20_000_000
"""Bytes of XML, unpacked, all parts together. A hundred pages of text have a tenth of that."""

MOST_ELEMENTS = 100_000
DEEPEST = 100

_ENTRY = b"PK\x01\x02"
_ZIP64 = b"PK\x06\x07"
_PLAIN_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_CHUNK = 1 << 16
_UNREAD = ("customxml/", "docprops/", "word/theme/", "word/embeddings/", "word/media/", "word/glossary/", "mammoth/")
_TYPES = "[Content_Types].xml"
_RELATIONSHIPS = "_rels/.rels"
_MAIN = ("wordprocessingml.document.main+xml", "wordprocessingml.template.main+xml")
_AGAIN = "Open it in Word and save it again as Word document (.docx)"
_OTHERS = (
    ("macroEnabled", "the document holds macros (.docm)"),
    ("spreadsheetml", "this is an Excel workbook"),
    ("presentationml", "this is a PowerPoint presentation"),
)


class Package(NamedTuple):
    """The XML parts of a document by their names, and the name of the one that holds the text."""

    parts: Mapping[str, bytes]
    main: str

    def packed(self) -> io.BytesIO:
        """The same parts as a file of their own: nothing else of the file gets any further."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for name, content in self.parts.items():
                archive.writestr(name, content)
        target.seek(0)
        return target


def opened(data: bytes, file: str) -> Package:
    """The parts of a Word document that hold text or say how it looks, each checked to be harmless XML.

    Raises:
        PublishError: It is no Word document, protected, damaged, too large, or made to do harm.
    """
    try:
        parts = dict(_parts(data, file))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        raise _damaged(file) from None
    _check_type(parts, file)
    budget = MOST_ELEMENTS
    for name, content in parts.items():
        budget = _checked(name, content, budget, file)
    main = _main(parts)
    if main not in parts:
        raise PublishError("there is no text in this Word document", where=file, hint=_AGAIN)
    return Package(parts, main)


def _parts(data: bytes, file: str) -> Iterator[tuple[str, bytes]]:
    if not data:
        raise PublishError("the file is empty", where=file, hint="Write the release there")
    if data.startswith(kinds.OLE):
        protected = "EncryptedPackage".encode("utf-16-le") in data
        what = "the document is protected by a password" if protected else "this is an old Word document (.doc)"
        raise PublishError(what, where=file, hint=kinds.SAVE_AS_WORD + (", without the password" if protected else ""))
    if not data.startswith(kinds.ZIP):
        name, hint = kinds.foreign(data) or ("", kinds.SAVE_AS_WORD)
        what = f"this is not a Word document but {name}" if name else "this is not a Word document, or it is damaged"
        raise PublishError(what, where=file, hint=hint)
    if data.count(_ENTRY) > MOST_PARTS or _ZIP64 in data[-70_000:]:
        raise PublishError("the document is packed in an unusual way", where=file, hint=_AGAIN)
    left = LARGEST
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            name = entry.filename
            if not _is_read(name):
                continue
            if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _PLAIN_METHODS:
                raise PublishError("the document is packed in an unusual way", where=file, hint=_AGAIN)
            content = _unpacked(archive, entry, left, file)
            left -= len(content)
            yield name, content


def _is_read(name: str) -> bool:
    lowered = name.lower()
    known = lowered.endswith((".xml", ".rels")) or lowered in ("mimetype", "index/document.iwa", "word/vbaproject.bin")
    return known and not lowered.startswith(_UNREAD)


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int, file: str) -> bytes:
    """The content, read piece by piece: what the file says of its own sizes is not believed."""
    pieces: list[bytes] = []
    size = 0
    with archive.open(entry) as stream:
        while piece := stream.read(_CHUNK):
            size += len(piece)
            if size > limit:
                raise PublishError(
                    f"the document holds far more than a press release (over {LARGEST // 1_000_000} MB unpacked)",
                    where=file,
                    hint="Copy the text into a new Word document",
                )
            pieces.append(piece)
    return b"".join(pieces)


def _check_type(parts: Mapping[str, bytes], file: str) -> None:
    if "mimetype" in parts or "Index/Document.iwa" in parts or "index.xml" in parts:
        kind = "an OpenDocument text (.odt)" if b"opendocument" in parts.get("mimetype", b"") else "not a Word document"
        raise PublishError(f"this is {kind}", where=file, hint="Open it there and export it as Word document (.docx)")
    types = parts.get(_TYPES, b"")
    try:
        text = types.decode("utf-16" if types[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")
    except UnicodeDecodeError:
        raise _damaged(file) from None
    if "word/vbaProject.bin" in parts:
        text += "macroEnabled"
    for sign, what in _OTHERS:
        if sign in text:
            hint = kinds.SAVE_AS_WORD if sign == "macroEnabled" else kinds.SAVE
            raise PublishError(what, where=file, hint=hint)
    if not any(kind in text for kind in _MAIN):
        raise PublishError("this packed file is not a Word document", where=file, hint=kinds.SAVE_AS_WORD)


class _Check:
    """Counts elements and depth while a part is parsed, and refuses what Word never writes."""

    def __init__(self, name: str, budget: int, file: str) -> None:
        self.name, self.left, self.file, self.depth = name, budget, file, 0

    def start(self, _name: str, _attributes: object) -> None:
        self.left -= 1
        self.depth += 1
        if self.left < 0 or self.depth > DEEPEST:
            what = "nested too deeply" if self.left >= 0 else "far larger than a press release"
            raise PublishError(
                f"the document is {what}", where=self.file, hint="Copy the text into a new Word document"
            )

    def end(self, _name: str) -> None:
        self.depth -= 1

    def doctype(self, *_: object) -> None:
        raise PublishError(
            f"the document is not safe to open ({self.name} defines entities)", where=self.file, hint=_AGAIN
        )


def _checked(name: str, content: bytes, budget: int, file: str) -> int:
    """How many elements may still come after this part.

    Raises:
        PublishError: It is not well-formed, too large or too deep, or has a document type: entities could be defined
            there that grow without end, or that read other files.
    """
    check = _Check(name, budget, file)
    parser = expat.ParserCreate()
    parser.StartElementHandler = check.start
    parser.EndElementHandler = check.end
    parser.StartDoctypeDeclHandler = check.doctype
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError):  # the second where it names an encoding that there is not
        raise _damaged(file, name) from None
    return check.left


def _main(parts: Mapping[str, bytes]) -> str:
    """The name of the part that holds the text, as the package itself names it."""
    found: list[str] = []

    def start(_name: str, attributes: Mapping[str, str]) -> None:
        if attributes.get("Type", "").endswith("/officeDocument"):
            found.append(attributes.get("Target", "").lstrip("/"))

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(parts.get(_RELATIONSHIPS, b"<x/>"), True)
    return next((name for name in found if name in parts), "word/document.xml")


def _damaged(file: str, part: str = "") -> PublishError:
    where = f" ({part} cannot be read)" if part else ""
    return PublishError(f"the Word document is damaged{where}", where=file, hint=_AGAIN)
