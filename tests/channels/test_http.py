"""A call of a network's API, on real sockets."""

import json

import httpx
import pytest
from servers.base import Reply, Server

from publisher.channels.http import call
from publisher.channels.wire import AnswerError, certainly_unsent


class Echo(Server):
    def publishes(self, call):
        return call.method == "POST"

    def too_many(self):
        return Reply(429, {})

    def expired(self):
        return Reply(401, {})

    def answer(self, call):
        if call.path == "/elsewhere":
            return Reply(302, b"", {"Location": f"{self.url}/there"})
        return Reply(200, {"path": call.path, "query": call.query, "body": call.body.decode("latin-1")})


@pytest.fixture
def server():
    echo = Echo()
    yield echo
    echo.stop()


def test_json_and_query_arrive_as_they_were_given(server):
    answer = call("POST", f"{server.url}/a", query={"b": "c d"}, json={"ä": "é"})

    assert answer.mapping["query"] == {"b": "c d"}
    assert json.loads(answer.mapping["body"].encode("latin-1")) == {"ä": "é"}


def test_a_file_goes_along_with_a_form(server):
    answer = call("POST", f"{server.url}/a", form={"x": "1"}, files=[("file", ("a.png", b"\x89PNG", "image/png"))])

    assert 'name="x"' in answer.mapping["body"]
    assert 'filename="a.png"' in answer.mapping["body"]


def test_a_redirect_is_an_answer_and_is_not_followed(server):
    with pytest.raises(AnswerError) as caught:
        call("POST", f"{server.url}/elsewhere", json={})

    assert caught.value.status == 302


def test_a_server_that_is_not_there_has_certainly_got_nothing():
    with pytest.raises(httpx.HTTPError) as caught:
        call("POST", "http://127.0.0.1:9/a", json={})

    assert certainly_unsent(caught.value)
