"""Datelines in all their forms."""

from datetime import date

import pytest

from publisher.release.dateline import match_dateline
from publisher.release.language import load


@pytest.mark.parametrize(
    ("text", "place", "day"),
    [
        ("(Oakvale)—The mill", "Oakvale", None),
        ("OAKVALE – The mill", "OAKVALE", None),
        ("OAKVALE -- The mill", "OAKVALE", None),
        ("Oakvale, N.Y.- The mill", "Oakvale, N.Y.", None),
        ("OAKVALE, Nov. 3, 2026 /Nordwire/ -- The mill", "OAKVALE", date(2026, 11, 3)),
        ("OAKVALE – 12 May 2026 – The mill", "OAKVALE", date(2026, 5, 12)),
        ("OAKVALE, MO — March 05, 2025 — (VALLEY NEWSWIRE) — The mill", "OAKVALE, MO", date(2025, 3, 5)),
        ("(ValleyWire) - May 30, 2025 - OAKVALE — The mill", "OAKVALE", date(2025, 5, 30)),
        ("Oakvale County, N.Y. (March 14, 2025) - Today", "Oakvale County, N.Y.", date(2025, 3, 14)),
        ("[OAKVALE, MO] – The mill", "OAKVALE, MO", None),
        ("Monday, OAKVALE, MO – The mill", "OAKVALE, MO", None),
        ("OAKVALE, April 6 – The mill", "OAKVALE", None),
        ("RENO, Nev. and OAKVALE, MO -- Today", "RENO, Nev. and OAKVALE, MO", None),
        ("May 3, 2026 – The mill", None, date(2026, 5, 3)),
        ("OAKVALE, MO  The mill", "OAKVALE, MO", None),
    ],
)
def test_english_datelines(text, place, day):
    """What follows is the text."""
    found = match_dateline(text, load("en"))

    assert found is not None
    assert (found.dateline.place, found.dateline.date) == (place, day)
    assert text[found.end :].startswith(("The mill", "Today"))


@pytest.mark.parametrize(
    ("code", "text", "place", "day"),
    [
        ("de", "Bonn (ots) - Die Mühle", "Bonn", None),
        ("de", "Lindau, 3. Mai 2026 – Die Mühle", "Lindau", date(2026, 5, 3)),
        ("de", "Lindau, den 03.05.2026 – Die Mühle", "Lindau", date(2026, 5, 3)),
        ("es", "VALENCIA, 24 de noviembre de 2026.- La casa", "VALENCIA", date(2026, 11, 24)),
        ("es", "Madrid (EFE).- La casa", "Madrid", None),
        ("es", "San Martín, SV, 29 de mayo de 2024 – La casa", "San Martín, SV", date(2024, 5, 29)),
        ("fr", "Brest, le 1er mai 2026 – Le moulin", "Brest", date(2026, 5, 1)),
        ("it", "TRIESTE, 3 maggio 2026 – Il mulino", "TRIESTE", date(2026, 5, 3)),
    ],
)
def test_other_languages(code, text, place, day):
    """With their own months and small words."""
    found = match_dateline(text, load(code))

    assert found is not None
    assert (found.dateline.place, found.dateline.date) == (place, day)


@pytest.mark.parametrize(
    "text",
    [
        "The mill – the oldest of the valley – grinds again.",
        "Today, the mill grinds again - and how.",
        "Apple – the fruit – is ripe.",
        "Note: The mill is closed.",
        "“Bread – and nothing else,” she said.",
        "",
        "–",
    ],
)
def test_sentences_with_dashes_have_none(text):
    """A dash alone makes no dateline."""
    assert match_dateline(text, load("en")) is None


@pytest.mark.parametrize("text", ["Oakvale, Home County - May 3, 2026 / The Mill /", "Bonn (ots)"])
def test_a_line_of_its_own(text):
    """Says that nothing stands behind it."""
    found = match_dateline(text, load("en"))

    assert found is not None
    assert found.alone
