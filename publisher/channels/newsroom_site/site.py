"""`Site`: where a newsroom lies and what it is called."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

PAGE = "index.html"

MARK = "publish newsroom"
"""Stands near the top of each file beside the pages' folders: one without it is somebody else's, and never replaced."""


@dataclass(frozen=True, eq=False, repr=False)
class Site:
    """The newsroom: the folder it lies in, its name, and its address without a closing slash, where it has one.

    `home` is the organisation's own website and `organisation` its name, where that is not the newsroom's. `language`
    is a language tag (BCP 47), `description` a sentence on what stands here, `rights` a line such as "© Rivers Alive",
    `logo` the name of an image in the folder, or a web address.
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

    @property
    def publisher(self) -> str:
        """Who issues the releases."""
        return self.organisation or self.title

    def permalink(self, slug: str) -> str | None:
        return f"{self.base_url}/{quote(slug, safe='')}/" if self.base_url else None
