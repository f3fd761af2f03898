"""The e-mail channel on aiosmtpd, as it comes or with answers of its own: a message a recipient, and every no."""

from __future__ import annotations

from pathlib import Path

import pytest
from real.planning import stamped
from real.servers.mail import LARGEST
from servers.email import MailServer

from publisher.channels.email import Email
from publisher.compose.composing import Wishes, compose
from publisher.release.model import Release

TO = ["ana@paper.example", "ben@paper.example", "cem@paper.example"]


@pytest.fixture
def choosy():
    """A server in this process, which says what it is told to."""
    server = MailServer()
    yield server
    server.stop()


def channel(settings):
    return Email("email", Email.Settings.model_validate(settings), Path())


def planned(email, **changes):
    release = Release(file="r.md", **{"headline": "A River Is Ours", "slug": "river", "lede": "It is.", **changes})
    return stamped(email, compose(release, email.capabilities, Wishes("email", "email"), "https://rivers.example/r/"))


def test_each_recipient_gets_one_message_of_their_own(mail_process):
    email = channel(mail_process.settings(*TO))
    email.whoami()
    requests = planned(email)
    receipts = [email.send(request, []) for request in requests]
    email.close()
    mails = mail_process.mails()

    assert [receipt.outcome for receipt in receipts] == ["sent"] * 3
    assert [(mail["X-RcptTo"], mail["To"], mail["Cc"], mail["Bcc"]) for mail in mails] == [
        (to, to, None, None) for to in TO
    ]
    assert {mail["Subject"] for mail in mails} == {"A River Is Ours"}
    assert [mail["Message-ID"] for mail in mails] == [request.key for request in requests]
    assert len({request.key for request in requests}) == 3


def test_a_repeat_says_that_it_is_one(mail_process):
    """No mail server tells them apart; who reads the mail does, by the same Message-ID."""
    email = channel(mail_process.settings(TO[0]))
    [request] = planned(email)
    receipts = [email.send(request, []) for _ in range(2)]
    email.close()
    one, other = mail_process.mails()

    assert receipts[0].id == receipts[1].id == one["Message-ID"].strip("<>")
    assert (one["Message-ID"], one["Date"]) == (other["Message-ID"], other["Date"])


def test_a_message_that_is_too_large_is_refused_for_good(mail_process):
    email = channel(mail_process.settings(TO[0]))
    receipt = email.send(planned(email, boilerplate="Water. " * (LARGEST // 7))[0], [])
    email.close()

    assert (receipt.outcome, receipt.wait) == ("refused", None)
    assert "552" in receipt.error
    assert mail_process.mails() == []


@pytest.mark.filterwarnings("ignore::DeprecationWarning:aiosmtpd")
@pytest.mark.parametrize("where", ["MAIL", TO[0], "DATA", "."])
@pytest.mark.parametrize(
    ("answer", "again"),
    [
        ("421 4.3.2 Going down", True),
        ("450 4.2.0 Greylisted", True),
        ("451 4.3.0 Try later", True),
        ("550 5.7.1 No", False),
        ("554 5.6.0 Spam", False),
    ],
)
def test_a_no_at_any_step_is_refused_and_a_passing_one_says_when_to_ask_again(choosy, where, answer, again):
    email = channel({**choosy.settings(), "to": TO[:1]})
    [request] = planned(email)
    choosy.answers[where] = answer
    receipt = email.send(request, [])
    choosy.answers.clear()
    later = email.send(request, []) if again else None
    email.close()

    assert receipt.outcome == "refused"
    assert answer.partition(" ")[0] in receipt.error
    assert (receipt.wait is not None) == again
    assert (later is None) or later.outcome == "sent"
    assert choosy.recipients == (TO[:1] if again else [])


@pytest.mark.filterwarnings("ignore::DeprecationWarning:aiosmtpd")
def test_one_recipient_who_is_refused_costs_nobody_else_their_message(choosy):
    email = channel({**choosy.settings(), "to": TO})
    choosy.answers[TO[1]] = "550 5.1.1 No such user"
    receipts = [email.send(request, []) for request in planned(email)]
    email.close()

    assert [receipt.outcome for receipt in receipts] == ["sent", "refused", "sent"]
    assert choosy.recipients == [TO[0], TO[2]]
