"""`Site`: where a newsroom lies and what it is called."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

PAGE = "index.html"


@dataclass(frozen=True, eq=False, repr=False)
class Site:
    """The newsroom: the folder it lies in, its name, and its address without a closing slash, where it has one.

    `home` is the organisation's own website.
    """

    folder: Path
    title: str
    base_url: str | None = None
    home: str | None = None

    def permalink(self, slug: str) -> str | None:
        return f"{self.base_url}/{quote(slug, safe='')}/" if self.base_url else None
