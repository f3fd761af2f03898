"""What is asked of a Matrix homeserver, and what its answers and errors mean."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from pydantic import SecretStr

from publisher.channels.base import Receipt
from publisher.channels.http import Answer, call
from publisher.channels.images import UploadError
from publisher.channels.matrix_answers import (
    errcode,
    id_in,
    may_post,
    no_homeserver,
    seconds_to_wait,
    sent_at,
    words_of,
)
from publisher.channels.pacing import turned_away
from publisher.channels.refusals import answered, redirects, too_many
from publisher.channels.wire import AnswerError, OddAnswerError, answer_in, as_mapping, as_words, no_answer, one_line

CLIENT = "/_matrix/client/v3"
_PAGE = 100
_PAGES = 5


class Homeserver:
    """A homeserver, for one access token.

    Args:
        url: Where it is, without a slash at the end.
        token: Of the account that posts.

    Every method raises `AnswerError` or an error of httpx where the homeserver does not say yes, and `OddAnswerError`
    where nothing can be made of what it says; `outcome` has the words for all of them.
    """

    timeouts = (10.0, 60.0)
    """Seconds to connect, and to wait for an answer."""

    def __init__(self, url: str, token: SecretStr) -> None:
        self.url = url
        self._token = token
        self._me = ""

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or self.url

    def call(self, method: str, path: str, **more: Any) -> Answer:
        token = self._token.get_secret_value()
        if not re.fullmatch(r"[!-~]+", token):
            raise OddAnswerError("this is no access token; check access_token")
        headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}
        return call(method, self.url + path, headers=headers, timeouts=self.timeouts, secrets=(token,), **more)

    def user(self) -> str:
        """The id of the account that the token belongs to."""
        if not self._me:
            self._me = id_in(self.call("GET", f"{CLIENT}/account/whoami").mapping, "user_id", "@")
        if not self._me:
            raise OddAnswerError(f"{self.host} answered without naming the account; check api_url")
        return self._me

    def room_id(self, room: str) -> str:
        """The id of a room, which its events are sent to; its address may be given to another room one day."""
        if room.startswith("!"):
            return room
        try:
            answer = self.call("GET", f"{CLIENT}/directory/room/{quote(room, safe='')}").mapping
        except AnswerError as error:
            if error.status == 404 and not no_homeserver(error):
                raise OddAnswerError(f"{self.host} knows no room {room}; check room") from error
            raise
        if not (found := id_in(answer, "room_id", "!")):
            raise OddAnswerError(f"{self.host} answered without the id of the room {room}")
        return found

    def check_room(self, room: str, shown: str) -> None:
        """Hold on where the account could not post in this room; `shown` is how people call it."""
        me, rooms = self.user(), self.call("GET", f"{CLIENT}/joined_rooms").mapping.get("joined_rooms")
        if not isinstance(rooms, list) or room not in rooms:
            raise OddAnswerError(f"{me} is not in the room {shown}: invite it, and accept the invitation in its name")
        self.check_open(room)
        levels = self._state(room, "m.room.power_levels")
        if not may_post(levels, self._state(room, "m.room.create?format=event"), me):
            raise OddAnswerError(f"{me} may not write in the room {shown}: give it a higher role there")

    def check_open(self, room: str) -> None:
        """Hold on where the room is encrypted: what is sent there as it stands, people's clients warn of."""
        if self._state(room, "m.room.encryption"):
            raise OddAnswerError("the room is encrypted, and nothing can be sent there: choose a room that is not")

    def most_uploaded(self) -> int | None:
        """The largest file that the homeserver takes, in bytes; None where it does not say."""
        most = self._or_empty("/_matrix/client/v1/media/config").get("m.upload.size")
        return most if type(most) is int else None

    def upload(self, name: str, image: bytes, mime: str) -> str:
        """The `mxc://` address of an image that the homeserver now has."""
        more = {"query": {"filename": name}, "headers": {"Content-Type": mime}, "content": image}
        try:
            answer = self.call("POST", "/_matrix/media/v3/upload", **more)
        except AnswerError as error:
            if error.status in (403, 413):
                why = words_of(error) or error.status
                raise UploadError(f"the homeserver does not take the image {name}: {why}") from error
            raise
        if not (uri := as_words(answer.mapping.get("content_uri"))).startswith("mxc://"):
            raise OddAnswerError(f"the homeserver answered without an address for the image {name}")
        return uri

    def own_since(self, room: str, earliest: datetime) -> tuple[list[Mapping[str, Any]], bool]:
        """The account's own messages in a room since then, the latest first, and whether these are all."""
        me, since = self.user(), round(earliest.timestamp() * 1000)
        wanted = json.dumps({"senders": [me], "types": ["m.room.message"]})
        query = {"dir": "b", "limit": str(_PAGE), "filter": wanted}
        found: list[Mapping[str, Any]] = []
        for _ in range(_PAGES):
            page = self.call("GET", f"{in_room(room)}/messages", query=query).mapping
            if not isinstance(page.get("chunk"), list):
                raise OddAnswerError("the homeserver answered with something else than events")
            for event in _own(page["chunk"], me):
                if sent_at(event) < since:
                    return found, True
                found.append(event)
            if not (further := as_words(page.get("end"))):
                return found, True
            query["from"] = further
        return found, False

    def outcome(self, error: Exception) -> Receipt:
        """What an error means. Source: https://spec.matrix.org/latest/client-server-api/#standard-error-response.

        | answer | meaning |
        | --- | --- |
        | 3xx, 4xx (M_TOO_LARGE, M_BAD_JSON and others) | refused, in the server's words |
        | 401 (M_UNKNOWN_TOKEN, M_MISSING_TOKEN) | refused, naming the setting to check |
        | 403 with M_FORBIDDEN | refused, and what to do |
        | 404 of something that is no homeserver | refused, naming the setting to check |
        | 429 (M_LIMIT_EXCEEDED) | refused, until Retry-After or `retry_after_ms`, else a minute |
        | 503 with Retry-After | refused, until then |
        | 5xx, anything else, no answer | unknown |
        | no connection | refused; the same again harms nothing |

        What is asked before the event is sent (rooms, images) leaves nothing that a reader sees: `unsent` has it.
        """
        secrets = (self._token.get_secret_value(),)
        if isinstance(error, UploadError | OddAnswerError):
            return Receipt("refused", error=one_line(error, secrets))
        refusal = answer_in(error)
        if refusal is None:
            return no_answer(error, self.url, secrets)
        status = refusal.status
        later = seconds_to_wait(refusal) if status == 429 else turned_away(status, refusal.headers)
        words = self._refusal(refusal)
        if later is not None:
            words = too_many(self.host, math.ceil(later)) if status == 429 else words
            return Receipt("refused", error=one_line(words, secrets), wait=later)
        return Receipt("refused" if 300 <= status < 500 else "unknown", error=one_line(words, secrets))

    def _refusal(self, refusal: AnswerError) -> str:
        """What the homeserver has against it, and what to do where that is known."""
        status, said = refusal.status, words_of(refusal)
        words = answered(self.host, status, said)
        if not 300 <= status < 500:
            return words
        if status < 400:
            words = redirects(self.url)
        elif status == 401:
            words = f"{self.host} does not take this token: check access_token ({said or status})"
        elif no_homeserver(refusal):
            words = f"{self.host} answered {status}: no Matrix homeserver is there; check api_url"
        elif errcode(refusal) == "M_FORBIDDEN":
            words = f"{said}: invite the account to the room, accept, and let it write there"
        elif said:
            words = said
        return words

    def unsent(self, error: Exception) -> Receipt:
        """What an error before the event means: refused; what nobody can tell of may be asked again at once."""
        receipt = self.outcome(error)
        return Receipt("refused", error=receipt.error, wait=0.0) if receipt.outcome == "unknown" else receipt

    def _state(self, room: str, kind: str) -> Mapping[str, Any]:
        return self._or_empty(f"{in_room(room)}/state/{kind}")

    def _or_empty(self, path: str) -> Mapping[str, Any]:
        """What stands at this address; empty where nothing does."""
        try:
            return self.call("GET", path).mapping
        except AnswerError as error:
            if error.status == 404:
                return {}
            raise


def in_room(room: str) -> str:
    """The path of what concerns a room."""
    return f"{CLIENT}/rooms/{quote(room, safe='')}"


def _own(events: Sequence[object], me: str) -> Iterator[Mapping[str, Any]]:
    """Those messages among events that are the account's own, as not every homeserver filters."""
    for event in map(as_mapping, events):
        if event.get("sender") == me and event.get("type") == "m.room.message":
            yield event
