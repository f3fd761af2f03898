"""Which channel will say what: the part of a delivery that touches neither network nor ledger."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, partial
from pathlib import Path

from publisher.channels.base import Channel, Request, Upload
from publisher.channels.registry import build
from publisher.compose.composing import Wishes, compose
from publisher.compose.model import ImageRules, Variant
from publisher.compose.notice import notice_of
from publisher.config.located import nearest
from publisher.config.model import Block, Config
from publisher.delivery.beside import beside_organisation
from publisher.delivery.cards import Cards
from publisher.errors import PublishError
from publisher.release.model import IMAGE_TYPES, Media, Release


@dataclass(frozen=True, eq=False, repr=False)
class Planned:
    """What one channel will say, the requests that will say it, and what to know before they go out, a line each.

    Of the notes about one post, `places` says about which, counted from 0.
    """

    channel: Channel
    variant: Variant
    requests: tuple[Request, ...]
    notes: tuple[str, ...] = ()
    places: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, repr=False)
class Plan:
    """A release on all chosen channels.

    `skipped` are the channels that the release's front matter switches off; `notes` are one-line remarks about the plan
    as a whole.
    """

    release: Release
    deliveries: tuple[Planned, ...]
    skipped: tuple[Channel, ...] = ()
    notes: tuple[str, ...] = ()

    def close(self) -> None:
        """Let go of the channels' connections."""
        for planned in self.deliveries:
            planned.channel.close()


def make_plan(
    release: Release,
    config: Config,
    *,
    only: Sequence[str] = (),
    skip: Sequence[str] = (),
    for_sending: bool = False,
    embargo: datetime | None = None,
) -> Plan:
    """Compose and render a release for the chosen channels. Reads no more than the images' bytes, and writes no more
    than the cards that go along: the same ones each time, by the same names.

    Args:
        release: As parsed.
        config: channels.yaml.
        only: Names of channels to take; none for every enabled one.
        skip: Names of channels to leave out.
        for_sending: Whether it is to be sent: unset variables and missing images are errors then.
        embargo: Until when, with zone, the release is under embargo as it goes out; None: it is not. A channel that may
            carry it all the same says so on top.

    Raises:
        PublishError: An unknown channel name, a wrong setting, a text over its limit, a missing image.
    """
    release = beside_organisation(release, config)
    blocks = _chosen(config, only, skip, for_sending=for_sending)
    if not blocks:
        left = "no channel is left" if only or skip else "no channel is switched on"
        raise PublishError(left, where=config.file, hint="Set `enabled: true` on one of them, or choose others")
    channels = [build(config, block, for_sending=for_sending) for block in blocks]
    strangers = [_no_image(release, media) for media in release.media if not _may_be_image(media)]
    if strangers and for_sending:
        raise strangers[0]
    address, notes = _address(release, config, channels)
    notes += [f"{error.message}, and stops a publish. {error.hint}" for error in strangers]
    names = {name for block in config.blocks for name in (block.name, block.type)}
    notes += [
        f"`variants` names `{name}`, which is no channel here. {nearest(name, sorted(names))}"
        for name in release.variants
        if name not in names
    ]
    deliveries: list[Planned] = []
    skipped: list[Channel] = []
    cards = Cards(config)
    for channel in channels:
        notice = None
        if embargo and channel.settings.embargo == "allow":
            notice = notice_of(embargo, release.language, config.organisation.timezone)
        wishes = replace(
            _wishes(channel), notice=notice, deck=cards.deck("square" if channel.settings.cards == "square" else "wide")
        )
        variant = compose(release, channel.capabilities, wishes, address)
        if variant is None:
            notes.append(f"{channel.name} is switched off in the release's front matter")
            skipped.append(channel)
            continue
        requests = tuple(channel.render(variant))
        _make_cards(cards, requests, release, for_sending=for_sending)
        problems = _by_request(partial(_problems, channel), requests)
        if problems and for_sending:
            raise PublishError(next(iter(problems)), where=release.file, hint="Nothing was sent")
        stopping = {f"{problem}. This stops a publish": at for problem, at in problems.items()}
        warned = replace(variant, warnings=(*variant.warnings, *stopping), places={**stopping, **variant.places})
        deliveries.append(Planned(channel, warned, requests, *_notes(channel, requests)))
    return Plan(release, tuple(deliveries), tuple(skipped), tuple(notes))


def _may_be_image(media: Media) -> bool:
    return "://" in media.path or media.mime in IMAGE_TYPES.values()


def _no_image(release: Release, media: Media) -> PublishError:
    kinds = ", ".join(sorted({ending.removeprefix(".") for ending in IMAGE_TYPES}))
    return PublishError(f"{media.path} is no image that can go along", where=release.file, hint=f"Use {kinds}")


def refuse_errors(release: Release) -> None:
    """Hold a release in which the review found what must not go out as it stands.

    Raises:
        PublishError: It found an error; the first one is named.
    """
    errors = [finding for finding in release.findings if finding.severity == "error"]
    if errors:
        first = errors[0]
        where = release.file if first.line is None else f"{release.file}:{first.line}"
        more = f" (and {len(errors) - 1} more, named above)" if len(errors) > 1 else ""
        hint = f"{first.advice[:1].upper()}{first.advice[1:]}, or publish it as it is with --accept-warnings"
        raise PublishError(f"{first.what}{more}; nothing was sent", where=where, hint=hint)


def with_files(requests: Sequence[Request], rules: ImageRules | None) -> list[Request]:
    """The requests with their files as they will go along: the path in full, so that it is found from anywhere, and the
    file's SHA-256; and where a network has rules for images, the type that each will have.
    """
    planned = cache(partial(_planned, rules=rules))  # one file may go to many recipients
    return [replace(request, uploads=tuple(map(planned, request.uploads))) for request in requests]


def _planned(upload: Upload, rules: ImageRules | None) -> Upload:
    path = Path(upload.path).resolve()
    whole = replace(upload, path=str(path), sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    if rules is None:
        return whole
    from publisher.channels.images import as_sent  # noqa: PLC0415 -- only where a release has images

    return as_sent(whole, rules)


def _chosen(config: Config, only: Sequence[str], skip: Sequence[str], *, for_sending: bool) -> list[Block]:
    """The blocks to take. One that is switched off may be looked at by its name, but not sent to."""
    names = [block.name for block in config.blocks]
    for name in (*only, *skip):
        if name not in names:
            raise PublishError(f"there is no channel `{name}`", where=config.file, hint=nearest(name, names))
    off = {block.name for block in config.blocks if not block.enabled}
    for name in only:
        if name in off and for_sending:
            raise PublishError(f"the channel `{name}` is switched off", where=config.file, hint="Set `enabled: true`")
    return [
        block
        for block in config.blocks
        if block.name not in skip and (block.name in only if only else block.name not in off)
    ]


def _address(release: Release, config: Config, channels: Collection[Channel]) -> tuple[str | None, list[str]]:
    """The canonical link: the release's own, else that of the first channel that gives one, chosen this time or not.

    A channel that the release switches off gives none, as its page will never be there.
    """
    if release.link:
        return release.link, []
    notes: list[str] = []
    for channel in channels:
        if channel.capabilities.canonical and (link := channel.permalink(release.slug)):
            if not _is_switched_off(release, channel):
                return link, notes
            notes.append(
                f"{channel.name} makes no page of this release to link to. Write its address under `link`, if any"
            )
    taking_part = {channel.name for channel in channels}
    for block in config.blocks:
        if not block.enabled or block.name in taking_part:
            continue
        channel = build(config, block, for_sending=False)
        if _is_switched_off(release, channel):
            continue
        if channel.capabilities.canonical and (link := channel.permalink(release.slug)):
            notes.append(
                f"the link leads to {block.name}, which is left out this time: make sure that its page is there"
            )
            return link, notes
    return None, notes


def _is_switched_off(release: Release, channel: Channel) -> bool:
    """Whether the front matter says `false` to this channel, by its name or else its type."""
    return release.variants.get(channel.name, release.variants.get(channel.type)) is False


def _wishes(channel: Channel) -> Wishes:
    settings = channel.settings
    return Wishes(
        channel=channel.name,
        type=channel.type,
        layout=settings.layout,
        sections=settings.sections,
        hashtags=settings.hashtags,
        handles=_handles(channel),
        numbering=settings.numbering,
        link_card=settings.link_card,
        utm=settings.utm.model_dump(exclude_defaults=True) if settings.utm else {},
        template=channel.template,
        cards=bool(settings.cards),
        boilerplate=channel.boilerplate(),
    )


def _make_cards(cards: Cards, requests: Sequence[Request], release: Release, *, for_sending: bool) -> None:
    """Write what a preview shows, and a send uploads. A preview in a folder that is not ours goes on without."""
    try:
        cards.make(_uploads(requests))
    except OSError as error:
        if for_sending:
            why = f"the card cannot be written ({error.strerror or error}); nothing was sent"
            raise PublishError(
                why, where=release.file, hint="Make room in .publish/cards beside channels.yaml"
            ) from None


def _handles(channel: Channel) -> dict[str, str]:
    """Names to accounts on this channel's network, handles with their `@`; empty where it mentions nobody."""
    how = channel.capabilities.mentions
    accounts = channel.accounts() if how else {}
    return {name: f"@{each.removeprefix('@')}" if how == "handle" else each for name, each in accounts.items()}


def _notes(channel: Channel, requests: Sequence[Request]) -> tuple[tuple[str, ...], dict[str, int]]:
    """What to know before these requests go out; and what of it is about one post only, as it is told of that alone."""
    whole = channel.notes(requests)
    changes = _by_request(partial(_changes, channel), requests)
    places: dict[str, int] = {}
    if whole and len(requests) > 1 and not requests[0].recipient:
        each = [set(channel.notes([request])) for request in requests]
        for note in whole:
            said = [at for at, notes in enumerate(each) if note in notes]
            if len(said) == 1:
                places[note] = said[0]
    return (*whole, *changes), {**places, **changes}


def _by_request(tell: Callable[[Sequence[Request]], Iterable[str]], requests: Sequence[Request]) -> dict[str, int]:
    """What is told of each request's images, once, with the number of the first that it is told of."""
    seen: set[Upload] = set()
    found: dict[str, int] = {}
    for at, request in enumerate(requests):
        fresh = tuple(upload for upload in request.uploads if upload not in seen)
        seen.update(fresh)
        for line in tell([replace(request, uploads=fresh)]) if fresh else ():
            found.setdefault(line, 0 if request.recipient else at)
    return found


def _problems(channel: Channel, requests: Sequence[Request]) -> Iterator[str]:
    """What is wrong with the images that would go along: looked at before anything is public."""
    for upload in _uploads(requests):
        if unreadable := _unreadable(upload.path):
            yield f"the image {upload.path} {unreadable}"
        elif problem := channel.check_upload(upload):
            yield f"{channel.name}: {problem}"
        elif (limit := channel.capabilities.alt_max) and len(upload.alt) > limit:
            length = f"{len(upload.alt):,} characters, and {limit:,} fit"
            yield f"{channel.name}: the alternative text of {upload.path} has {length}"


def _changes(channel: Channel, requests: Sequence[Request]) -> Iterator[str]:
    """What is done to the images before they go out."""
    rules = channel.capabilities.images
    for upload in _uploads(requests) if rules else ():
        from publisher.channels.images import image_note  # noqa: PLC0415 -- only where a release has images

        if not _unreadable(upload.path) and rules and (note := image_note(upload, rules)):
            yield note


def _uploads(requests: Sequence[Request]) -> Iterator[Upload]:
    return iter(dict.fromkeys(upload for request in requests for upload in request.uploads))


def _unreadable(path: str) -> str:
    """Why a path is no file that can be read; empty where it is one. Nothing is opened."""
    try:
        mode = Path(path).stat().st_mode
    except FileNotFoundError:
        return "is not there"
    except (OSError, ValueError) as error:
        return f"cannot be read ({getattr(error, 'strerror', None) or error})"
    if stat.S_ISDIR(mode):
        return "is a folder"
    if not stat.S_ISREG(mode):
        return "is no file"
    return "" if os.access(path, os.R_OK) else "may not be read"
