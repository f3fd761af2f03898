"""Slack's Web API: its calls, and what its answers mean."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from publisher.channels.base import Receipt
from publisher.channels.http import Answer, call
from publisher.channels.pacing import first, retry_after, turned_away
from publisher.channels.refusals import redirects, too_many
from publisher.channels.wire import AnswerError, OddAnswerError, answer_in, as_mapping, as_words, no_answer, one_line
from publisher.text.patterns import later

JSON = "application/json; charset=utf-8"
TIMESTAMP = later(r"[0-9]+\.[0-9]+", re.ASCII)
"""What a message is known by in its channel."""

_PAGE = "999"
_MOST_PAGES = 20
_WAIT = 60.0
PAUSE = 1.0
"""Seconds between two messages in a channel, by bot or webhook: https://docs.slack.dev/apis/web-api/rate-limits."""

_MAYBE = frozenset({"internal_error", "fatal_error", "request_timeout", "service_unavailable"})
_NO_TOKEN = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type"}
)
_TOO_MANY = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})


@dataclass(frozen=True)
class WebApi:
    """The API at `url`, asked with a token; `timeouts` are seconds to connect, and to wait for an answer."""

    url: str
    token: str = field(repr=False)
    timeouts: tuple[float, float]

    def call(
        self,
        http_method: str,
        name: str,
        query: Mapping[str, str] | None = None,
        *,
        json: Mapping[str, Any] | None = None,
    ) -> Mapping[str, Any]:
        """What a method of the Web API answered; raises as `answer` does."""
        return self.answer(http_method, name, query, json=json).mapping

    def answer(
        self,
        http_method: str,
        name: str,
        query: Mapping[str, str] | None = None,
        *,
        json: Mapping[str, Any] | None = None,
    ) -> Answer:
        """The answer of a method of the Web API, with its headers.

        Raises:
            AnswerError: Slack said no, by status or by `ok`.
            OddAnswerError: What answered is not the Web API.
            httpx.HTTPError: Nothing answered.
        """
        headers = {"Authorization": f"Bearer {self.token}"}
        if json is not None:
            headers["Content-Type"] = JSON
        answer = call(
            http_method,
            f"{self.url}/{name}",
            headers=headers,
            query=query,
            json=json,
            timeouts=self.timeouts,
            secrets=(self.token,),
        )
        if answer.mapping.get("ok") is True:
            return answer
        if answer.mapping.get("ok") is False:
            raise AnswerError(answer.status, answer.body, answer.headers)
        raise OddAnswerError("what answered is not the Web API of Slack; check api_url")

    def all(self, what: str, name: str, query: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
        """What a method lists, page by page.

        Raises:
            OddAnswerError: There is more than can be looked through.
        """
        cursor: dict[str, str] = {}
        for _ in range(_MOST_PAGES):
            answer = self.call("GET", name, {"limit": _PAGE, **query, **cursor})
            listed = answer.get(what)
            if not isinstance(listed, list):
                raise OddAnswerError(f"Slack answered {name} without {what}")
            yield from (as_mapping(item) for item in listed)
            following = as_words(as_mapping(answer.get("response_metadata")).get("next_cursor"))
            if not following:
                if answer.get("has_more"):
                    raise OddAnswerError(f"Slack answered {name} with a part of the {what}")
                return
            cursor = {"cursor": following}
        raise OddAnswerError(f"there are too many {what} to look through")

    def outcome(self, error: Exception, channel: str) -> Receipt:
        """What an error means. Source: https://docs.slack.dev/reference/methods/chat.postMessage (errors).

        | answer | meaning |
        | --- | --- |
        | 200 with `ok: false` | refused, in Slack's words; what a person can mend is said |
        | the same with `internal_error`, `fatal_error` | unknown: "some aspect of the operation" may have succeeded |
        | the same with `request_timeout`, `service_unavailable` | unknown: it is not said that nothing was done |
        | 429, `ratelimited`, `rate_limited`, `message_limit_exceeded` | refused, until Retry-After, else a minute |
        | 503 with Retry-After | refused, until then |
        | 3xx, other 4xx | refused |
        | 5xx, anything else, no answer | unknown |
        | no connection | refused; the same again harms nothing |
        """
        secrets = (self.token,)
        if isinstance(error, OddAnswerError):
            return Receipt("unknown", error=one_line(error, secrets))
        refusal = answer_in(error)
        if refusal is None:
            return no_answer(error, self.url, secrets)
        status, answer = refusal.status, as_mapping(refusal.answer)
        said = as_words(answer.get("error"))
        if (later := turned_away(status, refusal.headers)) is not None:
            return Receipt("refused", error=one_line(f"Slack answered {said or status}", secrets), wait=later)
        if status >= 500 or said in _MAYBE:
            return Receipt("unknown", error=one_line(f"Slack answered {said or status}", secrets))
        if status == 429 or said in _TOO_MANY:
            wait = seconds_to_wait(refusal)
            return Receipt("refused", error=one_line(too_many("Slack", math.ceil(wait)), secrets), wait=wait)
        if 300 <= status < 400:
            words = redirects(self.url)
        else:
            words = _advice(said, answer, channel) or f"Slack refused: {said or status}"
        return Receipt("refused", error=one_line(words, secrets))


def place_of(message: Mapping[str, Any], channel: str) -> tuple[str, str]:
    """The channel and the timestamp by which a message is known."""
    timestamp = as_words(message.get("ts"))
    if not TIMESTAMP.fullmatch(timestamp):
        raise OddAnswerError("Slack answered without the timestamp of a message")
    return channel, timestamp


def seconds_to_wait(refusal: AnswerError) -> float:
    """How long a 429 asks to wait. Source: https://docs.slack.dev/apis/web-api/rate-limits."""
    return first(retry_after(refusal.headers), default=_WAIT)


def against_scopes(granted: str | None) -> str:
    """Which scope a token lacks for posting and for looking afterwards; empty where none, or where nobody says.

    Args:
        granted: The header `X-OAuth-Scopes` of an answer.

    Source: https://docs.slack.dev/reference/methods/chat.postMessage and .../conversations.history (scopes).
    """
    scopes = {scope.strip() for scope in (granted or "").split(",")} - {""}
    if not scopes or "bot" in scopes:
        return ""
    if not any(scope == "chat:write" or scope.startswith("chat:write:") for scope in scopes):
        return lacking("missing_scope", "chat:write")
    if not any(scope.endswith(":history") for scope in scopes):
        return lacking("missing_scope", "channels:history (groups:history for a private channel)")
    return ""


def lacking(said: str, needed: str) -> str:
    return f"the app may not do this ({said}): add {needed} under OAuth & Permissions and install the app again"


def _advice(said: str, answer: Mapping[str, Any], channel: str) -> str:
    """What a person can do about a refusal; empty where nothing comes to mind."""
    if said in _NO_TOKEN:
        return f"Slack does not take this token ({said}): check `token`"
    if said == "missing_scope":
        needed = as_words(answer.get("needed"), "another scope")
        return lacking(said, needed)
    if said == "channel_not_found":
        return f"there is no channel {channel} for the app ({said}): check `channel`, and invite the app to it"
    if said == "not_in_channel":
        return f"the app is not in {channel} ({said}): invite it there"
    details = as_mapping(answer.get("response_metadata")).get("messages")
    words = "; ".join(str(detail) for detail in details) if isinstance(details, list) else ""
    return f"Slack refused: {said} ({words})" if said and words else ""
