"""A card says a quote word for word over its speaker, stays within its margins, and is the same bytes each time."""

import base64
import subprocess
import sys
import zlib
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops
from scripts import SAMPLES

from publisher.cards.cards import NoCardError, headline_card, quote_card
from publisher.cards.colours import BLACK, WHITE, palette
from publisher.cards.drawing import MARGIN, SIZES, SMALLEST, Look
from publisher.cards.raster import png
from publisher.compose.quotes import spoken
from publisher.config.contrast import blended, contrast
from publisher.release.model import Quote

PLAIN = Look(palette(None, None, None))
SIGNED = Look(palette("#0b5d4e", "#1a1a1a", "#ffffff"), "Corvane Rivers Alliance")
WIDE, SQUARE = SIZES["wide"], SIZES["square"]
QUOTE = Quote(
    ("The river is ours, and it was never for sale,", "We will not give it back."), "Ana Ruiz", "mayor of Aller"
)
HOSTILE = (
    '"><script>alert(1)</script> ]]> {{7*7}} {% raw %} &amp; </text><image href="file:///etc/passwd"/> <!-- it ends.'
)
_SVG = "{http://www.w3.org/2000/svg}"


def words_of(drawing):
    """What is drawn, line by line, from the SVG."""
    lines = {}
    for text in ET.fromstring(drawing.svg).iter(f"{_SVG}text"):  # noqa: S314 -- our own
        lines.setdefault(float(text.get("y")), []).append((float(text.get("x")), text.text))
    return [" ".join(word for _, word in sorted(line)) for _, line in sorted(lines.items())]


def pixels(drawing):
    image = Image.open(BytesIO(png(drawing)))
    assert image.size == (drawing.width, drawing.height)
    return image.convert("RGB")


def drawn_within(image, ground, left=MARGIN, top=MARGIN // 2):
    """Whether the edges show nothing but the ground, and what lies between them something else."""
    away = ImageChops.difference(image, Image.new("RGB", image.size, ground)).getbbox()
    return (
        away and away[0] >= left and away[2] <= image.width - left and away[1] >= top and away[3] <= image.height - top
    )


@pytest.mark.parametrize("shape", ["wide", "square"])
def test_a_quote_stands_over_its_speaker_in_the_marks_of_its_language(shape):
    card = quote_card(QUOTE, "de", SIGNED, shape)

    assert card.alt == (
        "„The river is ours, and it was never for sale. We will not give it back.“ — Ana Ruiz, mayor of Aller"
    )
    shown = words_of(card.drawing)
    assert " ".join(shown) == (
        "„The river is ours, and it was never for sale. We will not give it back.“ Ana Ruiz mayor of Aller "
        "Corvane Rivers Alliance"
    )
    assert shown[-3:] == ["Ana Ruiz", "mayor of Aller", "Corvane Rivers Alliance"]
    assert (card.drawing.width, card.drawing.height) == SIZES[shape]


@pytest.mark.parametrize("language", SAMPLES)
def test_every_script_is_drawn_within_the_margins(language):
    """And the words are those of the quote: as they are read, whatever stands on which side."""
    card = quote_card(Quote((SAMPLES[language],), SAMPLES[language][:12].strip()), language, PLAIN)

    assert SAMPLES[language].rstrip(",") in card.alt
    assert drawn_within(pixels(card.drawing), PLAIN.colours.paper)
    letters = "".join(words_of(card.drawing))
    assert all(letters.count(letter) >= SAMPLES[language].count(letter) for letter in set(SAMPLES[language]) - {" "})


def test_what_is_written_from_the_right_begins_there():
    """The bar stands on the right, and the lines end at it."""
    image = pixels(quote_card(Quote((SAMPLES["ar"],), "أمل"), "ar", SIGNED).drawing)
    accent = tuple(bytes.fromhex(SIGNED.colours.accent[1:]))

    assert image.getpixel((WIDE[0] - MARGIN - 5, WIDE[1] // 2 - 40)) == accent
    assert image.getpixel((MARGIN + 5, WIDE[1] // 2 - 40)) != accent


def test_the_same_card_is_the_same_bytes_in_every_process():
    program = (
        "import sys, zlib\n"
        "from publisher.cards.cards import quote_card\n"
        "from publisher.cards.colours import palette\n"
        "from publisher.cards.drawing import Look\n"
        "from publisher.cards.raster import png\n"
        "from publisher.release.model import Quote\n"
        "quote = Quote(('The river is ours — النهر لنا 川.',), 'Ana')\n"
        "card = quote_card(quote, 'en', Look(palette(None, None, None)))\n"
        "print(zlib.crc32(card.drawing.svg.encode()), zlib.crc32(png(card.drawing)))\n"
    )
    environments = [{"PYTHONHASHSEED": seed, "LANG": lang} for seed, lang in (("1", "C"), ("2", "de_DE.UTF-8"))]
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONPATH": ":".join(sys.path), **each},
            capture_output=True,
            check=True,
        ).stdout
        for each in environments
    }
    card = quote_card(Quote(("The river is ours — النهر لنا 川.",), "Ana"), "en", PLAIN)

    assert found == {f"{zlib.crc32(card.drawing.svg.encode())} {zlib.crc32(png(card.drawing))}\n".encode()}


def test_nothing_but_pixels_is_in_the_file():
    """No text chunk, no time, no name of the program, and no word."""
    content = png(quote_card(QUOTE, "en", SIGNED).drawing)
    kinds, at = [], 8
    while at < len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        kinds.append(content[at + 4 : at + 8])
        at += length + 12

    assert set(kinds) == {b"IHDR", b"IDAT", b"IEND"}
    assert b"river" not in content


def test_a_long_quote_stops_after_a_sentence_and_says_so():
    sentence = "The river carries what we throw into it, and it has carried enough of it for all of us."
    quote = Quote((" ".join([sentence] * 12),), "Ana Ruiz", "mayor of Aller")
    card = quote_card(quote, "en", SIGNED)
    said, _, rest = card.alt.partition("” […] — ")

    assert rest == "Ana Ruiz, mayor of Aller"
    assert said.removeprefix("“").count(sentence) == len(said.removeprefix("“") + " ") // len(sentence + " ") >= 2
    assert drawn_within(pixels(quote_card(quote, "en", PLAIN).drawing), PLAIN.colours.paper)
    assert len(quote_card(quote, "en", SIGNED, "square").alt) > len(card.alt)


@pytest.mark.parametrize(
    ("quote", "reason"),
    [
        (Quote(("So it is. " * 3000,), "Ana"), None),
        (Quote(("River " * 2000,), "Ana"), "it is too long to be read on one"),
        (Quote(("Yes. " + "river " * 300,), "Ana"), "it is too long to be read on one"),
        (Quote(("X" * 400,), "Ana"), "it is too long to be read on one"),
        (Quote(("a disaster",), "Ana", ends=(False,)), "it is only part of a sentence"),
        (Quote(("It is ours.",)), "nobody is named as its speaker"),
        (Quote(("It is ours 𒀀.",), "Ana"), "no font here has “𒀀”, U+12000 CUNEIFORM SIGN A"),
        (Quote(("It is ours.",), "Ana 𒀀"), "no font here has “𒀀”, U+12000 CUNEIFORM SIGN A"),
        (Quote(("It is ours.",), "Ana", "director " * 400), "its speaker's title is too long to be read on one"),
        (Quote(("It is ours.",), "Anna" * 60), "it is too long to be read on one"),
    ],
)
def test_there_is_no_card_where_it_could_not_be_read(quote, reason):
    if reason is None:
        assert quote_card(quote, "en", SIGNED).alt.endswith("So it is.” […] — Ana")
        return
    with pytest.raises(NoCardError) as caught:
        quote_card(quote, "en", SIGNED)
    assert str(caught.value) == reason


def test_a_title_gives_way_to_the_whole_quote():
    quote = Quote(("The river is ours. " * 12,), "Ana", "director of " + "rivers and " * 20 + "lakes")
    card = quote_card(quote, "en", SIGNED)

    assert "lakes" not in "".join(words_of(card.drawing))
    assert card.alt.endswith(quote.title)


@pytest.mark.parametrize("shape", ["wide", "square"])
def test_a_headline_stands_whole_on_the_accent_colour(shape):
    card = headline_card("Five Cities Ask for a Clean River by 2030", "en", SIGNED, shape)
    image = pixels(card.drawing)

    assert card.alt == "Five Cities Ask for a Clean River by 2030"
    assert " ".join(words_of(card.drawing)) == f"{card.alt} Corvane Rivers Alliance"
    assert image.getpixel((4, 4)) == tuple(bytes.fromhex(SIGNED.colours.accent[1:]))
    assert image.getpixel((4, image.height - 4)) == (255, 255, 255)
    for wrong, reason in (("  ", "there is none"), ("word " * 200, "too long"), ("x" * 5000, "too long")):
        with pytest.raises(NoCardError, match=reason):
            headline_card(wrong, "en", SIGNED, shape)


def test_a_logo_stands_at_the_other_end():
    dot = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8" fill="#ff0000"/></svg>'
    )
    look = Look(SIGNED.colours, "Corvane", "data:image/svg+xml;base64," + base64.b64encode(dot.encode()).decode())
    image = pixels(quote_card(QUOTE, "en", look).drawing)
    from_right = pixels(quote_card(QUOTE, "he", look).drawing)

    assert image.getpixel((WIDE[0] - MARGIN - 20, WIDE[1] - 48)) == (255, 0, 0)
    assert from_right.getpixel((MARGIN + 20, WIDE[1] - 48)) == (255, 0, 0)


@pytest.mark.parametrize("place", ["quote", "speaker", "title", "organisation", "headline"])
def test_hostile_text_stays_text(place):
    look = Look(SIGNED.colours, HOSTILE) if place == "organisation" else SIGNED
    quote = Quote(
        (HOSTILE if place == "quote" else "It is ours.",),
        HOSTILE[:60] if place == "speaker" else "Ana",
        HOSTILE[:60] if place == "title" else None,
    )
    card = headline_card(HOSTILE, "en", look) if place == "headline" else quote_card(quote, "en", look)
    kinds = {element.tag.removeprefix(_SVG) for element in ET.fromstring(card.drawing.svg).iter()}  # noqa: S314 -- ours

    assert kinds == {"svg", "rect", "text"}
    assert "{{7*7}}" in "".join(words_of(card.drawing)) or place in ("speaker", "title")
    assert pixels(card.drawing).getcolors(2_000_000)


@settings(max_examples=examples(400), deadline=None)
@given(
    st.lists(st.text(max_size=30) | st.sampled_from(["It is ours.", "Why?", "<b>", "&", "النهر", "川。"]), max_size=6),
    st.text(max_size=30),
    st.sampled_from(["en", "ar", "ja", "th"]),
)
def test_whatever_is_said_the_words_are_the_quotes_own_and_the_svg_is_sound(parts, speaker, language):
    quote = Quote((" ".join(parts),), speaker, "director")
    try:
        card = quote_card(quote, language, PLAIN)
    except NoCardError:
        return
    root = ET.fromstring(card.drawing.svg)  # noqa: S314 -- ours

    assert {element.tag.removeprefix(_SVG) for element in root.iter()} <= {"svg", "rect", "text"}
    said = spoken(quote).sentences
    joined = "".join(f"{each}{'' if each[-1] in '。！？」』' else ' '}" for each in said).rstrip()
    assert card.alt.endswith(f" — {speaker}, director")
    assert joined in card.alt or " […] — " in card.alt
    sizes = [float(text.get("font-size")) for text in root.iter(f"{_SVG}text")]
    assert not sizes or max(sizes) >= 22
    assert all(MARGIN <= float(text.get("x")) <= WIDE[0] - MARGIN for text in root.iter(f"{_SVG}text"))


@settings(max_examples=examples(2_000), deadline=None)
@given(*[st.none() | st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")] * 3)
def test_a_text_can_be_told_from_what_it_stands_on_whatever_the_colours(accent, ink, paper):
    found = palette(accent, ink, paper)

    assert contrast(found.ink, found.paper) >= 4.5
    assert contrast(found.quiet, found.paper) >= 4.5
    assert contrast(found.accent_on_paper, found.paper) >= 4.5
    assert contrast(found.on_accent, found.accent) >= 4.5
    assert paper in (None, found.paper)
    assert accent in (None, found.accent)


def test_contrast_is_counted_as_the_guidelines_do():
    assert contrast(BLACK, WHITE) == pytest.approx(21)
    assert contrast("#777777", WHITE) == pytest.approx(4.478, abs=0.001)
    assert blended(BLACK, WHITE, 0.5) == "#808080"
    assert SMALLEST == 36


def test_a_headline_of_emoji_alone_is_no_card():
    with pytest.raises(NoCardError):
        headline_card("👍", "en", SIGNED)
