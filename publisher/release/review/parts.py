"""Parts that a release should have, and has not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from publisher.documents.model import Finding
from publisher.release.contacts import has_details
from publisher.release.review.material import Material
from publisher.text.excerpts import excerpt
from publisher.text.patterns import later

_LONGEST_HEADLINE = 200
_LONGEST_GREETING = 6
_FILE_NAME = later(
    r"(?i).+\.(?:jpe?g|png|gif|webp|avif|heic|tiff?|bmp|svg)"
    r"|(?:images?|img|pic|picture|photo|foto|bild|imagen|immagine|graphics?|logo|screenshot|unnamed|untitled"
    r"|img_e|dsc[fn]?_?|pxl|dji|gopr|mvi|p)[\s_().0-9-]*"
)
"""`photo.jpg`, `IMG_1234`, `image`, `photo 1`: what cameras and programs call a file."""


def no_headline(material: Material) -> Iterator[Finding]:
    if not material.headline:
        yield Finding("headline", "there is no headline", "write one on the first line", severity="error")


def greeting(material: Material) -> Iterator[Finding]:
    """`Hi all,`: a covering note stands above the release, and would be published with it."""
    words = material.language.phrases("greetings")
    first = next((line for line in material.lines if line.is_text), None)
    text = first.plain.strip() if first is not None else ""
    if first and first.words <= _LONGEST_GREETING and text.endswith((",", "!")) and text.lower().startswith(words):
        what = f"the release begins like a letter: “{excerpt(text)}”"
        yield Finding("greeting", what, "take the note above the headline out", first.number, severity="error")


def long_headline(material: Material) -> Iterator[Finding]:
    if len(material.headline) > _LONGEST_HEADLINE:
        at = next((material.lines[index].number for index in material.frame.headline), None)
        line = material.document.front_lines.get("headline", at)
        what = f"the headline has {len(material.headline)} characters: “{excerpt(material.headline)}”"
        advice = "shorten it; what it explains can stand in the subheadline"
        yield Finding("headline", what, advice, line)


def no_contact(material: Material) -> Iterator[Finding]:
    """Only where no address and no number stands anywhere: some releases name whom to ring in the news itself."""
    if material.contacts or not any(line.is_text for line in material.lines):
        return
    if not any(
        has_details(line.plain, material.language) for line in (*material.lines, *material.margins) if line.is_text
    ):
        advice = "add a line such as Contact: Jane Doe, 555-123-4567, jane@mill.example"
        yield Finding("contact", "nobody is named whom journalists can ring or write to", advice)


def images(material: Material) -> Iterator[Finding]:
    lines = {block.src: block.line for block in material.document.blocks if block.kind == "image"}
    in_front = material.document.front_lines.get("media")
    for image in material.media:
        line = in_front or lines.get(image.path)
        if image.alt is None:
            what = f"the image {image.path} has no alternative text"
            advice = 'say what it shows, or write `alt: ""` if it only decorates'
            yield Finding("alt-text", what, advice, line, severity="error")
        elif _is_a_name(image.alt, image.path):
            what = f"the alternative text of {image.path} is a file's name: “{excerpt(image.alt)}”"
            yield Finding("alt-text", what, "say what it shows", line)


def _is_a_name(alt: str, path: str) -> bool:
    """Whether an alternative text is what a camera or a program calls a file, or names no more than the kind of it."""
    words = alt.strip()
    bare = PurePath(path).stem
    return bool(_FILE_NAME.fullmatch(words) or (len(words.split()) == 1 and words.casefold() == bare.casefold()))
