"""A release that attacks its reader in every field."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from real.sample_site import pictures

from publisher.documents.model import Block
from publisher.release.model import Contact, Dateline, Media, Quote, Release
from publisher.text.rich import as_rich

ATTACKS = [
    "\"><script>window.hurt = alert('hurt')</script>",
    "'><img src=x onerror=\"window.hurt = alert('hurt')\">",
    "]]>{{7*7}}<!--",
    '<svg onload="window.hurt = 1"><style>*{display:none}</style>',
    "\x00\x0b\x1b[31m\u202e\u2066",
    "</title></style></textarea><base href=https://evil.example/>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "[link](javascript:window.hurt=1) &lt;b&gt; &amp;quot; <a href=\"javascript:alert('hurt')\" id=hurt>x</a>",
]
ATTACK = " ".join(ATTACKS)
VISIBLE = ATTACKS[0]
"""How the attack begins on a page that shows it as text."""


def marked(name: str) -> str:
    """The attack between two words, by which it is found again on a page."""
    return f"Begin{name} {ATTACK} end{name}."


def hostile(folder: Path) -> Release:
    """The release; its image lies in the folder."""
    pictures(folder)
    return Release(
        file=str(folder / "hostile.md"),
        headline=marked("headline"),
        slug="hostile",
        language='en"><script>window.hurt = 1</script>',
        subheadline=marked("subheadline"),
        dateline=Dateline(marked("place"), date(2026, 11, 12)),
        lede=marked("lede"),
        body=(
            Block("paragraph", as_rich(marked("paragraph"))),
            Block("heading", as_rich(marked("heading")), level=2),
            Block("quotation", as_rich(marked("quotation"))),
            Block("item", as_rich(marked("item"))),
        ),
        quotes=(Quote((f"We said {marked('quote')}",), marked("speaker"), marked("title")),),
        actions=(marked("action"), marked("another")),
        actions_intro=marked("intro"),
        boilerplate=marked("boilerplate"),
        contacts=(Contact(marked("contact"), f"press@rivers.example.org{ATTACK}", f"+1 503 {ATTACK}"),),
        hashtags=("River", f"Tag{ATTACK}"),
        media=(Media(str(folder / "wide.png"), marked("alt")),),
        link=f"https://rivers.example.org/{ATTACK}",
    )
