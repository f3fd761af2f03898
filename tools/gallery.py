"""The gallery: what every channel says of a sample release, as a page for docs/."""

from __future__ import annotations

import json
from collections.abc import Iterator

from every_channel import plan_for_every_channel

from publisher.delivery.plan import Planned
from publisher.documents import read
from publisher.preview.model import Shown, extent, plural
from publisher.preview.plain import alt_text
from publisher.release import parse

HEAD = """# The gallery

What every channel says of {releases}. Each post stands here as a reader sees it, with its length by the network's own
count, and with the request that `publish` would send. `make docs` writes this page, and the full run compares it with
what would be written.
"""


def gallery(files: list[str]) -> str:
    names = "two releases, " + " and ".join(f"[{file.partition('/')[2]}](../{file})" for file in files)
    lines = [HEAD.format(releases=names)]
    for file in files:
        release = parse(read(file))
        lines.append(f"\n## {release.headline}\n")
        for planned in plan_for_every_channel(release).deliveries:
            lines.extend(_channel(planned))
    return "\n".join(lines) + "\n"


def _channel(planned: Planned) -> Iterator[str]:
    variant = planned.variant
    shown = Shown(variant, planned.channel.capabilities, planned.requests, planned.notes, planned.places)
    yield f"\n### {variant.channel}: {variant.layout}, {plural(len(variant.posts), 'post')}\n"
    for number, (post, request, limit) in enumerate(shown.posts(), start=1):
        yield f"{number}. {extent(post, limit)}\n"
        yield _fenced(post.text.plain, "text")
        yield from (f"- image: {media.path}; {alt_text(media.alt)}" for media in post.media)
        if post.card:
            yield f"- link card: {post.card.title} ({post.card.url}): {post.card.description}"
            yield from (f"- its picture: {image.path}" for image in [post.card.image] if image)
        body = json.dumps(request.as_json(), ensure_ascii=False, indent=1)
        yield f"\n<details><summary>The request</summary>\n\n{_fenced(body, 'json')}\n</details>\n"
    yield from (f"- warning: {warning}" for warning in variant.warnings)
    yield from (f"- note: {note}" for note in shown.notes)


def _fenced(text: str, kind: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{kind}\n{text}\n{fence}\n"
