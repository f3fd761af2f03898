"""The stand-ins misbehave as they are told to: what else would the matrix prove?"""

from __future__ import annotations

import errno
import smtplib

import httpx
import pytest
from servers.base import Reply, Server
from servers.email import MailServer


class Plain(Server):
    """Every request is a post, and its answer a JSON object."""

    def answer(self, call):
        self.posts.append(call)
        return Reply(201, {"id": "4711", "text": "so it is"})

    def publishes(self, _call):
        return True

    def too_many(self):
        return Reply(429, {}, {"Retry-After": "7"})

    def expired(self):
        return Reply(401, {})


@pytest.fixture
def server():
    server = Plain()
    yield server
    server.stop()
    assert not server.crashes


@pytest.fixture
def mail():
    server = MailServer()
    yield server
    server.stop()


def ask(server, wait=30.0):
    return httpx.post(server.url, json={}, timeout=httpx.Timeout(30.0, read=wait), headers={"Connection": "close"})


def errors(error):
    while error:
        yield error
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize(("fault", "applied"), [("reset_before", 0), ("reset_after", 1)])
def test_a_reset_is_one(server, fault, applied):
    """Not a farewell, as from a connection that is closed."""
    server.misbehave(fault)
    with pytest.raises(httpx.ReadError) as caught:
        ask(server)

    assert errno.ECONNRESET in [getattr(error, "errno", None) for error in errors(caught.value)]
    assert len(server.posts) == applied


@pytest.mark.parametrize(("fault", "applied"), [("close_before", 0), ("close_after", 1), ("cut", 1)])
def test_a_connection_that_closes_says_farewell(server, fault, applied):
    server.misbehave(fault)
    with pytest.raises(httpx.RemoteProtocolError):
        ask(server)

    assert len(server.posts) == applied


@pytest.mark.parametrize(("fault", "applied"), [("silent_before", 0), ("silent_after", 1)])
def test_silence_lasts_until_the_other_side_gives_up(server, fault, applied):
    server.misbehave(fault)
    with pytest.raises(httpx.ReadTimeout):
        ask(server, wait=0.3)
    server.settle()

    assert len(server.posts) == applied


@pytest.mark.parametrize(
    ("fault", "status", "retry", "applied"),
    [("429", 429, "7", 0), ("429_bare", 429, None, 0), ("503", 503, "20", 0), ("500_after", 500, None, 1)],
)
def test_a_no_says_how_long_to_wait_or_does_not(server, fault, status, retry, applied):
    server.misbehave(fault)
    answer = ask(server)

    assert (answer.status_code, answer.headers.get("retry-after"), len(server.posts)) == (status, retry, applied)


def test_half_an_answer_looks_like_a_whole_one(server):
    server.misbehave("truncated")
    answer = ask(server)

    assert (answer.status_code, answer.text) == (201, '{"id": "4711", "t')


def test_what_is_in_store_can_be_taken_back(server):
    server.misbehave("429", 5)
    server.behave()

    assert ask(server).status_code == 201


def deliver(server):
    with smtplib.SMTP("127.0.0.1", server.port, timeout=5.0) as smtp:
        return smtp.sendmail("us@aller.example", ["ana@radio.example"], b"Subject: So it is\r\n\r\nSo it is.\r\n")


@pytest.mark.parametrize(
    ("fault", "error", "applied"),
    [
        ("reset_before", ConnectionResetError, 0),
        ("reset_after", ConnectionResetError, 1),
        ("429_bare", smtplib.SMTPDataError, 0),
        ("503", smtplib.SMTPDataError, 0),
        ("truncated", smtplib.SMTPDataError, 1),
        ("cut", smtplib.SMTPException, 1),
    ],
)
def test_a_mail_server_does_so_too(mail, fault, error, applied):
    mail.misbehave(fault)
    with pytest.raises((error, smtplib.SMTPServerDisconnected)):
        deliver(mail)

    assert len(mail.mails) == applied
