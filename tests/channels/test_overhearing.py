"""A network's answers are kept as they came, and nothing that must stay secret is kept with them."""

from __future__ import annotations

from publisher.channels.overhearing import MOST, hear, overhear
from publisher.config.secrets import remember


def test_an_answer_is_heard_with_its_code():
    """Bytes or words; each answer is one entry, in order."""
    with overhear() as heard:
        hear(500, b'{"error":"InternalServerError"}')
        hear("250", "2.0.0 queued")

    assert heard == ['500 {"error":"InternalServerError"}', "250 2.0.0 queued"]


def test_nobody_who_does_not_listen_keeps_anything():
    """Outside of it an answer is let go; within another listener only the inner one hears."""
    hear(200, b"let go")
    with overhear() as outer:
        with overhear() as inner:
            hear(200, b"once")
        hear(204, b"")

    assert (outer, inner) == (["204"], ["200 once"])


def test_a_secret_is_masked_and_an_endless_answer_is_cut():
    """Also a secret that stands where the answer is cut."""
    remember("hush-hush-hush")
    for before in range(MOST - 20, MOST + 5):
        with overhear() as heard:
            hear(200, b"x" * before + b"hush-hush-hush" * 100)
        assert "hush-h" not in heard[0]
        assert len(heard[0]) <= MOST
