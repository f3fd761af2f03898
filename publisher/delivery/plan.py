"""Which channel will say what: the part of a delivery that touches neither network nor ledger."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from publisher.channels.base import Channel, Request
from publisher.channels.registry import build
from publisher.compose.composing import Wishes, compose
from publisher.compose.model import Variant
from publisher.config.located import nearest
from publisher.config.model import Block, Config
from publisher.delivery.beside import beside_organisation
from publisher.errors import PublishError
from publisher.release.model import IMAGE_TYPES, Release


@dataclass(frozen=True, eq=False, repr=False)
class Planned:
    """What one channel will say, the requests that will say it, and what to know before they go out, a line each."""

    channel: Channel
    variant: Variant
    requests: tuple[Request, ...]
    notes: tuple[str, ...] = ()


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


def make_plan(
    release: Release,
    config: Config,
    *,
    only: Sequence[str] = (),
    skip: Sequence[str] = (),
    for_sending: bool = False,
) -> Plan:
    """Compose and render a release for the chosen channels. Reads no more than the images' bytes.

    Args:
        release: As parsed.
        config: channels.yaml.
        only: Names of channels to take; none for every enabled one.
        skip: Names of channels to leave out.
        for_sending: Whether it is to be sent: unset variables and missing images are errors then.

    Raises:
        PublishError: An unknown channel name, a wrong setting, a text over its limit, a missing image.
    """
    release = beside_organisation(release, config)
    blocks = _chosen(config, only, skip, for_sending=for_sending)
    if not blocks:
        left = "no channel is left" if only or skip else "no channel is switched on"
        raise PublishError(left, where=config.file, hint="Set `enabled: true` on one of them, or choose others")
    channels = [build(config, block, for_sending=for_sending) for block in blocks]
    for media in release.media:
        if for_sending and "://" not in media.path and media.mime not in IMAGE_TYPES.values():
            kinds = ", ".join(sorted({ending.removeprefix(".") for ending in IMAGE_TYPES}))
            raise PublishError(f"{media.path} is no image that can go along", where=release.file, hint=f"Use {kinds}")
    address, notes = _address(release, config, channels)
    names = {name for block in config.blocks for name in (block.name, block.type)}
    notes += [
        f"`variants` names `{name}`, which is no channel here. {nearest(name, sorted(names))}"
        for name in release.variants
        if name not in names
    ]
    deliveries: list[Planned] = []
    skipped: list[Channel] = []
    for channel in channels:
        variant = compose(release, channel.capabilities, _wishes(config, channel), address)
        if variant is None:
            notes.append(f"{channel.name} is switched off in the release's front matter")
            skipped.append(channel)
            continue
        requests = tuple(channel.render(variant))
        problems = list(dict.fromkeys(_problems(channel, requests)))
        if problems and for_sending:
            raise PublishError(problems[0], where=release.file, hint="Nothing was sent")
        warnings = (*variant.warnings, *problems)
        notes_on_it = tuple(channel.notes(requests))
        deliveries.append(Planned(channel, replace(variant, warnings=warnings), requests, notes_on_it))
    return Plan(release, tuple(deliveries), tuple(skipped), tuple(notes))


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


def with_files(request: Request) -> Request:
    """The request with each file that goes along named in full, so that it is found from anywhere, and its SHA-256."""
    paths = [Path(upload.path).resolve() for upload in request.uploads]
    uploads = tuple(
        replace(upload, path=str(path), sha256=hashlib.sha256(path.read_bytes()).hexdigest())
        for upload, path in zip(request.uploads, paths, strict=True)
    )
    return replace(request, uploads=uploads)


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
    """The canonical link, from the first channel that gives one, whether it is chosen this time or not."""
    notes: list[str] = []
    for channel in channels:
        if channel.capabilities.canonical and (link := channel.permalink(release.slug)):
            return link, notes
    taking_part = {channel.name for channel in channels}
    for block in config.blocks:
        if not block.enabled or block.name in taking_part:
            continue
        channel = build(config, block, for_sending=False)
        if channel.capabilities.canonical and (link := channel.permalink(release.slug)):
            notes.append(
                f"the link leads to {block.name}, which is left out this time: make sure that its page is there"
            )
            return link, notes
    return None, notes


def _wishes(config: Config, channel: Channel) -> Wishes:
    settings = channel.settings
    return Wishes(
        channel=channel.name,
        type=channel.type,
        layout=settings.layout,
        sections=settings.sections,
        hashtags=settings.hashtags,
        handles=_handles(config, channel),
        numbering=settings.numbering,
        link_card=settings.link_card,
        utm=settings.utm.model_dump(exclude_defaults=True) if settings.utm else {},
    )


def _handles(config: Config, channel: Channel) -> dict[str, str]:
    """Names to accounts on this channel's network, by the channel's name or else its type; handles with their `@`."""
    how = channel.capabilities.mentions
    found: dict[str, str] = {}
    for name, accounts in config.organisation.mentions.items() if how else ():
        account = (accounts.get(channel.name) or accounts.get(channel.type) or "").strip()
        if account:
            found[name] = f"@{account.removeprefix('@')}" if how == "handle" else account
    return found


def _problems(channel: Channel, requests: Sequence[Request]) -> Iterator[str]:
    """What is wrong with the images that would go along: looked at before anything is public."""
    for upload in (upload for request in requests for upload in request.uploads):
        if not Path(upload.path).is_file():
            yield f"the image {upload.path} is not there"
        elif not os.access(upload.path, os.R_OK):
            yield f"the image {upload.path} may not be read"
        elif problem := channel.check_upload(upload):
            yield f"{channel.name}: {problem}"
        elif (limit := channel.capabilities.alt_max) and len(upload.alt) > limit:
            length = f"{len(upload.alt):,} characters, and {limit:,} fit"
            yield f"{channel.name}: the alternative text of {upload.path} has {length}"
