"""Lines end where readers of each language expect it, and emoji are left out of the drawing."""

import pytest

from publisher.cards.faces import faces, in_runs
from publisher.cards.visual import in_sight
from publisher.cards.words import clusters, drawable, pieces


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Yes 👩‍👩‍👧 we did 🎉!", "Yes we did !"),
        ("1️⃣ First, 🇩🇪 then ❤️.", "First, then ."),
        ("© 2026, ©️ ™ ✓ #1 *", "© 2026, ©️ ™ ✓ #1 *"),
        ("a\x00b\x07c\ud800d\ufffee", "abcde"),
        ("one\ntwo\tthree\u2028four\x0bfive", "one two three four five"),
        ("\u202eevil\u202c \u2067x\u2069", "evil x"),
        ("10\u00a0000\u202f€", "10\u00a0000\u202f€"),
        ("👍", ""),
    ],
)
def test_what_is_no_word_is_not_drawn(text, drawn):
    assert drawable(text) == drawn


@pytest.mark.parametrize(
    ("language", "text", "parts"),
    [
        (
            "en",
            "The well-known river — in 2024-25 — it’s and/or.",
            "The |well-|known |river |— |in |2024-25 |— |it’s |and/|or.",
        ),
        ("fr", "«\u00a0Le fleuve\u00a0!\u00a0»", "«\u00a0Le |fleuve\u00a0!\u00a0»"),
        ("en", "“Never.” […]", "“Never.” |[…]"),
        ("ko", "강은 우리 것입니다.", "강은 |우리 |것입니다."),
        ("lo", "ແມ່ນ້ຳ ເຮົາ", "ແມ່ນ້ຳ |ເຮົາ"),
        ("bo", "གཙང་པོ་འདི་རེད། བསྒྲུབས་", "གཙང་|པོ་|འདི་|རེད། |བསྒྲུབས་"),
        ("km", "ទន្លេ\u200bជា", "ទន្លេ\u200b|ជា"),
    ],
)
def test_a_line_ends_after_spaces_and_dashes(language, text, parts):
    found = pieces(text, language)

    assert "".join(found) == text
    assert found == parts.split("|")


@pytest.mark.parametrize(
    ("language", "text", "parts"),
    [
        ("lo", "ແມ່ນ້ຳເປັນຂອງ ເຮົາ", "ແມ່|ນ້ຳ|ເປັ|ນ|ຂ|ອ|ງ |ເຮົາ"),
        ("km", "ទន្លេជា", "ទ|ន្លេ|ជា"),
        ("en", "well-known river", "well-|known |river"),
    ],
)
def test_where_nothing_else_will_do_a_line_ends_within_a_word_that_no_space_ends(language, text, parts):
    """Never before a vowel or a mark that belongs to the letter before it."""
    assert pieces(text, language, within_words=True) == parts.split("|")


def test_thai_is_parted_between_words_and_never_within_a_letter():
    found = pieces("แม่น้ำเป็นของเรา", "th")

    assert "".join(found) == "แม่น้ำเป็นของเรา"
    assert found[-3:] == ["เป็น", "ของ", "เรา"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ja", "「川は（私たち）みんなのものです。決して売り物ではありませんでした、ずっと。」"),
        ("zh", "“这条河属于我们所有人，它从来不是用来出售的。”《河流法》"),
        ("zh-TW", "「這條河屬於我們所有人，它從來不是用來出售的。」"),
    ],
)
def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(language, text):
    found = pieces(text, language)

    assert "".join(found) == text
    assert len(found) > 5
    assert not any(piece[0] in "。，、」）”》" for piece in found)
    assert not any(piece[-1] in "「（“《" for piece in found)


@pytest.mark.parametrize(
    ("text", "rtl", "seen"),
    [
        ("abc אבג def", False, ["abc ", "אבג", " def"]),
        ("אבג (2026) abc.", True, [".", "abc", ") ", "2026", "אבג ("]),
        ("אבג, דהו!", True, ["אבג, דהו!"]),
        ("plain", False, ["plain"]),
        ("abc", True, ["abc"]),
    ],
)
def test_what_is_written_from_the_right_stands_there(text, rtl, seen):
    """Each stretch holds its letters in the order in which they are read; together they stand from left to right."""
    stretches = in_sight(in_runs(clusters(text), faces("he")), rtl=rtl)
    parted = []
    for each in stretches:  # a face more makes no other direction
        if parted and parted[-1][1] == each.rtl:
            before = parted.pop()[0]
            parted.append((each.text + before if each.rtl else before + each.text, each.rtl))
        else:
            parted.append((each.text, each.rtl))

    assert [text for text, _ in parted] == seen
