"""Writing the whole newsroom anew from what it keeps, with today's theme, logo and colours."""

from __future__ import annotations

from collections.abc import Callable

from publisher.channels.base import Rebuilt
from publisher.channels.newsroom_site.disk import locked
from publisher.channels.newsroom_site.files import page_files
from publisher.channels.newsroom_site.reading import stored, whole
from publisher.channels.newsroom_site.site import Site
from publisher.channels.newsroom_site.staging import Stage, check_ours
from publisher.channels.newsroom_site.store import LOCK_WAIT
from publisher.channels.newsroom_site.whole import Newsroom, first_files, leftovers

_BATCH = 250
"""Pages that are written before another publication may have its turn."""


def rebuild(site: Site, progress: Callable[[int, int], None]) -> Rebuilt:
    """Write every file that is not as it would be today. Entries and images stay as they are.

    Pages are written in batches, and the lock is let go of between them; what another publication changed meanwhile is
    looked at again.

    Args:
        site: The newsroom.
        progress: Called with the pages done and the pages in all.

    Returns:
        How many pages were written, and how many were right.

    Raises:
        ValueError: The folder holds what it should not, or the theme has a mistake; pages are whole all the same.
        OSError: Files could not be read or written; running it again completes it.
    """
    if not site.folder.exists():
        return Rebuilt(0, 0, 0)
    built: dict[str, str] = {}
    written: set[str] = set()
    first = first_files(site)
    while True:
        with locked(site.folder, LOCK_WAIT):
            newsroom = Newsroom.of(site, stored(site.folder), None, built)
            check_ours(site.folder, newsroom.names, newsroom.before.files)
            waiting = [slug for slug, around in newsroom.around.items() if built.get(slug) != around.digest]
            with Stage(site.folder, many=True) as stage:
                others = stage.put(first)
                for slug in waiting[:_BATCH]:
                    if stage.put(_page(newsroom, slug)):
                        written.add(slug)
                    built[slug] = newsroom.around[slug].digest
                    progress(len(built), len(newsroom.order))
                stage.swap()
            if len(waiting) > _BATCH:
                continue
            newsroom = Newsroom.of(site, {entry.slug: entry for entry in newsroom.order}, None, built)
            stale = leftovers(site, newsroom)
            with Stage(site.folder, many=True) as stage:
                for name, data in newsroom.shared(thorough=True):
                    others += stage.put({name: data})
                stage.swap()
                stage.drop(stale)
            pages = set(newsroom.around)
            return Rebuilt(len(written & pages), len(pages - written), others + len(stale))


def _page(newsroom: Newsroom, slug: str) -> dict[str, bytes]:
    site = newsroom.site
    entry = whole(site.folder, slug)
    folder = site.folder / slug
    images = {each.src: path.read_bytes() for each in entry.files if (path := folder / each.src).is_file()}
    files = page_files(entry, site, newsroom.around[slug], images)
    return {f"{slug}/{name}": data for name, data in files.items()}
