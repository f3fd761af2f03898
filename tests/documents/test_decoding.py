"""Encodings: told from the bytes, and repaired where text was decoded wrongly before."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.documents import read
from publisher.documents.decoding import decoded

TEXT = "“Größe ist alles – naïve Pläne für 5 €,” said Zoë d’Été.\n\nSão Paulo, Ângela, LÂCHE À LA MER «Où?»"
FINDING = "encoding"


def garbled(text, times=1):
    """The text as programs leave it that take UTF-8 for Windows-1252."""
    for _ in range(times):
        text = "".join(bytes([byte]).decode("cp1252", "replace").replace("\ufffd", chr(byte)) for byte in text.encode())
    return text


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"], ids=lambda name: name
)
def test_unicode_in_every_form_is_read_without_a_word(encoding):
    """With a byte order mark or without."""
    assert decoded(TEXT.encode(encoding)) == (TEXT, ())


@pytest.mark.parametrize(("encoding", "name"), [("cp1252", "Windows-1252"), ("mac-roman", "Mac Roman")])
def test_older_encodings_are_guessed_and_the_guess_is_said(encoding, name):
    """The finding says which, and what to do."""
    text, (finding,) = decoded(TEXT.encode(encoding))

    assert text == TEXT
    assert (finding.rule, finding.severity) == (FINDING, "warning")
    assert name in finding.what
    assert "UTF-8" in finding.advice


def test_letters_of_windows_within_utf_8_are_read():
    """Somebody pasted a line with an old program."""
    text, (finding,) = decoded("Größe “und” Länge: ".encode() + "Höhe".encode("cp1252"))

    assert text == "Größe “und” Länge: Höhe"
    assert "UTF-8 with some letters of Windows-1252" in finding.what


@pytest.mark.parametrize("times", [1, 2])
def test_garbled_text_is_repaired_and_that_is_said(times):
    """Once garbled or twice; the rest of the text stays as it is."""
    text, (finding,) = decoded((garbled("“Größe,” said Zoë d’Été – für 5 €…", times) + "\nCafé").encode())

    assert text == "“Größe,” said Zoë d’Été – für 5 €…\nCafé"
    assert finding.rule == FINDING
    assert "garbled" in finding.what


def test_a_closing_quotation_mark_that_lost_its_last_byte_is_repaired():
    """The commonest damage: the byte 9D is no letter of Windows-1252, and many programs drop it."""
    assert decoded("â€œWe grind again,â€ said Ana, â€œon Saturday.â€".encode())[0] == (
        "“We grind again,” said Ana, “on Saturday.”"
    )


@pytest.mark.parametrize(
    "right",
    [
        TEXT,
        "São Paulo, Ângela, AÇÃO, MAÇÃ e Ã",
        "L’ÉTÉ À «ÉCOLE»: MARCHÉ», PÂTÉ…",
        "il va à\xa0« la mer »\xa0!",
        "ﬁne ½ cup … ‘x’ ™ ® ° 日本 Ελλάδα Москва",
        "“Straße”: „Spaß“ – “Maß”…",
    ],
)
def test_right_text_is_left_alone(right):
    """Capitals with circumflex and tilde, ligatures, straight and curly marks: nothing is made nicer."""
    assert decoded(right.encode()) == (right, ())


def test_a_page_that_names_its_encoding_is_believed():
    """Unless its bytes say better; names that stand for no encoding of text are not looked up."""
    page = '<meta http-equiv="Content-Type" content="text/html; charset={}"><p>Größe “x”</p>'
    polish = "<meta charset=iso-8859-2><p>Łódź</p>"

    assert decoded(page.format("windows-1252").encode("cp1252"), html=True)[1] == ()
    assert decoded(page.format("ISO-8859-1").encode("cp1252"), html=True)[0].endswith("<p>Größe “x”</p>")
    assert decoded(page.format("iso-8859-1").encode(), html=True)[0].endswith("<p>Größe “x”</p>")
    assert decoded(polish.encode("iso-8859-2"), html=True) == (polish, ())
    for odd in ("zip", "rot13", "idna", "unicode_escape", "nothing"):
        assert "Größe" in decoded(page.format(odd).encode("cp1252"), html=True)[0]


def test_a_file_with_a_guess_carries_the_finding(tmp_path):
    """As the first thing that an editor reads."""
    path = tmp_path / "release.txt"
    path.write_bytes("Größe\n\nText".encode("cp1252"))

    assert [finding.rule for finding in read(str(path)).findings] == [FINDING]


def test_what_repairs_text_is_not_loaded_for_text_that_needs_no_repair(tmp_path):
    """Reading ordinary letters and quotation marks stays fast."""
    path = tmp_path / "release.txt"
    path.write_text(TEXT, encoding="utf-8")
    code = f"import sys; from publisher.documents import read; read({str(path)!r}); print('ftfy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)

    assert run.stdout.strip() == "False"


@given(st.binary())
def test_any_bytes_are_text(data):
    """Guessing never fails."""
    for html in (False, True):
        assert isinstance(decoded(data, html=html)[0], str)


@given(st.text(alphabet=st.characters(exclude_characters="\0\ufeff", exclude_categories=["Cs"])))
def test_text_in_utf_8_comes_back(text):
    """Unless it looks garbled, and then with a finding; zero bytes and byte order marks speak of other encodings."""
    back, found = decoded(text.encode())

    assert back == text or found
