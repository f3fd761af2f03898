"""The one session in which tweepy talks to X, or to whatever stands at `api_url`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from publisher.channels.overhearing import hear, leave
from publisher.channels.wire import AnswerError, is_loopback

TWEEPY_HOST = "https://api.twitter.com"  # a local variable of tweepy's BaseClient.request, 4.17


def headers_of(answer: Any) -> Mapping[str, str]:
    """The headers of an answer, with names in lower case."""
    return {name.lower(): value for name, value in answer.headers.items()}


def session(api_url: str, timeouts: tuple[float, float]) -> Any:
    import requests  # noqa: PLC0415 -- a dry run never gets here

    class Session(requests.Session):
        """Sends what tweepy addresses to its built-in host to `api_url` instead, before anything is signed."""

        def request(self, method: Any, url: Any, *args: Any, **options: Any) -> requests.Response:
            address = api_url + str(url).removeprefix(TWEEPY_HOST)
            options |= {"timeout": timeouts, "allow_redirects": False}
            leave()
            try:
                answer = super().request(method, address, *args, **options)
            finally:
                self.close()  # a kept connection that the server has let go looks like a lost answer
            hear(answer.status_code, answer.content, answer.headers.get("date"))
            if not 200 <= answer.status_code < 300:  # tweepy fails on refusals in another form than it knows
                raise AnswerError(answer.status_code, answer.content, headers_of(answer))
            return answer

    made = Session()
    made.trust_env = not is_loopback(api_url)
    made.headers["Connection"] = "close"
    return made
