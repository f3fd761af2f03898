"""`Site`: where a newsroom lies, what it is called, and how it looks."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from publisher.channels.newsroom_site.colours import Palette

PAGE = "index.html"
STYLE = "style.css"
ARCHIVE = "archive"

MARK = "publish newsroom"
"""Stands near the top of each file that lies beside the pages: one without it is somebody else's, never replaced."""


@dataclass(frozen=True, eq=False, repr=False)
class Site:
    """The newsroom: the folder it lies in, its name, and its address without a closing slash, where it has one.

    `home` is the organisation's own website and `organisation` its name, where that is not the newsroom's. `language`
    is a language tag (BCP 47), `description` a sentence on what stands here, `rights` a line such as "© Rivers Alive",
    `logo` the name of an image in the folder, or a web address; `logo_file` is what is copied there. `theme` is a
    folder of templates that stand in for ours; a style sheet in it comes behind ours, or in its place (`style`).
    """

    folder: Path
    title: str
    base_url: str | None = None
    home: str | None = None
    organisation: str | None = None
    language: str | None = None
    description: str | None = None
    rights: str | None = None
    logo: str | None = None
    logo_file: Path | None = None
    theme: Path | None = None
    style: Literal["add", "replace"] = "add"
    palette: Palette = field(default_factory=Palette)

    @property
    def publisher(self) -> str:
        """Who issues the releases."""
        return self.organisation or self.title

    def permalink(self, slug: str) -> str | None:
        return f"{self.base_url}/{quote(slug, safe='')}/" if self.base_url else None
