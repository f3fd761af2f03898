"""Bytes to text: the encoding told from the bytes, and text repaired that was decoded wrongly before it came here."""

from __future__ import annotations

import codecs
import re
from functools import cache

from publisher.documents.model import Finding
from publisher.text.patterns import later

_SAVE = "look over accents and quotation marks, and save the file as UTF-8"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 20_000
_DECLARED = later(rb"<meta\s[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?([\w-]{1,30})", re.IGNORECASE)
_KNOWN = later(
    r"windows-125\d|cp125\d|iso-?8859-\d{1,2}|latin-?\d|macintosh|x-mac-roman|koi8-[ru]|gb2312|gbk|gb18030|big5|"
    r"shift_jis|euc-jp|euc-kr|us-ascii|ascii"
)
_BY_ANOTHER_NAME = {
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "latin-1", "latin1", "us-ascii", "ascii"), "windows-1252"),
    **dict.fromkeys(("macintosh", "x-mac-roman"), "mac-roman"),
}
_USUAL = "“”‘’„«»–—…•\xa0àáâãäåæçèéêëìíîïñòóôõöøùúûüßœÀÁÂÄÇÈÉÊÑÖÜ€£©®™°½"
"""What stands in European releases beside ASCII; by these signs Windows' and the old Mac's encoding are told apart."""

_SHORT_OF_ASCII = later(rb"[\x80-\xff]+")
_SEQUENCE = later(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")

_CONTINUED = "\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_GARBLED = later(f"[ÂÃÄÅÎÏÐÑ][{_CONTINUED}]|[àâãäåæçèéï][{_CONTINUED}]{{2}}|ð[{_CONTINUED}]{{3}}|Ã ")
"""What the bytes of one letter look like in Windows-1252; right texts have it too, but seldom."""

_LEADS = "ÂÃÄÅÎÏÐÑàâãäåæçèéïð"
"""What it begins with. Few English texts have any of these."""

_CUT_QUOTE = later(f"â€(?![{_CONTINUED}])")
_OPENING = "â€œ"


def decoded(data: bytes, *, html: bool = False) -> tuple[str, tuple[Finding, ...]]:
    """The text in these bytes, repaired where it was decoded wrongly before, and what was guessed or repaired.

    UTF-8 and UTF-16 are certain; anything else is guessed to be Windows-1252 or Mac Roman, if the HTML does not name
    its encoding itself.
    """
    text, encoding = _text(data, html=html)
    findings = []
    if encoding:
        what = f"the text is not UTF-8; it was read as {encoding}"
        findings.append(Finding("encoding", what, _SAVE))
    repaired = _repaired(text)
    if repaired != text:
        what = "letters and quotation marks were garbled (as in “Ã©” for “é”) and have been repaired"
        findings.append(Finding("encoding", what, "look over them, and export the text again as UTF-8"))
    return repaired, tuple(findings)


def has_zeros_of_text(data: bytes) -> bool:
    """Whether the zero bytes are those of UTF-16 or UTF-32 text, not of a binary file."""
    return data.startswith(tuple(mark for mark, _ in _MARKS[1:])) or _without_mark(data) is not None


def _text(data: bytes, *, html: bool) -> tuple[str, str]:
    """The text, and the name of the encoding where it is a guess."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace"), ""
    wide = _without_mark(data)
    if wide:
        return data.decode(wide, "replace"), ""
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        pass
    declared = _DECLARED.search(data[:4_000]) if html else None
    if declared:
        name = declared[1].decode("ascii").lower()
        name = _BY_ANOTHER_NAME.get(name, name)
        if _KNOWN.fullmatch(name) or name in _BY_ANOTHER_NAME.values():
            return data.decode(name, "replace"), ""
    return _guessed(data)


def _without_mark(data: bytes) -> str | None:
    """UTF-16 without a byte order mark: nearly every other byte of European text is zero."""
    sample = data[: _SAMPLE & ~1]
    if len(sample) < 2 or b"\x00" not in sample:
        return None
    half = len(sample) // 2
    for zeros, others, name in ((sample[1::2], sample[::2], "utf-16-le"), (sample[::2], sample[1::2], "utf-16-be")):
        if zeros.count(0) > 0.7 * half and not others.count(0):
            return name
    return None


def _guessed(data: bytes) -> tuple[str, str]:
    high = b"".join(_SHORT_OF_ASCII.findall(data))
    sequences = sum(map(len, _SEQUENCE.findall(data)))
    if sequences > len(high) / 2:
        return data.decode("utf-8", "windows-1252-for-the-rest"), "UTF-8 with some letters of Windows-1252"
    usual = {
        name: sum(high.count(byte) for byte in set(_USUAL.encode(codec, "ignore")))
        for name, codec in (("Windows-1252", "cp1252"), ("Mac Roman", "mac-roman"))
    }
    if usual["Mac Roman"] > usual["Windows-1252"]:
        return data.decode("mac-roman"), "Mac Roman"
    return _windows(data), "Windows-1252"


def _windows(data: bytes) -> str:
    """Windows-1252 as browsers read it: the five bytes that it leaves open are control characters."""
    return "".join(map(chr, data)).translate(_windows_signs())


@cache
def _windows_signs() -> dict[int, int]:
    return {byte: ord(char) for byte in range(0x80, 0xA0) if (char := bytes([byte]).decode("cp1252", "ignore"))}


def _rest_as_windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return _windows(error.object[error.start : error.end]), error.end


codecs.register_error("windows-1252-for-the-rest", _rest_as_windows)


def _repaired(text: str) -> str:
    """The text with UTF-8 that was taken for Windows-1252, once or twice, set right; all else stays as it is."""
    if any(lead in text for lead in _LEADS) and _GARBLED.search(text):
        from ftfy import fix_encoding  # noqa: PLC0415 - hardly any text needs it

        if _OPENING in text:
            text = _CUT_QUOTE.sub("â€\x9d", text)
        return "\n".join(fix_encoding(line) if _GARBLED.search(line) else line for line in text.split("\n"))
    return text
