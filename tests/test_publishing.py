"""`publish FILE`, from a file to posts on servers with real sockets, as a press officer runs it."""

from __future__ import annotations

import json
import signal
import subprocess
import time

import pytest
from desk import RELEASE, Desk, chain
from examples import FULL


@pytest.fixture
def desk(tmp_path, x_server, bluesky_server, telegram_server):
    return Desk(
        tmp_path,
        {
            "x": {**x_server.settings(), "layout": "thread"},
            "bluesky": bluesky_server.settings(),
            "telegram": telegram_server.settings(),
        },
    )


def test_a_release_stands_everywhere_once(desk, x_server, bluesky_server, telegram_server):
    """Page, threads with right references, one message; a second run sends nothing."""
    code, deliveries = desk.publish()

    assert code == 0
    assert {name: delivery["status"] for name, delivery in deliveries.items()} == dict.fromkeys(
        ("newsroom", "x", "bluesky", "telegram"), "sent"
    )
    page = "https://news.aller.example/five-cities-ask-for-a-clean-harbour-by-2030/"
    assert deliveries["newsroom"]["posts"][0]["url"] == page
    assert x_server.posts[0].text == f"Five Cities Ask for a Clean Harbour by 2030\n\n{page}"
    assert len(x_server.posts) >= 4
    assert chain(x_server)
    assert len(bluesky_server.posts) >= 4
    assert chain(bluesky_server)
    assert len(telegram_server.posts) == 1
    assert "They are long & we are <patient>." in telegram_server.posts[0].text
    assert "— Ana Ruiz" in telegram_server.posts[0].text

    before = [len(server.posts) for server in (x_server, bluesky_server, telegram_server)]
    again = desk.run("release.txt")
    assert again.returncode == 0
    assert "published already" in again.stdout
    assert [len(server.posts) for server in (x_server, bluesky_server, telegram_server)] == before


def test_a_dead_server_loses_only_its_own_channel(desk, x_server, bluesky_server, telegram_server):
    """Exit code 1, the others are out; the next run sends only what is missing."""
    bluesky_server.stop()
    code, deliveries = desk.publish()

    assert code == 1
    assert deliveries["bluesky"]["status"] == "refused"
    assert "could not reach" in deliveries["bluesky"]["posts"][0]["error"]
    assert deliveries["x"]["status"] == deliveries["telegram"]["status"] == deliveries["newsroom"]["status"] == "sent"

    sent = len(x_server.posts)
    bluesky_server.start()
    code, deliveries = desk.publish()
    assert code == 0
    assert deliveries["bluesky"]["status"] == "sent"
    assert chain(bluesky_server)
    assert (len(x_server.posts), len(telegram_server.posts)) == (sent, 1)


def test_a_thread_goes_on_after_its_last_sent_post(desk, x_server):
    """Refused in the middle, the thread resumes there, and answers the right posts."""
    whole = desk.run("preview", "release.txt", "--json")
    posts = {each["channel"]: each["posts"] for each in json.loads(whole.stdout)["variants"]}
    answer = x_server.answer
    calls = []

    def third_is_refused(call):
        if x_server.publishes(call):
            calls.append(call)
            if len(calls) == 3:
                return x_server.expired()
        return answer(call)

    x_server.answer = third_is_refused
    code, deliveries = desk.publish()
    assert code == 1
    assert [post["status"] for post in deliveries["x"]["posts"]][:3] == ["sent", "sent", "refused"]
    assert len(x_server.posts) == 2

    code, deliveries = desk.publish()
    assert code == 0
    assert [post.text for post in x_server.posts] == [post["text"] for post in posts["x"]]
    assert chain(x_server)


def test_a_lost_answer_is_looked_up_not_sent_again(desk, x_server, bluesky_server):
    """The server applied the post and closed: the post is found on the timeline, by its key, and taken as sent."""
    x_server.misbehave("close_after")
    bluesky_server.misbehave("500_after")
    code, deliveries = desk.publish()

    assert code == 0
    assert deliveries["x"]["status"] == deliveries["bluesky"]["status"] == "sent"
    assert chain(x_server)
    assert chain(bluesky_server)


def test_a_network_that_is_down_when_it_is_asked_is_asked_again(desk, bluesky_server):
    """The answer was lost, and then the network went down: the post stays unknown until somebody can tell."""
    answer = bluesky_server.respond

    def loses_one_and_goes_down(call):
        if bluesky_server.publishes(call):
            answer(call)
            bluesky_server.respond = lambda _: None
            return None
        return answer(call)

    bluesky_server.respond = loses_one_and_goes_down
    code, deliveries = desk.publish()
    assert (code, deliveries["bluesky"]["status"]) == (3, "unknown")
    code, deliveries = desk.publish()
    assert (code, deliveries["bluesky"]["status"]) == (3, "unknown")

    bluesky_server.respond = answer
    code, deliveries = desk.publish()
    assert (code, deliveries["bluesky"]["status"]) == (0, "sent")
    assert chain(bluesky_server)


def test_where_nobody_can_look_a_person_must(desk, telegram_server):
    """Telegram cannot be asked: held, never sent again; the person's word settles it."""
    telegram_server.misbehave("close_after")
    code, deliveries = desk.publish()
    assert (code, deliveries["telegram"]["status"]) == (3, "held")

    code, deliveries = desk.publish()
    assert (code, deliveries["telegram"]["status"]) == (3, "held")
    assert len(telegram_server.posts) == 1
    assert desk.run("status", "release.txt").returncode == 3

    for no_link in ("", "foo"):
        wrong = desk.run("resolve", "release.txt", "telegram", "--sent", no_link)
        assert (wrong.returncode, "is no link" in wrong.stderr) == (2, True)
    said = desk.run("resolve", "release.txt", "telegram", "--sent", "https://t.me/harbour_channel/7")
    assert said.returncode == 0, said.stderr
    said = desk.run("resolve", "release.txt", "telegram", "--sent", "https://t.me/harbour_channel/1")
    assert said.returncode == 0, said.stderr
    code, deliveries = desk.publish()
    assert (code, deliveries["telegram"]["posts"][0]["url"]) == (0, "https://t.me/harbour_channel/1")
    assert len(telegram_server.posts) == 1


def test_a_post_that_a_person_did_not_find_is_sent(desk, telegram_server):
    telegram_server.misbehave("close_before")
    desk.publish()
    desk.run("resolve", "release.txt", "telegram", "--not-sent")
    code, _ = desk.publish()

    assert code == 0
    assert len(telegram_server.posts) == 1


def test_two_runs_at_once_send_each_post_once(desk, x_server, bluesky_server, telegram_server):
    """Six processes start together; all of them end well, and nothing stands twice."""
    runs = [desk.start("release.txt") for _ in range(6)]
    outputs = [run.communicate(timeout=90)[0] for run in runs]

    assert [run.returncode for run in runs] == [0] * 6, outputs
    for server in (x_server, bluesky_server, telegram_server):
        texts = [post.text for post in server.posts]
        assert len(texts) == len(set(texts))
    assert chain(x_server)
    assert chain(bluesky_server)


@pytest.mark.parametrize("account", [None, "League of Aller Cities"])
def test_without_its_page_nothing_else_begins(desk, x_server, telegram_server, account):
    """The links would lead nowhere: the page fails, the others wait for it, whatever fails about the page."""
    newsroom = {"folder": "site", "base_url": "https://news.aller.example", **({"account": account} if account else {})}
    desk.configure({"newsroom": newsroom, "x": x_server.settings(), "telegram": telegram_server.settings()})
    (desk.folder / "site").write_text("a file where the folder should be")
    code, deliveries = desk.publish()

    assert code == 1
    assert deliveries["newsroom"]["status"] == "refused"
    assert deliveries["x"]["status"] == "planned"
    assert x_server.posts == telegram_server.posts == []


def test_a_run_goes_on_when_nobody_reads_what_it_says(desk, x_server, bluesky_server):
    """Its output closed after a line (`| head -1`), every post goes out all the same."""
    run = subprocess.Popen(
        desk.command("release.txt"), cwd=desk.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    run.stdout.readline()
    run.stdout.close()
    run.wait(timeout=60)
    run.stderr.close()

    assert chain(x_server)
    assert desk.publish()[0] == 0
    assert len(bluesky_server.posts) == len({post.text for post in bluesky_server.posts}) >= 4


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped_ends_cleanly_and_is_taken_up_again(desk, x_server, bluesky_server, number):
    """What is on its way arrives, nothing else begins, nothing is unknown; the next run does the rest."""
    x_server.slow_seconds = 1.5
    x_server.misbehave("slow", 10)
    run = subprocess.Popen(
        desk.command("release.txt"), cwd=desk.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    for _ in range(3000):
        if x_server.posts:
            break
        time.sleep(0.005)
    run.send_signal(number)
    output = run.communicate(timeout=60)[0]

    assert run.returncode == 1, output
    assert "Stopped, as you asked" in output
    assert len(x_server.posts) < 4
    x_server.slow_seconds = 0.0
    assert desk.publish()[0] == 0
    for server in (bluesky_server, x_server):
        assert chain(server)
        assert len(server.posts) == len({post.text for post in server.posts})


def test_a_run_that_is_killed_is_taken_up_again(desk, bluesky_server, x_server, telegram_server):
    """Kill -9 at five moments: after the re-runs every post stands once; Telegram's may be held, never doubled."""
    for delay in (0.4, 0.6, 0.8, 1.0, 1.2):
        run = subprocess.Popen(
            desk.command("release.txt"), cwd=desk.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(delay)
        run.kill()
        run.wait()
    code, deliveries = desk.publish()

    assert deliveries["x"]["status"] == deliveries["bluesky"]["status"] == "sent"
    assert code == (3 if deliveries["telegram"]["status"] == "held" else 0)
    for server in (bluesky_server, x_server):
        assert chain(server)
        assert len(server.posts) == len({post.text for post in server.posts}) >= 4
    assert len(telegram_server.posts) <= 1


def test_another_organisations_account_stops_everything(desk, x_server, telegram_server):
    """`account` is checked before anything is public."""
    settings = {**x_server.settings(), "account": "@the_rivals"}
    desk.configure({"x": settings, "telegram": telegram_server.settings()})
    run = desk.run("release.txt")

    assert run.returncode == 2
    assert f"belong to @{x_server.username}, not to @the_rivals; nothing was sent" in run.stderr
    assert x_server.posts == telegram_server.posts == []
    assert not (desk.folder / "site").exists()


def test_a_release_that_changed_after_it_went_out_is_refused(desk, x_server, telegram_server):
    """Not even a new headline makes it go out a second time."""
    desk.publish()
    before = (len(x_server.posts), len(telegram_server.posts))
    file = desk.folder / "release.txt"
    file.write_text(file.read_text().replace("Five Cities Ask", "Five Towns Ask Loudly").replace("2030", "2031"))
    run = desk.run("release.txt")

    assert run.returncode == 2
    assert "has changed since it went out" in run.stderr
    assert (len(x_server.posts), len(telegram_server.posts)) == before


def test_an_own_text_that_changed_after_it_went_out_is_refused(desk, x_server):
    """A changed `variants` text does not pass for published already."""
    file = desk.folder / "release.txt"
    file.write_text(f"---\nvariants: {{x: Our own words.}}\n---\n\n{RELEASE}")
    assert desk.publish()[0] == 0
    file.write_text(f"---\nvariants: {{x: Our other words.}}\n---\n\n{RELEASE}")

    assert desk.run("release.txt").returncode == 2
    assert [post.text for post in x_server.posts] == ["Our own words."]


def test_a_channel_that_the_release_switches_off_is_skipped(desk, x_server):
    (desk.folder / "release.txt").write_text(f"---\nvariants: {{x: false}}\n---\n\n{RELEASE}")
    code, deliveries = desk.publish("--only", "newsroom,x")

    assert code == 0
    assert (deliveries["x"]["status"], deliveries["x"]["posts"]) == ("skipped", [])
    assert x_server.posts == []


def test_another_release_in_the_same_file_is_another_release(desk, telegram_server):
    desk.publish()
    (desk.folder / "release.txt").write_text(
        "Harbour Festival Opens on Saturday\n\n(Aller)—The festival opens its gates on Saturday at noon.\n\n"
        "“Come and bring your boats,” said Captain Tom Beck.\n"
    )
    code, _ = desk.publish("--only", "telegram,newsroom")

    assert code == 0
    assert len(telegram_server.posts) == 2


def test_a_dry_run_touches_nothing(desk, x_server, bluesky_server, telegram_server):
    """No request, no ledger, no page."""
    before = desk.everything()
    run = desk.run("release.txt", "--dry-run")

    assert run.returncode == 0
    assert "Dry run, nothing was sent: 4 channels" in run.stdout
    assert desk.everything() == before
    assert x_server.requests == bluesky_server.requests == telegram_server.requests == []


def test_the_preview_is_what_is_sent(desk, x_server, bluesky_server, telegram_server):
    """Each text of the preview stands on the network, letter by letter, within its limit."""
    preview = json.loads(desk.run("preview", "release.txt", "--json").stdout)
    desk.publish()
    shown = {each["channel"]: each["posts"] for each in preview["variants"]}

    for name, server in (("x", x_server), ("bluesky", bluesky_server), ("telegram", telegram_server)):
        assert [post["text"] for post in shown[name]] == [post.text for post in server.posts]
    assert all(post["count"] <= post["limit"] for posts in shown.values() for post in posts)
    assert shown["x"][0]["request"]["json"]["text"] == shown["x"][0]["text"]
    assert shown["telegram"][0]["request"]["url"].endswith("/bot•••/sendMessage")


def test_only_and_skip_choose_channels(desk, x_server):
    _, deliveries = desk.publish("--only", "newsroom,telegram")
    assert set(deliveries) == {"newsroom", "telegram"}
    assert x_server.posts == []

    run = desk.run("release.txt", "--skip", "telegam")
    assert run.returncode == 2
    assert "there is no channel `telegam`. Did you mean `telegram`?" in run.stderr


FAULTS = ["close_after", "expired", *(["close_before", "500_after", "429", "garbage"] if FULL else [])]


@pytest.mark.parametrize("fault", FAULTS)
def test_no_secret_is_ever_shown_or_kept(desk, x_server, bluesky_server, telegram_server, fault):
    """Whatever goes wrong: not in the output, not with --debug, not in the ledger, the pages or the previews."""
    secrets = [
        *(x_server.settings()[name] for name in ("consumer_secret", "access_token", "access_token_secret")),
        bluesky_server.app_password,
        telegram_server.token,
    ]
    channels = {"x": x_server.settings(), "bluesky": bluesky_server.settings(), "telegram": telegram_server.settings()}
    desk.configure(channels, deadline=0.25)  # no network's pause is waited for
    for server in (x_server, bluesky_server, telegram_server):
        server.misbehave(fault)
    runs = [
        desk.run("release.txt", "--debug"),
        desk.run("release.txt", "--debug", "--json"),
        desk.run("preview", "release.txt", "--json", "--debug"),
        desk.run("status", "--json"),
        desk.run("check", "--debug"),
    ]
    secrets += bluesky_server.tokens

    for secret in secrets:
        for run in runs:
            assert secret not in run.stdout + run.stderr
        for path, content in desk.everything().items():
            if path.name != "channels.yaml":
                assert secret.encode() not in content, path
        assert secret not in desk.ledger()


def test_check_says_whose_credentials_these_are(desk, x_server, bluesky_server, telegram_server):
    """One line a channel; a dead one is named, and the exit code says so."""
    good = desk.run("check")
    assert good.returncode == 0, good.stdout + good.stderr
    assert f"x: works, @{x_server.username}" in good.stdout
    assert f"bluesky: works, @{bluesky_server.handle}" in good.stdout

    telegram_server.stop()
    bad = desk.run("check")
    assert bad.returncode == 1
    assert bad.stdout.splitlines()[-1] == "Look at: telegram."
    assert x_server.posts == bluesky_server.posts == []


def test_a_page_that_was_deleted_is_written_again(desk):
    """The newsroom is a folder of ours: publishing again puts back what is missing, and posts nothing."""
    desk.publish()
    page = desk.folder / "site/five-cities-ask-for-a-clean-harbour-by-2030/index.html"
    page.unlink()
    code, _ = desk.publish()

    assert code == 0
    assert page.is_file()
