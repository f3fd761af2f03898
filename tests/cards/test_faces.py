"""The shipped fonts have what releases are written in, and nothing is ever drawn as an empty box."""

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from scripts import SAMPLES, SIGNS

from publisher.cards import faces as faces_of
from publisher.cards.faces import FOLDER, Extent, NoGlyphError, extent, faces, in_runs
from publisher.cards.words import clusters, drawable, pieces


@pytest.mark.parametrize("language", SAMPLES)
@pytest.mark.parametrize("bold", [False, True])
def test_every_script_has_a_glyph_for_each_letter(language, bold):
    """By the fonts' own tables, and as HarfBuzz shapes them: a glyph number 0 is the box, and is refused."""
    text = drawable(SAMPLES[language])
    assert text == " ".join(SAMPLES[language].split())
    order = faces(language, bold=bold)
    runs = in_runs(clusters(text), order)

    assert "".join(run.text for run in runs) == text
    assert all(run.face.draws(cluster) for run in runs for cluster in clusters(run.text))
    assert extent(runs).width > 3


@pytest.mark.parametrize("language", ["en", "ar", "ja", "zh", "ko"])
def test_common_signs_can_be_drawn_beside_any_script(language):
    assert extent(in_runs(clusters(SIGNS), faces(language))).width > 10


@pytest.mark.parametrize(
    ("language", "codec", "leads"),
    [("ja", "euc_jp", range(0xB0, 0xF5)), ("zh", "gb2312", range(0xB0, 0xF8)), ("zh-Hant", "big5", range(0xA4, 0xC7))],
)
def test_the_common_han_of_each_country_come_in_its_own_forms(language, codec, leads):
    text = "".join(bytes([lead, trail]).decode(codec, "ignore") for lead in leads for trail in range(0x40, 0xFF))
    own = faces(language)[0]

    assert own.is_east_asian
    assert len(text) > 4000
    assert all(ord(letter) in own.codes for letter in text if ord(letter) > 0x3400)


def test_all_of_modern_hangul_is_there():
    assert set(range(0xAC00, 0xD7A4)) <= faces("ko")[0].codes


def test_a_character_that_no_font_has_is_named():
    with pytest.raises(NoGlyphError, match="U\\+12000 CUNEIFORM SIGN A"):
        in_runs(clusters("river 𒀀"), faces("en"))
    with pytest.raises(NoGlyphError, match=r"no font here has U\+E000 without a name"):
        in_runs(clusters("\ue000"), faces("en"))


def test_a_bold_face_stands_for_a_family_where_there_is_one():
    assert [run.face.weight for run in in_runs(["a", "ب", "א"], faces("en", bold=True))] == [700, 700, 700]
    assert in_runs(["川"], faces("ja", bold=True))[0].face.weight == 400


def test_the_licence_lies_beside_the_fonts_and_they_stay_small():
    size = sum(file.stat().st_size for file in FOLDER.iterdir())

    assert "SIL OPEN FONT LICENSE Version 1.1" in (FOLDER / "OFL.txt").read_text(encoding="utf-8")
    assert 8_000_000 < size < 12_000_000


def test_no_family_is_in_the_catalogue_twice():
    known = [(face.family, face.weight) for face in faces_of._catalogue()]
    assert len(known) == len(set(known))


@settings(max_examples=examples(600), deadline=None)
@given(st.text(max_size=40), st.sampled_from(["en", "ar", "ja", "hi"]))
def test_whatever_a_text_holds_it_is_drawn_whole_or_refused(text, language):
    drawn = drawable(text)
    assert not set(drawn) & set(map(chr, range(32)))
    assert "".join(pieces(drawn, language)) == drawn
    try:
        runs = in_runs(clusters(drawn), faces(language))
        measured = extent(runs)
    except NoGlyphError:
        return

    assert "".join(run.text for run in runs) == drawn
    assert measured.width >= 0
    assert measured == sum((extent([run]) for run in runs), Extent())
