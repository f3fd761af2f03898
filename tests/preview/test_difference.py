"""What became of a text, sentence by sentence, and of the posts of a thread."""

import time

from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.preview.changes import Side, changed, closing, lines, marked, plain
from publisher.preview.difference import Piece, pieces, posts_changed

SENTENCES = st.sampled_from(
    [
        "The mill grinds.",
        "“We waited,” said Ruiz.",
        "Dr. Ito paid 3.50 euro!",
        "No end",
        "• a plan",
        "数える。",
        "",
        " ",
    ]
)
TEXTS = st.lists(st.tuples(SENTENCES, st.sampled_from([" ", "\n", "\n\n", "  ", "\r\n", "\u2028"])), max_size=14).map(
    lambda found: "".join(sentence + between for sentence, between in found)
)


def side(*texts, digests=None, **more):
    """A channel whose posts say this, in the form of a preview's JSON, each with a fingerprint."""
    posts = [{"text": text, "media": [], "card": None, **more} for text in texts]
    return Side({"posts": posts}, dict(enumerate(texts)) if digests is None else digests)


def told(before, after):
    return [plain(line) for line in lines([changed("wire", "sent", before, after)])]


@given(was=TEXTS | st.text(), now=TEXTS | st.text())
@settings(max_examples=examples(3_000), deadline=None)
def test_what_stays_and_what_is_added_make_the_new_text_letter_by_letter(was, now):
    """And what stays and what is removed make the old one, but for its white space."""
    found = pieces(was, now)

    assert "".join(piece.text for piece in found if piece.kind != "removed") == now
    assert "".join(piece.text for piece in found if piece.kind != "added").split() == was.split()


@given(text=TEXTS | st.text())
@settings(max_examples=examples(1_000), deadline=None)
def test_a_text_is_the_same_as_itself(text):
    assert {piece.kind for piece in pieces(text, text)} <= {"same"}
    assert changed("wire", "", side(text), side(text)).state == "same"


@given(texts=st.lists(TEXTS, max_size=5), others=st.lists(TEXTS, max_size=5))
@settings(max_examples=examples(800), deadline=None)
def test_each_post_of_a_thread_is_told_of_once(texts, others):
    found = posts_changed([{"text": text} for text in texts], [{"text": text} for text in others])

    assert sorted(post.was for post in found if post.was) == list(range(1, len(texts) + 1))
    assert [post.now for post in found if post.now] == list(range(1, len(others) + 1))
    for post in found:
        if post.now:
            assert "".join(piece.text for piece in post.pieces if piece.kind != "removed") == others[post.now - 1]


def test_a_changed_sentence_is_shown_whole_and_its_neighbours_are_not_called_changed():
    found = pieces("The mill grinds. We waited long.\n\nSee you.", "The mill grinds. We waited for years.\n\nSee you.")

    assert found == (
        Piece("same", "The mill grinds. "),
        Piece("removed", "We waited long.\n\n"),
        Piece("added", "We waited for years.\n\n"),
        Piece("same", "See you."),
    )


def test_the_words_of_a_comparison():
    before = side("The mill grinds. We waited long.", "Read on.")
    after = side("The mill grinds. We waited for years.", "A new one.", "Read on.")

    assert told(before, after) == [
        "Channel wire: changed (sent)",
        "Post 1 says something else",
        "1 sentence as before",
        "was: We waited long.",
        "now: We waited for years.",
        "Post 2 is new",
        "now: A new one.",
    ]
    change = changed("wire", "sent", before, after)
    assert [marked(line) for line in lines([change])][3:5] == ["- We waited long.", "+ We waited for years."]
    assert closing([change, changed("page", "", after, after)]) == "1 channel changed, 1 channel the same"


def test_images_alternative_texts_and_the_card_are_compared():
    """An image is known by its name, wherever its folder lies."""
    card = {"url": "https://a.example/", "title": "The mill", "description": "", "image": None}
    before = side("Hi.", digests={0: "1"}, media=[{"path": "img/a.png", "alt": "A mill"}], card=card)
    media = [{"path": "/srv/img/a.png", "alt": None}, {"path": "b.png", "alt": "A wheel"}]
    after = side("Hi.", digests={0: "2"}, media=media, card={**card, "title": "The wheel"})

    assert told(before, after) == [
        "Channel wire: changed (sent)",
        "1 sentence as before",
        "Alternative text of a.png",
        "was: A mill",
        "now: none",
        "Image",
        "was: none",
        "now: b.png",
        "Alternative text of b.png",
        "was: none",
        "now: A wheel",
        "Title of the link card",
        "was: The mill",
        "now: The wheel",
    ]


def test_who_is_new_on_a_list_and_who_is_gone_is_summed_up():
    names = [f"desk{number}@paper.example" for number in range(9)]
    five = ", ".join(names[2:7])
    before = side("Hi.", digests=dict.fromkeys(names[:2], "1"))
    after = side("Hi.", digests=dict.fromkeys(names[1:], "1"))

    assert told(before, after) == [
        "Channel wire: changed (sent)",
        f"7 recipients new: {five} and 2 more",
        "1 recipient no longer on the list: desk0@paper.example",
    ]


def test_the_same_words_sent_otherwise_are_said_to_be():
    """The link behind a word, the bytes of an image."""
    change = changed("wire", "sent", side("Hi.", digests={0: "1"}), side("Hi.", digests={0: "2"}))

    assert change.state == "changed"
    assert "every word is the same" in change.remark


def test_where_no_words_were_kept_the_requests_tell_which_posts_differ():
    after = Side(side("a", "b").shown, {0: "1", 1: "3", 2: "4"})
    change = changed("wire", "sent", Side(None, {0: "1", 1: "2"}), after)

    assert change.state == "changed"
    assert "kept no words to compare with; what differs: posts 2, 3" in change.remark
    assert changed("wire", "sent", Side(None, {0: "1"}), Side(after.shown, {0: "1"})).state == "same"


def test_two_long_texts_with_nothing_in_common_are_compared_in_no_time():
    was, now = ("".join(f"{word} {at}.\n" for at in range(5_000)) for word in ("Alpha", "Beta"))
    begun = time.process_time()
    found = pieces(was, now)

    assert time.process_time() - begun < 5
    assert len(found) == 10_000
