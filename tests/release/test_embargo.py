"""Which lines of a release hold it back, and that none of them is published."""

from __future__ import annotations

import pytest
from embargoes import found, timed
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.documents.reading import read, read_text
from publisher.release.embargo import is_embargo
from publisher.release.language import load
from publisher.release.parsing import parse

LINE = "EMBARGOED UNTIL 9 A.M. ET, DECEMBER 1, 2026"
RELEASE = [
    "Keld Harbour Ferry Sails Again",
    "After the Storm",
    "KELD, Nov. 24, 2026 – The ferry sails again, and everybody may come and watch it leave the harbour today.",
    "“It is a fine boat,” said Jane Doe, the captain.",
    "The ferry was built in 1960 and it sails to the islands and back each day.",
    "Keld Harbour is a port. It was founded in 1900 and has 20 boats.",
    "Contact: Jane Doe, jane@keld.example",
]


def parsed(*paragraphs, markdown=False):
    return parse(read_text("\n\n".join(paragraphs), file="x.md", markdown=markdown))


def published(release):
    """All the text of it that may stand somewhere."""
    parts = (release.headline, release.subheadline, release.lede, release.boilerplate, release.quotes, release.actions)
    return repr((parts, release.contacts, [block.plain for block in release.body]))


@pytest.mark.parametrize(("line", "code", "holds"), [*found()])
def test_a_line_holds_a_release_back_as_the_table_says(line, code, holds):
    assert is_embargo(line, load(code)) is holds


@pytest.mark.parametrize("line", [each.values[0] for each in found() if each.values[2]])
def test_it_holds_in_a_release_in_another_language(line):
    for code in ("en", "de", "nl"):
        assert is_embargo(line, load(code))


@pytest.mark.parametrize(("line", "code"), [each.values[:2] for each in timed() if each.values[3] == "="])
def test_every_line_whose_end_is_known_is_found(line, code):
    """What embargo_lines.txt reads does hold a release back."""
    assert is_embargo(line, load(code))


@pytest.mark.parametrize("form", ["{}", "**{}**", "*{}*", "# {}", "- {}", "> {}", "`{}`", "| {} |\n|---|\n| |"])
@pytest.mark.parametrize("at", range(len(RELEASE) + 1))
def test_it_holds_wherever_it_stands_near_the_top_and_is_not_published(at, form):
    release = parsed(*RELEASE[:at], form.format(LINE), *RELEASE[at:], markdown=True)

    assert release.embargo == LINE
    assert "EMBARGO" not in published(release)
    assert release.headline == RELEASE[0]
    assert RELEASE[3] in [block.plain for block in release.body]


def test_empty_lines_and_pictures_do_not_push_it_out_of_sight():
    release = parsed(*["![](a.png)"] * 30, *RELEASE, LINE, markdown=True)

    assert release.embargo == LINE


def test_further_down_it_is_news():
    release = parsed(*RELEASE[:5], *["The boat is blue, as all of them are here, and so is the sea."] * 20, LINE)

    assert release.embargo is None
    assert LINE in [block.plain for block in release.body]


def test_in_a_table_of_a_page_it_holds(tmp_path):
    """Beside other cells, too."""
    page = tmp_path / "x.html"
    text = "".join(f"<p>{part}</p>" for part in RELEASE)
    for row in (f"<td>{LINE}</td>", f"<td>PRESS RELEASE</td><td>{LINE}</td>", f"<th>Embargo</th><td>{LINE[16:]}</td>"):
        page.write_text(f"<table><tr>{row}</tr></table>{text}", encoding="utf-8")
        release = parse(read(str(page)))

        assert release.embargo
        assert LINE[16:] in release.embargo
        assert LINE[16:] not in published(release)


@pytest.mark.parametrize("sign", [": ", " – ", " | ", " — “", ". "])
def test_a_headline_behind_it_on_the_same_line_stays(sign):
    release = parsed(f"{LINE}{sign}Keld Harbour Ferry Sails Again After a Long and Costly Repair", *RELEASE[2:])

    assert release.embargo.rstrip(".") == LINE
    assert release.headline.strip("“") == "Keld Harbour Ferry Sails Again After a Long and Costly Repair"


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("EMBARGOED UNTIL", LINE[16:]),
        ("Embargo:", LINE[16:]),
        ("**EMBARGO**", LINE[16:]),
        ("Embargo until:", "May 1"),
    ],
)
@pytest.mark.parametrize("between", ["\n\n", "\n"])
def test_its_time_may_stand_on_the_line_below(above, below, between):
    release = parsed(f"{above}{between}{below}", *RELEASE, markdown=between == "\n\n" or "*" in above)

    assert release.embargo == f"{above.strip('*')} {below}"
    assert release.headline == RELEASE[0]
    assert below not in published(release)


def test_the_day_of_the_release_below_it_is_not_its_end():
    assert parsed("EMBARGOED", "November 24, 2026", *RELEASE).embargo == "EMBARGOED"


def test_what_may_move_its_end_is_not_cut_off():
    behind = "or until the minister has spoken to the members of parliament about the harbour, whichever is later"
    release = parsed(f"{LINE} – {behind}", *RELEASE)

    assert behind in release.embargo


def test_a_person_may_overrule_it_in_the_front_matter():
    """With a time that is past; the line is not published all the same."""
    front = "---\nembargo: 2020-01-01T09:00:00+01:00\n---\n"
    release = parse(read_text(f"{front}{LINE}\n\n" + "\n\n".join(RELEASE), file="x.md", markdown=True))

    assert release.embargo.isoformat() == "2020-01-01T09:00:00+01:00"
    assert "EMBARGOED" not in published(release)


SAID = {
    "en": ["EMBARGOED UNTIL", "Embargo:", "Under embargo until", "Strictly embargoed until", "EMBARGO"],
    "de": ["Sperrfrist:", "SPERRFRIST", "Unter Embargo bis", "Embargo:", "Sperrfrist bis"],
    "fr": ["Sous embargo jusqu’au", "Embargo :", "EMBARGO JUSQU’AU", "Sous embargo strict jusqu’au"],
    "es": ["Embargado hasta el", "Bajo embargo hasta el", "EMBARGO:", "Contenido embargado hasta el"],
    "it": ["Sotto embargo fino al", "EMBARGO FINO AL", "Embargo:", "Notizia sotto embargo fino al"],
}
DAYS = {
    "en": ["December 1, 2026", "1 December", "Tuesday, 12/01/2026"],
    "de": ["1. Dezember 2026", "1.12.2026", "Dienstag, 1. Dezember"],
    "fr": ["1er décembre 2026", "mardi 1er décembre", "01/12/2026"],
    "es": ["1 de diciembre de 2026", "martes 1 de diciembre", "1/12/2026"],
    "it": ["1 dicembre 2026", "martedì 1 dicembre", "01/12/2026"],
}
HOURS = {
    "en": ["9 a.m. ET", "14:30 GMT", "09:00 CET", "noon", "0001 hrs"],
    "de": ["10 Uhr", "9.30 Uhr MEZ", "10:00 Uhr (MEZ)"],
    "fr": ["à 9 h", "à 9h30 (heure de Paris)", "10 heures"],
    "es": ["a las 10:00 h CET", "a las 9:00", "10:00 h"],
    "it": ["alle ore 10", "ore 9.30", "alle 11:00, ora italiana"],
}
BEFORE = st.sampled_from(
    ["", "*** ", "[", "(", "⚠️ ", "🔒", "LONDON – ", "PRESS RELEASE | ", "Keld Harbour: ", "– ", "+++ ", "24.11.2026 – "]
)
BEHIND = st.sampled_from(["", " ***", "]", ")", ".", " ⚠️", " –", " +++", "!"])


@settings(max_examples=examples(1_000), deadline=None)
@given(st.data(), st.sampled_from(sorted(SAID)), st.tuples(BEFORE, BEHIND), st.integers(0, len(RELEASE)), st.booleans())
def test_a_line_with_an_embargo_and_a_time_is_never_text(data, code, around, at, capitals):
    """In five languages, with whatever stands around it, in a release in English."""
    words = [data.draw(st.sampled_from(part[code])) for part in (SAID, DAYS, HOURS)]
    line = " ".join(words).join(around)
    line = line.upper() if capitals else line
    release = parsed(*RELEASE[:at], line, *RELEASE[at:])

    assert release.embargo
    assert words[1].upper() in release.embargo.upper()
    assert words[1].upper() not in published(release).upper()
