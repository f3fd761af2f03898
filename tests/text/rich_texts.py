"""Rich texts with everything in them that a markup could stumble over."""

from __future__ import annotations

import random

from hypothesis import strategies as st

from publisher.text.rich import RichText, Span

HOSTILE = (
    *"_*~`|\\[](){}<>@#&\"'!:;.+->/^$=%",
    *("**", "__", "~~", "||", "```", "](", "\\*", "&amp;", "&lt;", "<script>", "</a>", "<b>", "<!--", "]]>", "{{7*7}}"),
    *(
        "@everyone",
        "@here",
        "<!channel>",
        "<!here>",
        "<@U123>",
        "<@123>",
        "<@&1>",
        "<#1>",
        "<t:1>",
        "<:e:1>",
        "<a:e:1>",
    ),
    *(
        ":tada:",
        ":+1:",
        "10:30:45",
        "# ",
        "## x",
        "-# ",
        "- ",
        "+ ",
        "> ",
        ">>> ",
        "1. ",
        "2) ",
        "#One",
        "@jane.example",
    ),
    *(
        "snake_case_name",
        "5 * 3",
        "*a*",
        "_b_",
        "~c~",
        "`d`",
        "https://bare.example/a_b_c?x=1&y=*",
        "[x](https://e.example)",
    ),
    *("＊", "＿", "｀", "＞", "“", "„", "…", "é", "e\u0301", "a" + "\u0301" * 30, "日本", "𝔉"),
    *(
        "👩\u200d👩\u200d👧",
        "🇩🇪",
        "\u200f",
        "\u202e",
        "مرحبا",
        "\u2028",
        "\x00",
        "\ud800",
        "\ufffe",
        "\ufeff",
        "\u00a0",
    ),
    *(" ", "  ", "\n", "\r\n", "\r", "\n\n", "\t", "a", "word", "Ünder", "1", "x"),
)
ADDRESSES = (
    "https://one.example/a_b?utm_source=x&y=(z)",
    "http://two.example/ü|<>'\" *",
    "mailto:press@three.example",
    "javascript:alert(1)",
    "not an address",
    "tg://user?id=1",
    "https://",
    "\ud800",
)
MENTIONS = ("12345", "U0AB1", "@jane.example", "@jane:four.example", "urn:li:organization:77", "<@U1>|x", "")

words = st.lists(st.sampled_from(HOSTILE), max_size=5).map("".join) | st.text(
    st.characters(exclude_categories=("Co",)), max_size=8
)
marked = {"bold": st.booleans(), "italic": st.booleans()}
spans = st.one_of(
    st.builds(Span, words, **marked),
    st.builds(Span, words, **marked, code=st.booleans(), link=st.none() | st.sampled_from(ADDRESSES)),
    st.builds(Span, words, **marked, link=words.map("https://five.example/".__add__)),
    st.builds(Span, words.map("#".__add__), hashtag=st.just(True)),
    st.builds(Span, words | st.just("Jane Doe"), **marked, mention=st.sampled_from(MENTIONS) | words),
)
rich_texts = st.lists(spans, max_size=7).map(lambda parts: RichText(tuple(parts)))


def drawn(seed: int) -> RichText:
    """A text by chance, the same for a seed: many of them cost less than hypothesis takes to think of a few."""
    chance = random.Random(seed)  # noqa: S311 -- not for secrets

    def span() -> Span:
        words = "".join(chance.choices(HOSTILE, k=chance.randrange(6)))
        link, mention = (chance.choice(each) if chance.random() < 0.2 else None for each in (ADDRESSES, MENTIONS))
        marks = (chance.random() < 0.3 for _ in range(3))
        return Span(words, *marks, link=link, hashtag=words.startswith("#"), mention=mention)

    return RichText(tuple(span() for _ in range(chance.randrange(8))))


def bare(text: str) -> str:
    """Text without the invisible characters by which some markups keep a sign from acting."""
    return text.translate(dict.fromkeys(map(ord, "\u200b\u00ad")))


def says(seen: str, text: RichText, named: set[str | None]) -> bool:
    """Whether all letters and digits of a text are seen in their order, whatever else is; mentions of `named` apart."""
    wanted = "".join(span.text for span in text.spans if span.link or span.mention not in named)
    left = iter(seen.lower())
    return all(letter in left for letter in wanted.lower() if letter.isalnum())
