"""A mail as RFC 5322 and MIME have it: headers, two readings, images inside. Pure, and in ASCII throughout."""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Sequence
from pathlib import PurePath
from urllib.parse import quote

from publisher.channels.base import Upload
from publisher.channels.email_recipients import Mailbox
from publisher.text.html import clean
from publisher.text.patterns import later

_LINE = 76
_LONGEST_WORD = 60
_LONGEST_STEM = 60
_ATOMS = later(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_PRINTABLE = later(r"[ -~]*")
_LANGUAGE = later(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif"}
# A line of quoted-printable or of base64 never begins with `=_`, nor does a header: it is ours wherever it stands.
_IMAGE_PART = later(
    r"^Content-Type: [^\n]+\nContent-Disposition: [^\n]+\nContent-Transfer-Encoding: base64\n\n=_image_([0-9]+)$",
    re.MULTILINE,
)


def content_id(number: int, token: str, domain: str) -> str:
    return f"image{number}.{token}@{domain}"


def token_of(*texts: str) -> str:
    """What boundaries and Content-IDs have in them: other content, another token."""
    return hashlib.sha256("\0".join(texts).encode(errors="replace")).hexdigest()[:16]


def body_of(plain: str, html: str, images: Sequence[Upload], token: str, domain: str) -> str:
    """The body with its own headers: plain text or HTML, whichever the reader's program likes, and images in the HTML.

    In the place of each image's bytes stands a line `=_image_NUMBER`, which `filled` fills. Source: RFC 2046, section
    5.1.4 (multipart/alternative, the plainest first), RFC 2387 (multipart/related), RFC 2392 (cid).
    """
    page = _text_part("html", html)
    if images:
        parts = [page]
        for number, upload in enumerate(images, start=1):
            named = f"Content-ID: <{content_id(number, token, domain)}>\n"
            parts.append(named + _image_part(upload, f"=_image_{number}"))
        page = _multipart("related", token, parts)
    return _multipart("alternative", token, [_text_part("plain", plain), page])


def headers_of(
    sender: Mailbox, to: Mailbox, subject: str, *, reply_to: Mailbox | None, unsubscribe: str, language: str
) -> str:
    """The headers of one recipient's message, all but those that are given when it is planned.

    `unsubscribe` is the address for one-click unsubscribing, whole; source: RFC 8058, section 3.1.
    """
    lines = [
        f"From: {_address(sender, 'From')}",
        f"To: {_address(to, 'To')}",
        *([f"Reply-To: {_address(reply_to, 'Reply-To')}"] if reply_to else []),
        f"Subject: {_folded(subject, 'Subject')}",
    ]
    if unsubscribe:
        lines += [f"List-Unsubscribe: <{unsubscribe}>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click"]
    if _LANGUAGE.fullmatch(language):
        lines.append(f"Content-Language: {language}")
    return "\n".join([*lines, "MIME-Version: 1.0", ""])


def filled(text: str, images: Sequence[tuple[Upload, bytes]]) -> bytes:
    """The message as it goes over the wire, CRLF at each line's end, with the bytes of its images in order."""

    def part(match: re.Match[str]) -> str:
        upload, content = images[int(match[1]) - 1]
        return _image_part(upload, _base64(content).rstrip("\n"))

    return _IMAGE_PART.sub(part, text).replace("\n", "\r\n").encode("ascii")


def _multipart(kind: str, token: str, parts: Sequence[str]) -> str:
    boundary = f"=_{kind}_{token}"
    root = ' type="text/html";\n' if kind == "related" else ""
    head = f'Content-Type: multipart/{kind};\n{root} boundary="{boundary}"\n'
    return head + "".join(f"\n--{boundary}\n{part}" for part in parts) + f"\n--{boundary}--\n"


def _text_part(kind: str, text: str) -> str:
    """A text, encoded as it is shorter: quoted-printable, which people can read too, or base64."""
    lines = clean(text).rstrip("\n") + "\n"
    printable = binascii.b2a_qp(lines.encode(), istext=True).decode()
    dense = _base64(lines.replace("\n", "\r\n").encode())
    name, encoded = ("quoted-printable", printable) if len(printable) <= len(dense) else ("base64", dense)
    return f'Content-Type: text/{kind}; charset="utf-8"\nContent-Transfer-Encoding: {name}\n\n{encoded}'


def _image_part(upload: Upload, body: str) -> str:
    return (
        f"Content-Type: {upload.mime}\n"
        f"Content-Disposition: inline; {_file_name(upload)}\n"
        f"Content-Transfer-Encoding: base64\n\n{body}\n"
    )


def _file_name(upload: Upload) -> str:
    """The parameter with the file's name, other letters than ASCII as RFC 2231 has them."""
    path = PurePath(upload.path)
    name = " ".join(clean(path.stem[:_LONGEST_STEM]).split()) + _ENDINGS.get(upload.mime, path.suffix)
    if re.fullmatch(r"[A-Za-z0-9._ ()+-]+", name):
        return f'filename="{name}"'
    return f"filename*=utf-8''{quote(name, safe='')}"


def _base64(content: bytes) -> str:
    lines = (binascii.b2a_base64(content[at : at + 57]).decode() for at in range(0, len(content), 57))
    return "".join(lines)


def _address(mailbox: Mailbox, header: str) -> str:
    """`Name <address>`; a name that is more than words is quoted (RFC 5322), or encoded (RFC 2047)."""
    name, address = " ".join(clean(mailbox.name).split()), mailbox.address
    if not name:
        return address
    if len(name) > _LONGEST_WORD or not _may_stand(name):
        phrase = _encoded(name, header)
    elif _ATOMS.fullmatch(name):
        phrase = name
    else:
        phrase = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    last = len(phrase.rpartition("\n")[2]) + len(header) + len(address) + 5
    return f"{phrase}{' ' if last <= _LINE else chr(10) + ' '}<{address}>"


def _may_stand(text: str) -> bool:
    """Whether a text may go into a header as it is: nothing takes it for something else, and it can be folded."""
    fits = all(len(word) <= _LONGEST_WORD for word in text.split(" "))
    return fits and bool(_PRINTABLE.fullmatch(text)) and "=?" not in text


def _folded(text: str, header: str) -> str:
    """Any text as the value of a header: in lines, encoded where it must be, and without a line break of its own."""
    from email.header import Header  # noqa: PLC0415 -- only where there is mail

    words = " ".join(clean(text).split())
    if not _may_stand(words):
        return _encoded(words, header)
    return Header(words, "us-ascii", header_name=header, maxlinelen=_LINE).encode()


def _encoded(text: str, header: str) -> str:
    from email.header import Header  # noqa: PLC0415 -- only where there is mail

    return Header(text, "utf-8", header_name=header, maxlinelen=_LINE).encode()
