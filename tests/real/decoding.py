"""What a reader sees of a request, read off its wire form sign by sign, by none of the program's own means.

Each network's form has its reader here; `said` picks it by what the request looks like. Lines come without the marks of
lists, without empty ones among them, and with one kind of blank.
"""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from html.parser import HTMLParser

from recounts.linkedin import read as little_text

_BLOCKS = set("p div h1 h2 h3 h4 h5 h6 li ul ol blockquote figure figcaption address section br hr body".split())
_UNSEEN = "\u200b\u2060\ufeff"


class _Page(HTMLParser):
    """The text of HTML, a line break at each edge of a block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("head", "title", "style")
        self.text += "\n" if tag in _BLOCKS else ""

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("head", "title", "style")
        self.text += "\n" if tag in _BLOCKS else ""

    def handle_data(self, data: str) -> None:
        self.text += "" if self.hidden else data


def html_text(html: str) -> str:
    page = _Page()
    page.feed(html)
    page.close()
    return page.text


def lines(text: str) -> list[str]:
    """The lines that say something, in one form."""
    plain = text.translate(dict.fromkeys(map(ord, _UNSEEN)))
    folded = (" ".join(line.split()) for line in re.split(r"[\n\r\u2028\u2029\x0b\x0c\x85]", plain))
    bare = (re.sub(r"^(?:[•–-]|\d+\.) ", "", line) for line in folded)
    return [line for line in bare if line not in ("", "•", "-")]


def said(kind: str, request) -> list[str]:
    """The lines that readers of a network of this kind see of a request."""
    return lines(_READERS[kind](request))


def behind_titles(request) -> list[str]:
    """Addresses to which a title leads that is a link by itself: nothing in the text says so."""
    return [each["url"] for each in (request.json or {}).get("embeds", ()) if "url" in each]


def words(lines: list[str]) -> list[str]:
    """The words of a page, where what stands in one line there may stand in several here, without commas."""
    return re.sub(r",? ", "\n", " ".join(lines)).split("\n")


def _telegram(request) -> str:
    body = request.json
    return html_text(body.get("text", body.get("caption")) or body["media"][0]["caption"])


def _bluesky(request) -> str:
    (write,) = request.json["writes"]
    return write["value"]["text"]


def _slack(request) -> str:
    return "\n".join(_slack_block(block) for block in request.json["blocks"] if block["type"] != "image")


def _slack_block(block) -> str:
    texts = [block["text"]] if "text" in block else block["elements"]
    return "\n".join(each["text"] if each["type"] == "plain_text" else _mrkdwn(each["text"]) for each in texts)


def _mrkdwn(markup: str) -> str:
    """Slack's own markup: links and marks, with what was written as itself behind an entity or in a date of no day."""
    kept: list[str] = []

    def keep(text: str) -> str:
        kept.append(text)
        return f"\x00{len(kept) - 1}\x01"

    text = re.sub(r"<!date\^0+\^\{_\}\|([^<>|]+)>", lambda match: keep(match[1]), markup)
    text = re.sub(r"<(?:https?|mailto):[^<>|\s]+\|([^<>]+)>", lambda match: keep(match[1]), text)
    text = re.sub(r"<(https?:[^<>|\s]+)>", lambda match: keep(match[1]), text)
    text = re.sub(r"<mailto:([^<>|\s]+)>", lambda match: keep(match[1]), text)
    text = re.sub(r"(?<![^\W_])([*_~`]+)(?=\S)|(?<=\S)([*_~`]+)(?![^\W_])", "", text)
    while re.search("\x00[0-9]+\x01", text):
        text = re.sub("\x00([0-9]+)\x01", lambda match: kept[int(match[1])], text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _discord(request) -> str:
    body = request.json
    parts = [part for each in body.get("embeds", ()) for part in (each.get("title", ""), each.get("description", ""))]
    return "\n".join(_discord_markdown(part) for part in [body.get("content", ""), *parts])


def _discord_markdown(markup: str) -> str:
    """Discord's Markdown: a sign behind a backslash as itself, a link by its words, marks left out."""
    token = re.compile(
        r"\\(?P<sign>[^\w\s])|(?P<code>`+)(?P<coded>.+?)(?P=code)|\[(?P<words>(?:[^\]\\]|\\.)+)\]\(<?(?:[^)\s]+)>?\)"
        r"|<(?P<address>https?://[^>\s]+)>|(?P<bare>https?://\S+)|(?P<mark>\*\*|[_*~])|(?P<other>.)",
        re.DOTALL,
    )

    def seen(match: re.Match[str]) -> str:
        if match["words"]:
            return _discord_markdown(match["words"])
        return next((match[name] for name in ("sign", "coded", "address", "bare", "other") if match[name]), "")

    return token.sub(seen, markup)


def _email(request) -> str:
    message = message_from_bytes(request.text.replace("\n", "\r\n").encode("ascii"), policy=policy.default)
    return html_text(message.get_body(("html",)).get_content())


def _wordpress(request) -> str:
    return "\n".join(html_text(request.json[name]) for name in ("title", "content"))


def _newsroom(request) -> str:
    entry = request.json
    contacts = [", ".join(filter(None, (c["name"], c["email"], c["phone"]))) for c in entry["contacts"]]
    body = [html_text(entry["html"]), html_text(entry["boilerplate"] or "")]
    return "\n".join([entry["headline"], entry["subheadline"] or "", *body, *contacts])


_READERS = {
    "x": lambda request: request.json["text"],
    "bluesky": _bluesky,
    "mastodon": lambda request: request.json["status"],
    "telegram": _telegram,
    "slack": _slack,
    "slack-webhook": _slack,
    "discord": _discord,
    "discord-webhook": _discord,
    "matrix": lambda request: html_text(request.json["formatted_body"]),
    "linkedin": lambda request: little_text(request.json["commentary"])[0],
    "email": _email,
    "wordpress": _wordpress,
    "newsroom": _newsroom,
}
