"""Matrix: a room on any homeserver, by an access token of the account that posts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, unquote

from pydantic import AfterValidator, Field, SecretStr

from publisher.channels.base import (
    MASK,
    Account,
    Channel,
    ChannelError,
    ChannelSettings,
    Receipt,
    Request,
    WebAddress,
)
from publisher.channels.images import file_name, read_picture
from publisher.channels.look import Look
from publisher.channels.matrix_answers import find_among, id_in
from publisher.channels.matrix_event import GROWTH, MOST, content_of, event_bytes, in_thread, is_user_id, with_image
from publisher.channels.matrix_server import Homeserver, in_room
from publisher.channels.times import SKEW, planned, shortly_dated
from publisher.channels.wire import OddAnswerError, base_url, no_link, one_line, uploads
from publisher.compose.model import Capabilities, ImageRules, Limit, Variant

_ROOM = r"!\S{1,254}|#[^\s:]+:\S+"
_TRANSACTION = "{txnId}"
_LINK = "https://matrix.to/#/ROOM/$EVENT"
_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")
_MOST_BYTES = 10_000_000  # what homeservers of all makes take by default


def _room(value: str) -> str:
    if "${" not in value and not re.fullmatch(_ROOM, value):
        raise ValueError(
            "this is no room; write its address, like #press:example.org, or its id, like !abc:example.org"
        )
    return value


class MatrixSettings(ChannelSettings):
    access_token: SecretStr = Field(description="Access token of the account that posts.")
    room: Annotated[str, AfterValidator(_room)] = Field(
        description="The room, by its address (`#press:example.org`) or its id (`!abc:example.org`)."
    )
    api_url: WebAddress = Field(description="The account's homeserver, as in https://matrix.example.org.")
    max_upload_size: int = Field(
        default=_MOST_BYTES, ge=1, description="The largest image that the homeserver takes, in bytes."
    )


class Matrix(Channel):
    type = "matrix"
    Settings = MatrixSettings
    settings: MatrixSettings
    look = Look("message", accent=("#007a61", "#2ecf9f"), bold=True)
    capabilities = Capabilities(
        layouts=("brief", "single", "thread"),
        limits=(Limit(MOST, "bytes", event_bytes, GROWTH),),
        media_max=1,
        images=ImageRules(_TYPES, most_bytes=_MOST_BYTES),
        mentions="id",
        audience="chosen",
        readable=True,
        settles_seconds=15.0,
        idempotency="a transaction id of our own, for about a day, with the same session",
        read_back="the account's own messages in the room since this one was planned, up to 500",
        edit="at any time",
        delete="at any time",
    )
    """A repeat is harmless only for as long as the homeserver remembers it, so that `repeatable` would say too much."""

    def __init__(self, name: str, settings: ChannelSettings, folder: Path) -> None:
        super().__init__(name, settings, folder)
        self.server = Homeserver(base_url(self.settings.api_url), self.settings.access_token)
        self.images = ImageRules(_TYPES, most_bytes=self.settings.max_upload_size)
        self.capabilities = replace(type(self).capabilities, images=self.images)

    def byline(self) -> str:
        return self.settings.room

    def render(self, variant: Variant) -> list[Request]:
        """The address has the transaction id once the delivery is planned, and a room's id once that is asked for."""
        return [
            Request(
                "PUT",
                f"{base_url(self.settings.api_url)}{in_room(self.settings.room)}/send/m.room.message/{_TRANSACTION}",
                headers={"Authorization": f"Bearer {MASK}", "Content-Type": "application/json"},
                json=content_of(post.text, image=bool(post.media)),
                uploads=uploads(post.media),
                reply_to=index - 1 if index else None,
            )
            for index, post in enumerate(variant.posts)
        ]

    def notes(self, requests: Sequence[Request]) -> Sequence[str]:
        """Which accounts under `organisation.mentions` are none here, so that nobody is notified."""
        said = "\n".join(str((request.json or {})["body"]) for request in requests)
        return [
            f"{name} is not notified: {account} under organisation.mentions is no id like @name:example.org"
            for name, account in self.accounts().items()
            if name in said and not is_user_id(account)
        ]

    def stamp(self, request: Request, at: datetime, seed: str) -> Request:
        """The key, the transaction id, is the planned time in milliseconds, in hexadecimal, a hyphen, and a hash.

        A repeat with the same one, by the same session, makes no second event: so that a release that is planned anew
        is another, the time is part of it.
        Source: https://spec.matrix.org/latest/client-server-api/#transaction-identifiers.
        """
        key = shortly_dated(super().stamp(request, at, seed).key, at)
        return replace(request, key=key, url=f"{request.url.removesuffix(_TRANSACTION)}{key}")

    def whoami(self) -> Account:
        """Which account is behind the credentials, once it may post in the room.

        Raises:
            ChannelError: As in `Channel.whoami`; or the account is not in the room or may not write there, the room is
                encrypted, or the homeserver takes smaller images than the settings say.
        """
        own, shown = self.settings, self.settings.room
        try:
            me, room = self.server.user(), self.server.room_id(shown)
            self.server.check_room(room, shown)
            most = self.server.most_uploaded()
        except Exception as error:
            raise ChannelError(self.server.outcome(error).error) from error
        if most is not None and most < own.max_upload_size:
            theirs = (
                f"{self.server.host} takes images of {most} bytes, and the channel sends up to {own.max_upload_size}"
            )
            raise ChannelError(f"{theirs}; set max_upload_size: {most} in channels.yaml")
        return Account(me, tuple(dict.fromkeys((me.partition(":")[0], shown, room))))

    def send(self, request: Request, after: Sequence[Receipt]) -> Receipt:
        try:
            room, content = self._prepared(request, after)
        except Exception as error:  # noqa: BLE001 -- whatever it was, nothing has been posted yet
            return self.server.unsent(error)
        try:
            answer = self.server.call("PUT", f"{in_room(room)}/send/m.room.message/{request.key}", json=content)
        except Exception as error:  # noqa: BLE001 -- whatever it was, the event may stand there
            return self.server.outcome(error)
        return self._sent(room, answer.mapping)

    def find(self, request: Request) -> Receipt | None:
        """Look through the account's own events in the room since the request was planned.

        The session that sent an event is told its transaction id; for another, content and time tell.
        """
        since = planned(request.key)
        if since is None:
            return Receipt("unknown", error="it is not known when this message was planned")
        try:
            room = self.server.room_id(_room_in(request))
            events, complete = self.server.own_since(room, since - SKEW)
        except Exception as error:  # noqa: BLE001 -- a room that cannot be read says nothing about this message
            return Receipt("unknown", error=f"the room cannot be read: {self.server.outcome(error).error}")
        found = find_among(events, request.key, request.json or {}, answers=request.reply_to is not None)
        if isinstance(found, str):
            return Receipt("unknown", error=found)
        if found is None and not complete:
            return Receipt("unknown", error="the account has posted too much in the room since this one was planned")
        return None if found is None else self._sent(room, found)

    def receipt_for(self, url: str, request: Request) -> Receipt:
        """From a link of matrix.to, or of a client in the browser: all name room and event behind `#/`."""
        parts = [unquote(part) for part in url.strip().partition("#/")[2].partition("?")[0].rstrip("/").split("/")]
        room, event = parts[-2:] if len(parts) > 1 else ("", "")
        if not re.fullmatch(_ROOM, room) or not id_in({"event_id": event}, "event_id", "$"):
            raise no_link(url, _LINK)
        own = _room_in(request)
        if room[0] == own[0] and room != own:
            raise ChannelError(f"{one_line(url)} is a message in another room than {own}")
        return Receipt("sent", id=event, url=url.strip(), data={"room": room} if room[0] == "!" else {})

    def _prepared(self, request: Request, after: Sequence[Receipt]) -> tuple[str, Mapping[str, Any]]:
        """The room's id, and the whole content."""
        content = dict(request.json or {})
        if request.reply_to is None:
            room = self.server.room_id(_room_in(request))
            self.server.check_open(room)
        else:
            root, latest = after[0], after[request.reply_to]
            if not root.id or not latest.id:
                raise OddAnswerError("nothing was sent: the message that this one answers is not known")
            room = root.data.get("room") or self.server.room_id(_room_in(request))
            content = in_thread(content, root.id, latest.id)
        for upload in request.uploads:
            picture = read_picture(upload, self.images)
            name = file_name(upload.path, picture.mime)
            uri = self.server.upload(name, picture.content, picture.mime)
            content = with_image(content, uri, name, picture)
        return room, content

    def _sent(self, room: str, event: Mapping[str, Any]) -> Receipt:
        number = id_in(event, "event_id", "$")
        if not number:
            return Receipt("unknown", error="the homeserver answered without the id of an event")
        server = room.partition(":")[2]
        with suppress(Exception):  # the event stands there, whoever's server the link goes by
            server = self.server.user().partition(":")[2]
        by = f"?via={quote(server, safe=':')}" if server else ""
        url = f"https://matrix.to/#/{quote(room, safe='!:')}/{quote(number, safe='$:')}{by}"
        return Receipt("sent", id=number, url=url, data={"room": room})


def _room_in(request: Request) -> str:
    """The room that a request goes to, as the settings had it when it was planned."""
    return unquote(request.url.rpartition("/rooms/")[2].partition("/")[0])
