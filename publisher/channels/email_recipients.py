"""Whom the mail goes to: addresses as people write them, and lists of them in CSV files."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from publisher.errors import PublishError
from publisher.text.html import clean
from publisher.text.patterns import later

_WORD = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_ADDRESS = later(rf"{_WORD}(?:\.{_WORD})*@{_LABEL}(?:\.{_LABEL})+")
_NAMED = later(r"([^<>]*)<([^<>\s]+)>")
_LONGEST, _LONGEST_LOCAL = 254, 64
_MOST_BYTES = 20_000_000
_ADDRESS_KEYS = ("email", "e-mail", "mail", "email address", "e-mail address")
_NAME_KEYS = ("name", "full name")


@dataclass(frozen=True)
class Mailbox:
    """An address, as `Ana Ruiz <ana@rivers.example>` writes it; the name is empty where there is none."""

    address: str
    name: str = ""

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


@dataclass(frozen=True)
class Recipients:
    """Whom the mail goes to, each once, and how many addresses stood there a second time."""

    mailboxes: tuple[Mailbox, ...]
    repeated: int = 0


def mailbox(text: str) -> Mailbox:
    """`ana@rivers.example` or `Ana Ruiz <ana@rivers.example>`; a domain in another script in its ASCII form.

    Raises:
        ValueError: It is no address, or none that every mail server can take; in one line.
    """
    bare = text.strip()
    named = _NAMED.fullmatch(bare)
    name = " ".join(clean(named[1]).split()).strip('"') if named else ""
    local, at, domain = (named[2] if named else bare).rpartition("@")
    if at and not local.isascii():
        raise ValueError(f"`{bare}` has letters before the @ that few mail servers can take; ask for another address")
    try:
        domain = domain.lower() if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError:
        local = ""
    address = f"{local}@{domain}"
    if len(address) > _LONGEST or len(local) > _LONGEST_LOCAL or not _ADDRESS.fullmatch(address):
        hint = "; several addresses go into a list, like [ana@rivers.example, ben@rivers.example]"
        raise ValueError(f"`{bare[:80]}` is no e-mail address{hint if bare.count('@') > 1 else ''}")
    return Mailbox(address, name)


def each_once(mailboxes: Iterable[Mailbox]) -> Recipients:
    """Every address once, whatever its capitals, in order."""
    known: dict[str, Mailbox] = {}
    count = 0
    for count, each in enumerate(mailboxes, start=1):  # noqa: B007 -- the last number is the count
        known.setdefault(each.address.casefold(), each)
    return Recipients(tuple(known.values()), count - len(known))


def read_list(file: Path) -> Recipients:
    """The recipients in a CSV file with the columns `email` and `name`.

    The line that names the columns may be missing: then the first one holds the address. Commas, semicolons and tabs
    may part them, and the file may be in UTF-8, UTF-16 or Windows-1252, as spreadsheets save it.

    Raises:
        PublishError: It cannot be read, holds nobody, or something that is no address: with the line.
    """
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise PublishError("this file is too large to be a list of recipients", where=str(file))
        data = file.read_bytes()
    except FileNotFoundError:
        hint = "Set `list` to its path, from the folder of channels.yaml"
        raise PublishError("there is no such list of recipients", where=str(file), hint=hint) from None
    except OSError as error:
        raise PublishError(f"the list of recipients cannot be read: {error.strerror}", where=str(file)) from None
    found = each_once(_mailboxes(data, str(file)))
    if not found.mailboxes:
        raise PublishError("the list names no recipient", where=str(file), hint="Write one address a line")
    return found


def _mailboxes(data: bytes, file: str) -> Iterator[Mailbox]:
    from publisher.documents.decoding import decoded  # noqa: PLC0415 -- only where there is a list

    text, _ = decoded(data)
    rows = _rows(text, file)
    columns: tuple[int, int | None] | None = None
    for line, row in rows:
        if columns is None:
            columns = _columns(row, f"{file}:{line}")
            if "@" not in "".join(row):
                continue
        address = row[columns[0]] if columns[0] < len(row) else ""
        name = row[columns[1]] if columns[1] is not None and columns[1] < len(row) else ""
        try:
            found = mailbox(address)
        except ValueError as error:
            hint = "Correct the line, or take it out"
            raise PublishError(str(error), where=f"{file}:{line}", hint=hint) from None
        yield Mailbox(found.address, " ".join(clean(name).split()) or found.name)


def _rows(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with something in it, with the line that it begins on."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    reader = csv.reader(StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), skipinitialspace=True)
    begins = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield begins, [cell.strip() for cell in row]
            begins = reader.line_num + 1
    except csv.Error as error:
        raise PublishError(f"this is no CSV file ({error})", where=f"{file}:{begins}") from None


def _columns(first: Sequence[str], where: str) -> tuple[int, int | None]:
    """Which columns hold address and name, by the first row."""
    if "@" in "".join(first):
        return 0, 1
    names = [cell.casefold() for cell in first]
    address = next((names.index(key) for key in _ADDRESS_KEYS if key in names), None)
    if address is None:
        raise PublishError("there is no column `email`", where=where, hint="Name the columns `email` and `name`")
    return address, next((names.index(key) for key in _NAME_KEYS if key in names), None)
