"""What channels.yaml, and a release's own front matter, ask of one channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast, get_args

from publisher.compose.model import Layout, Section
from publisher.compose.notice import Notice
from publisher.config.located import nearest
from publisher.errors import PublishError
from publisher.release.model import Release

if TYPE_CHECKING:
    from publisher.compose.carded import Deck
    from publisher.compose.templates import Template

_OVERRIDES: Mapping[str, type] = {
    "layout": str,
    "sections": list,
    "hashtags": list,
    "numbering": bool,
    "link_card": bool,
    "cards": bool,
}
_OVERRIDE_HINT = "Write a text in quotes, false, or {sections: [headline, link]}"


@dataclass(frozen=True, eq=False, repr=False)
class Wishes:
    """What channels.yaml asks of one channel's variant.

    `handles` maps names to accounts on this network. `link_card` says whether the link card is wanted, None for where
    it takes no image's place. `utm` holds the parameters for the link by their names without `utm_`. `template` writes
    the posts, unless the release says otherwise. `notice` is what stands on top of it while it is under embargo.
    `cards` says whether posts get cards of quotes and headline, which `deck` makes. `boilerplate` stands under a whole
    release that has none.
    """

    channel: str
    type: str
    layout: Layout | None = None
    sections: tuple[Section, ...] | None = None
    hashtags: tuple[str, ...] = ()
    handles: Mapping[str, str] = field(default_factory=dict)
    numbering: bool = False
    link_card: bool | None = None
    utm: Mapping[str, str] = field(default_factory=dict)
    template: Template | None = None
    notice: Notice | None = None
    cards: bool = False
    deck: Deck | None = None
    boilerplate: str | None = None


def override_of(release: Release, wishes: Wishes) -> object:
    """The front matter's word on this channel, by its name or else its type: a text, wishes, False, or nothing.

    Raises:
        PublishError: It is something else.
    """
    for key in (wishes.channel, wishes.type):
        if key in release.variants:
            said = release.variants[key]
            if not (said is None or isinstance(said, bool | str | Mapping)):
                raise PublishError(f"`{key}` under `variants` is no text", where=release.file, hint=_OVERRIDE_HINT)
            return said
    return None


def overridden(wishes: Wishes, override: Mapping[str, object], file: str) -> Wishes:
    """The wishes with what the front matter says of this channel; its own sections or layout stand before a template.

    Raises:
        PublishError: It names a key or a section that there is not, or gives a value of the wrong kind.
    """
    where = f"`variants` for {wishes.channel}"
    for key, value in override.items():
        if key not in _OVERRIDES:
            raise PublishError(f"{where}: unknown key `{key}`", where=file, hint=nearest(str(key), list(_OVERRIDES)))
        if not isinstance(value, _OVERRIDES[key]):
            raise PublishError(f"{where}: `{key}` has the wrong kind of value", where=file, hint=_OVERRIDE_HINT)
    for section in cast("list[object]", override.get("sections", [])):
        if section not in get_args(Section):
            known = list(get_args(Section))
            raise PublishError(f"{where}: unknown section `{section}`", where=file, hint=nearest(str(section), known))
    template = None if "sections" in override or "layout" in override else wishes.template
    return replace(wishes, **cast("dict[str, Any]", override), template=template)
