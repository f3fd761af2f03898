"""Mail is sent once to each recipient, over real connections, and whatever goes wrong is told as what it is."""

import json
import logging
import os
import smtplib
import socket
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from forks import forked
from servers.base import picture
from servers.email import MailServer

from publisher.channels.base import ChannelError, Receipt, Request
from publisher.channels.email import Email, EmailSettings
from publisher.channels.overhearing import overhear
from publisher.compose.composing import Wishes, compose
from publisher.release.model import Media, Release

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:aiosmtpd")
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PASSWORD = "a pass=word\\'\""
TO = ["ana@paper.example", "ben@paper.example", "cem@paper.example"]


@pytest.fixture
def server():
    server = MailServer()
    yield server
    server.stop()


@pytest.fixture
def secure(tmp_path, monkeypatch):
    """A server with a certificate and a log-in, and this process trusts the certificate."""
    made = []

    def serve(security, *, trusted=True):
        made.append(MailServer(security, PASSWORD, tmp_path))
        if trusted:
            monkeypatch.setenv("SSL_CERT_FILE", str(made[-1].certificate))
        return made[-1]

    yield serve
    for server in made:
        server.stop()


def channel(server, **more):
    ours = Email("email", EmailSettings.model_validate({**server.settings(), "to": TO, **more}), Path())
    ours.timeouts = (10.0, 10.0, 10.0)
    return ours


def requests(ours, **more):
    release = Release(file="r.md", **{"headline": "A River Is Ours", "slug": "river", "lede": "It is.", **more})
    variant = compose(release, ours.capabilities, Wishes("email", "email"), "https://rivers.example/r/")
    return [ours.stamp(request, NOON, f"river\nemail\n{request.recipient}") for request in ours.render(variant)]


def test_each_recipient_gets_a_message_of_their_own(server):
    """One connection for all of them; the bytes are those of the request."""
    ours = channel(server)
    receipts = [ours.send(request, []) for request in requests(ours)]
    ours.close()

    assert [receipt.outcome for receipt in receipts] == ["sent"] * 3
    assert server.recipients == TO
    assert [str(mail["to"]) for _, mail in server.mails] == TO
    assert all("bcc" not in mail and "cc" not in mail for _, mail in server.mails)
    assert len({mail["message-id"] for _, mail in server.mails}) == 3
    assert [receipt.id for receipt in receipts] == [mail["message-id"].strip("<>") for _, mail in server.mails]
    assert server.raw == [request.text.replace("\n", "\r\n").encode() for request in requests(ours)]
    assert receipts[0].data == {"answer": "250 2.0.0 Ok: queued as 1"}
    assert server.connections == 1


def test_a_line_that_begins_with_a_full_stop_arrives_whole(server):
    ours = channel(server, to=TO[0])
    (request,) = requests(ours, headline=".\n..a", lede=".hidden", boilerplate=".\n\n.\n\n..")
    receipt = ours.send(request, [])
    ours.close()

    assert receipt.outcome == "sent"
    assert server.raw == [request.text.replace("\n", "\r\n").encode()]


def test_images_go_along(server, tmp_path):
    (tmp_path / "weir.webp").write_bytes(picture("weir.webp"))
    ours = channel(server, to=TO[0])
    (request,) = requests(ours, media=(Media(str(tmp_path / "weir.webp"), "A weir"),))
    receipt = ours.send(request, [])
    ours.close()

    assert receipt.outcome == "sent"
    (image,) = [part for part in server.mails[0][1].walk() if part.get_content_maintype() == "image"]
    assert image.get_content_type() in ("image/png", "image/jpeg")  # few mail programs show WebP
    assert image.get_filename() in ("weir.png", "weir.jpg")
    assert image.get_content()[:4] in (b"\x89PNG", b"\xff\xd8\xff\xe0")
    assert f"cid:{image['content-id'].strip('<>')}" in server.mails[0][1].get_body(("html",)).get_content()


def test_an_image_that_is_gone_is_refused(server, tmp_path):
    ours = channel(server, to=TO[0])
    (request,) = requests(ours, media=(Media(str(tmp_path / "weir.png"), "A weir"),))

    assert ours.send(request, []).outcome == "refused"
    assert server.connections == 0


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_the_connection_is_secured_before_the_log_in(secure, security):
    server = secure(security)
    ours = channel(server, to=TO[0])
    account = ours.whoami()
    receipt = ours.send(requests(ours)[0], [])
    ours.close()

    assert account.handle == "press@rivers.example"
    assert account.is_called("press")
    assert receipt.outcome == "sent"
    assert server.recipients == TO[:1]
    assert server.log_ins == 2


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_that_nobody_vouches_for_gets_no_password(secure, security):
    server = secure(security, trusted=False)
    ours = channel(server)
    receipt = ours.send(requests(ours)[0], [])

    assert receipt.outcome == "refused"
    assert "self-signed certificate" in receipt.error.replace("self signed", "self-signed")
    assert server.log_ins == 0
    with pytest.raises(ChannelError, match="certificate"):
        ours.whoami()


def test_a_server_without_starttls_gets_no_password(server):
    ours = channel(server, security="starttls", username="press", password=PASSWORD)
    receipt = ours.send(requests(ours)[0], [])

    assert receipt.outcome == "refused"
    assert "offers no STARTTLS; set port and security" in receipt.error
    assert server.mails == []


def test_tls_on_a_port_that_has_none_is_refused(server):
    ours = channel(server, security="tls")
    receipt = ours.send(requests(ours)[0], [])

    assert receipt.outcome == "refused"
    assert "check host, port and security" in receipt.error


def test_a_wrong_password_is_tried_once_and_never_shown(secure, caplog):
    """The others of the run are refused without another try, which might lock the account."""
    caplog.set_level(logging.DEBUG)
    server = secure("starttls")
    ours = channel(server, password="another secret")
    receipts = [ours.send(request, []) for request in requests(ours)]
    tried = server.log_ins
    ours.close()

    assert [receipt.outcome for receipt in receipts] == ["refused"] * 3
    assert "does not take the log-in (535" in receipts[0].error
    assert "check username and password" in receipts[0].error
    assert tried <= 2  # PLAIN, then LOGIN
    assert "another secret" not in f"{receipts} {caplog.text} {ours.settings!r} {ours._server!r}"
    with pytest.raises(ChannelError, match="check username and password"):
        ours.whoami()


def test_a_password_in_other_letters_is_refused_in_words(secure):
    ours = channel(secure("starttls"), password="größer")
    receipt = ours.send(requests(ours)[0], [])

    assert receipt.outcome == "refused"
    assert "letters of ASCII only" in receipt.error
    assert "größer" not in receipt.error


def test_what_a_server_repeats_of_the_log_in_is_masked():
    """As it is, and in the base64 of AUTH PLAIN and AUTH LOGIN."""
    with talking([b"220 hi", b"250-hi\r\n250 AUTH PLAIN", b"535 no: AHByZXNzAHMzY3JldA== s3cret czNjcmV0"]) as port:
        ours = channel(At(port), username="press", password="s3cret")
        receipt = ours.send(requests(ours)[0], [])

    assert receipt.outcome == "refused"
    assert "(535 no: ••• ••• •••)" in receipt.error


@pytest.mark.parametrize(
    ("command", "answer", "says", "others"),
    [
        (
            "MAIL",
            "550 5.7.1 Not yours",
            "does not take mail from press@rivers.example (550 5.7.1 Not yours)",
            "refused",
        ),
        ("MAIL", "451 4.7.1 Slow down", "(451 4.7.1 Slow down); try again in half an hour", "refused"),
        (TO[0], "550 5.1.1 No such user", f"does not take mail for {TO[0]} (550 5.1.1 No such user)", "sent"),
        (TO[0], "450 4.2.0 Greylisted", "(450 4.2.0 Greylisted); try again in half an hour", "sent"),
        (TO[0], "421 4.3.2 Going down", "(421 4.3.2 Going down); try again in half an hour", "sent"),
        ("DATA", "451 Not now", "takes no message now (451 Not now); try again in half an hour", "refused"),
        (".", "554 5.6.0 Smells", "does not take this message (554 5.6.0 Smells)", "refused"),
        (".", "452 4.3.1 Full", "(452 4.3.1 Full); try again in half an hour", "refused"),
    ],
)
def test_a_no_is_refused_in_the_servers_words(server, command, answer, says, others):
    """And the next recipient gets theirs, where the no was about one of them."""
    server.answers[command] = answer
    ours = channel(server)
    first, second, _ = requests(ours)
    receipts = [ours.send(first, []), ours.send(second, [])]
    ours.close()

    assert receipts[0].outcome == "refused"
    assert says in receipts[0].error
    assert receipts[1].outcome == others
    assert server.recipients == ([TO[1]] if others == "sent" else [])


@pytest.mark.parametrize(
    ("command", "answer", "wait"),
    [
        ("MAIL", "451 4.7.1 Slow down", 300.0),
        (TO[0], "450 4.2.0 Greylisted", 300.0),
        (TO[0], "421 4.3.2 Going down", 60.0),
        ("DATA", "451 Not now", 300.0),
        (".", "452 4.3.1 Full", None),
        (TO[0], "550 5.1.1 No such user", None),
    ],
)
def test_a_temporary_no_may_be_tried_again_where_that_helps_within_minutes(server, command, answer, wait):
    """And it does: whoever met the no asks the server anew, and the message goes out."""
    server.answers[command] = answer
    ours = channel(server)
    first = requests(ours)[0]
    with overhear() as heard:
        receipt = ours.send(first, [])
    server.answers.clear()
    again = ours.send(first, [])
    ours.close()

    assert (receipt.outcome, receipt.wait, again.outcome) == ("refused", wait, "sent")
    assert heard.last == answer
    assert server.recipients == [TO[0]]


def test_a_sender_that_the_server_does_not_take_is_noticed_beforehand(server):
    server.answers["MAIL"] = "550 5.7.1 Not yours"
    with pytest.raises(ChannelError, match=r"does not take mail from press@rivers\.example"):
        channel(server).whoami()
    server.answers.clear()

    assert channel(server).whoami().handle == "press@rivers.example"
    assert server.mails == []


def test_a_server_that_limits_the_size_is_told_it_before_the_message(server, monkeypatch):
    told = []
    took = smtplib.SMTP.mail
    monkeypatch.setattr(
        smtplib.SMTP, "mail", lambda smtp, sender, options=(): (told.extend(options), took(smtp, sender, options))[1]
    )
    ours = channel(server)
    receipt = ours.send(requests(ours)[0], [])
    ours.close()

    assert receipt.outcome == "sent"
    assert told == [f"SIZE={len(server.raw[0])}"]


def test_what_the_server_said_to_a_message_is_kept(server):
    ours = channel(server)
    with overhear() as heard:
        ours.send(requests(ours)[0], [])
    ours.close()

    assert heard.answers == ["250 2.0.0 Ok: queued as 1"]


def test_a_server_that_could_not_be_reached_is_asked_again_by_whoever_met_that(server):
    """The others are spared the time; once it is back they get theirs."""
    ours = channel(server)
    first, second, _ = requests(ours)
    server.stop()
    down = [ours.send(first, []), ours.send(second, [])]
    server.start()
    up = [ours.send(first, []), ours.send(second, [])]
    ours.close()

    assert [(receipt.outcome, receipt.wait) for receipt in down] == [("refused", 0.0)] * 2
    assert [receipt.outcome for receipt in up] == ["sent", "sent"]


def test_a_connection_that_breaks_while_the_message_is_under_way_is_refused():
    """The server closes in the middle of a message of some megabytes: the final dot was never sent."""
    said = [b"220 hi", b"250 hi", b"250 ok", b"250 ok", b"354 go on"]
    with talking(said, then_close=True) as port:
        ours = channel(At(port), to=TO[0])
        receipt = ours.send(requests(ours, boilerplate="word " * 1_900_000)[0], [])

    assert (receipt.outcome, receipt.wait) == ("refused", 0.0)
    assert "broke off" in receipt.error


@pytest.mark.parametrize(
    ("fault", "says"),
    [("close_after", "broke off"), ("slow", "no answer in time"), ("garbage", "answered what no mail server should")],
)
def test_what_is_not_answered_behind_the_message_is_unknown(server, fault, says):
    """The message may be there, and is: nobody may say that it is not. The next recipient gets theirs all the same."""
    server.misbehave(fault)
    ours = channel(server)
    ours.timeouts = (10.0, 10.0, 0.5 if fault == "slow" else 10.0)
    first, second, _ = requests(ours)
    receipts = [ours.send(first, []), ours.send(second, [])]
    ours.close()

    assert [receipt.outcome for receipt in receipts] == ["unknown", "sent"]
    assert says in receipts[0].error
    assert TO[0] in receipts[0].error
    assert server.recipients == TO[:2]
    assert ours.find(first).outcome == "unknown"
    assert ours.capabilities.readable is False


def test_no_server_at_all_is_refused_once_for_all(server):
    ours = channel(server)
    server.stop()
    receipts = [ours.send(request, []) for request in requests(ours)]
    server.start()

    assert [receipt.outcome for receipt in receipts] == ["refused"] * 3
    assert "could not reach 127.0.0.1" in receipts[0].error
    ours.close()
    assert ours.send(requests(ours)[0], []).outcome == "sent"
    ours.close()


def test_a_server_that_says_nothing_is_refused():
    with talking([]) as port:
        ours = channel(At(port))
        ours.timeouts = (0.5, 0.5, 0.5)
        receipt = ours.send(requests(ours)[0], [])

    assert receipt.outcome == "refused"
    assert "no answer in time" in receipt.error


def test_a_server_that_turns_us_away_is_refused_in_its_words():
    with talking([b"554 5.3.2 No service here"]) as port:
        receipt = channel(At(port)).send(requests(channel(At(port)))[0], [])

    assert receipt.outcome == "refused"
    assert "554 5.3.2 No service here" in receipt.error


def test_a_connection_that_was_closed_meanwhile_is_opened_anew(server):
    ours = channel(server)
    first, second, _ = requests(ours)
    before = ours.send(first, [])
    server.stop()
    server.start()
    after = ours.send(second, [])
    ours.close()

    assert (before.outcome, after.outcome) == ("sent", "sent")
    assert server.recipients == TO[:2]


def test_a_connection_carries_fifty_messages(server):
    ours = channel(server, to=[f"p{number}@paper.example" for number in range(51)])
    receipts = [ours.send(request, []) for request in requests(ours)]
    ours.close()

    assert {receipt.outcome for receipt in receipts} == {"sent"}
    assert server.connections == 2


def test_a_person_may_say_that_it_arrived():
    request = Request("SEND", "smtp://mail.example:25", recipient=TO[0], key="<a@b.example>")
    ours = channel(At(25))

    assert ours.receipt_for(f"mailto:{TO[0]}", request) == Receipt("sent", id="a@b.example")
    with pytest.raises(ChannelError, match="mailto:ana@paper"):
        ours.receipt_for("https://rivers.example/", request)


def test_whoami_sends_nothing(server):
    ours = channel(server)

    assert ours.whoami().handle == "press@rivers.example"
    assert server.mails == []


def test_a_release_is_mailed_once_however_often_it_is_published(tmp_path, server):
    """One recipient is not known, one message has no answer: the others have theirs, and nobody gets it twice."""
    server.answers["ben@paper.example"] = "550 5.1.1 No such user"
    (tmp_path / "list.csv").write_text("\n".join(("email", *TO)))
    (tmp_path / "r.md").write_text("# A River Is Ours\n\nALLER - It is ours since today, says the council.\n")
    settings = {**server.settings(), "list": "list.csv", "account": "press@rivers.example"}
    (tmp_path / "channels.yaml").write_text(json.dumps({"channels": {"email": settings}}))

    def publish(*words):
        run = forked(words, folder=tmp_path, env=dict(os.environ))
        return run.returncode, run.stdout + run.stderr

    server.misbehave("close_after")
    assert publish("r.md")[0] == 3
    assert server.recipients == ["ana@paper.example", "cem@paper.example"]

    server.answers.clear()
    code, said = publish("r.md")
    assert code == 3
    assert "email, to ana@paper.example: held for a person" in said
    assert server.recipients == ["ana@paper.example", "cem@paper.example", "ben@paper.example"]

    assert publish("resolve", "r.md", "email", "--sent", "mailto:ana@paper.example")[0] == 0
    assert publish("r.md")[0] == 0
    assert len(server.mails) == 3


class At:
    """A server that only has a port."""

    def __init__(self, port):
        self.port = port

    def settings(self):
        return {"host": "127.0.0.1", "port": self.port, "security": "none", "from": "press@rivers.example"}


@contextmanager
def talking(lines, *, then_close=False):
    """A port on which a server says one line to whoever connects, and one for each line that it gets."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(30)

        def serve():
            connection, _ = listening.accept()
            with connection:
                connection.settimeout(30)
                for number, line in enumerate(lines):
                    if number:
                        connection.recv(4096)
                    connection.sendall(line + b"\r\n")
                if then_close:
                    connection.recv(1000)
                    return
                ended.wait(10)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            ended.set()
            thread.join()
