"""`publish check` tells until when credentials hold, and `--due` whether they will when something goes out."""

import json

import pytest
from desk import Desk
from servers.linkedin import LinkedInServer
from servers.slack import SlackServer

from publisher.channels.registry import build
from publisher.channels.slack import Slack
from publisher.cli.checking import check_due
from publisher.cli.output import Output
from publisher.config.loading import load_config
from publisher.errors import PublishError

BEFORE = "2026-12-01 07:00:00+00:00"
AT = "2026-12-01 09:00"  # in Berlin
HOUR = 3600


@pytest.fixture
def slack():
    server = SlackServer()
    yield server
    server.stop()
    assert not server.crashes, server.crashes[0]


@pytest.fixture
def linkedin():
    server = LinkedInServer()
    yield server
    server.stop()
    assert not server.crashes, server.crashes[0]


@pytest.fixture
def desk(tmp_path, slack, mastodon_server):
    desk = Desk(tmp_path, {})
    configure(desk, slack=slack.settings(), mastodon=mastodon_server.settings())
    return desk


def configure(desk, **channels):
    desk.configure(channels, organisation={"name": "League", "timezone": "Europe/Berlin"})


def schedule(desk, *words, at=AT):
    run = desk.at(BEFORE, "release.txt", "--at", at, "--accept-warnings", *words)
    assert run.returncode == 0, run.stderr


def check(desk, *words, moment=BEFORE):
    """The exit code and what was said; nothing may have been posted."""
    run = desk.at(moment, "check", *words)
    assert "Traceback" not in run.stderr
    return run.returncode, run.stdout + run.stderr


def test_where_nothing_is_due_nothing_is_asked_or_said(desk, slack, mastodon_server):
    """Cron mails only news: neither without a ledger, nor where all that is coming comes later."""
    assert check(desk, "--due", "24h") == (0, "")
    assert not (desk.folder / ".publish").exists()
    schedule(desk, at="2026-12-03 09:00")
    slack.requests.clear()
    mastodon_server.requests.clear()

    assert check(desk, "--due", "24h") == (0, "")
    assert not slack.requests
    assert not mastodon_server.requests
    code, said = check(desk, "--due", "24h", "--json")
    assert (code, json.loads(said)["channels"]) == (0, [])


def test_where_all_is_well_nothing_is_said_and_only_those_with_something_due_are_asked(desk, slack, mastodon_server):
    schedule(desk, "--only", "newsroom,slack")
    slack.lifetime = {"expires_in": 12 * HOUR}
    mastodon_server.requests.clear()

    assert check(desk, "--due", "24h") == (0, "")
    assert not mastodon_server.requests
    assert not slack.posts


def test_a_token_that_runs_out_before_the_time_is_named_with_what_to_renew(desk, slack):
    """An hour and a second left would do; fifty-nine minutes do not."""
    schedule(desk)
    slack.lifetime = {"expires_in": 59 * 60}
    code, said = check(desk, "--due", "1d")

    assert code == 1
    assert said.startswith(
        "slack: five-cities-ask-for-a-clean-harbour-by-2030, due on Tuesday, 1 December 2026, 09:00 CET, will not go "
        "out there: its credentials run out on Tuesday, 1 December 2026, 08:59"
    )
    assert said.endswith(" CET, as the network says. Renew `token`.\n")
    assert said.count("\n") == 1
    data = json.loads(desk.at(BEFORE, "check", "--due", "1d", "--json").stdout)
    found = {each["channel"]: each for each in data["channels"]}
    assert {name: each["status"] for name, each in found.items()} == {
        "newsroom": "works",
        "slack": "ends",
        "mastodon": "works",
    }
    assert found["slack"]["due_at"] == found["mastodon"]["due_at"] == "2026-12-01T08:00:00+00:00"
    assert (found["slack"]["renew"], found["mastodon"]["renew"]) == (["token"], [])
    assert found["slack"]["expires"].startswith("2026-12-01T07:59:")


def test_of_two_times_the_first_that_comes_too_late_is_named(desk, slack):
    schedule(desk)
    (desk.folder / "other.txt").write_text("Another Headline of the League\n\nAller, 2 Dec. A text of its own.\n")
    assert desk.at(BEFORE, "other.txt", "--at", "2026-12-01 15:00").returncode == 0
    slack.lifetime = {"expires_in": 2 * HOUR}

    assert check(desk, "--due", "2h") == (0, "")
    code, said = check(desk, "--due", "24h")
    assert code == 1
    assert said.startswith(
        "slack: another-headline-of-the-league, due on Tuesday, 1 December 2026, 15:00 CET, will not"
    )


def test_a_token_that_is_revoked_is_named(desk, mastodon_server):
    schedule(desk)
    mastodon_server.access_token = "another"
    code, said = check(desk, "--due", "24h")

    assert code == 1
    assert said.count("\n") == 1
    assert said.startswith(
        "mastodon: five-cities-ask-for-a-clean-harbour-by-2030, due on Tuesday, 1 December 2026, 09:00 CET"
    )
    assert "(The access token is invalid). If it is the credentials, renew `access_token`." in said


def test_a_day_in_channels_yaml_counts_where_the_network_does_not_tell(desk, linkedin):
    """At any hour of that day it may be over; the day before all is well."""
    for day, code in (("2026-12-02", 0), ("2026-12-01", 1), ("2026-11-20", 1)):
        configure(desk, linkedin={**linkedin.settings(), "expires": day})
        schedule(desk)
        found, said = check(desk, "--due", "24h")
        assert (found, bool(said)) == (code, code > 0), said
    assert "its credentials ran out on Friday, 20 November 2026, as `expires` in channels.yaml says." in said
    assert said.endswith("Renew `access_token` and `expires`.\n")
    assert "linkedin: works" in check(desk)[1]
    assert "though channels.yaml has it that its credentials ran out on Friday, 20 November 2026" in check(desk)[1]


def test_what_the_network_tells_wins_over_the_day_in_channels_yaml(desk, slack):
    configure(desk, slack={**slack.settings(), "expires": "2026-11-20"})
    slack.lifetime = {"expires_in": 12 * HOUR}
    schedule(desk)

    assert check(desk, "--due", "24h") == (0, "")
    assert "slack: works, @press_bot in Harbour, until Tuesday, 1 December 2026, 20:00" in check(desk)[1]


@pytest.mark.parametrize("odd", ["soon", True, -1, 10**30, None, [3600]])
def test_an_odd_answer_about_the_end_is_no_end(slack, tmp_path, odd):
    slack.lifetime = {"expires_in": odd}
    settings = Slack.Settings(**slack.settings())
    account = Slack("slack", settings, tmp_path).whoami()

    assert account.handle == "@press_bot in Harbour"
    assert account.expires is None


def test_a_delivery_that_is_tried_again_counts_by_its_next_try(desk, mastodon_server):
    """It was due an hour ago, and half of it is out."""
    schedule(desk, "--only", "newsroom,mastodon")
    mastodon_server.misbehave("500_before")
    mastodon_server.access_token = "another"
    assert desk.at("2026-12-01 08:00:10+00:00", "due").returncode == 1
    code, said = check(desk, "--due", "5m", moment="2026-12-01 08:00:20+00:00")

    assert code == 1
    assert said.startswith(
        "mastodon: five-cities-ask-for-a-clean-harbour-by-2030, due on Tuesday, 1 December 2026, 09:01"
    )
    assert "newsroom" not in said


def test_a_channel_that_is_gone_or_off_is_a_wrong_configuration(desk, mastodon_server):
    schedule(desk)
    off = {**mastodon_server.settings(), "enabled": False}
    configure(desk, mastodon=off)
    code, said = check(desk, "--due", "24h")

    assert code == 2
    assert "slack: five-cities" in said
    assert "there is no such channel in channels.yaml any more." in said
    assert "it is switched off." in said


def test_another_organisations_account_is_a_wrong_configuration(desk, mastodon_server):
    configure(desk, mastodon={**mastodon_server.settings(), "account": "@us"})
    schedule(desk)
    code, said = check(desk, "--due", "24h")

    assert code == 2
    assert "the credentials belong to @harbour_news@social.example, not to @us." in said


def test_the_brake_is_said_where_something_is_due(desk):
    schedule(desk)
    desk.at(BEFORE, "freeze", "--reason", "a strike")

    assert check(desk, "--due", "30m") == (0, "")
    code, said = check(desk, "--due", "24h")
    assert (code, said.count("\n")) == (0, 1)
    assert said.startswith("Everything is stopped by `publish freeze`, since ")
    assert json.loads(desk.at(BEFORE, "check", "--due", "24h", "--json").stdout)["frozen"]["reason"] == "a strike"


def test_a_ledger_that_cannot_be_opened_is_said(desk):
    (desk.folder / ".publish").mkdir()
    (desk.folder / ".publish/ledger.db").write_bytes(b"no database at all" * 100)
    code, said = check(desk, "--due", "24h")

    assert code == 2
    assert said.startswith("publish: ")
    assert said.count("\n") == 1


@pytest.mark.parametrize("written", ["tomorrow", "", "-1h", "24"])
def test_a_time_that_is_none_is_refused(desk, written):
    config = load_config(str(desk.folder / "channels.yaml"))
    with pytest.raises(PublishError, match="Write it like 24h, 90m or 2d"):
        check_due(config, written, Output())


@pytest.mark.parametrize(
    "day", ["'2026-13-01'", "'2026-02-30'", "31.12.2026", "soon", "2026-12-31T10:00:00Z", "60", "true"]
)
def test_a_day_that_is_none_is_refused_with_its_line(desk, slack, day):
    configure(desk, slack={**slack.settings(), "expires": "DAY"})
    file = desk.folder / "channels.yaml"
    file.write_text(file.read_text().replace("DAY", day))
    config = load_config(str(file))
    (block,) = (block for block in config.blocks if block.name == "slack")
    with pytest.raises(PublishError, match=r"channels\.yaml:\d+:\d+: .*expires"):
        build(config, block, for_sending=False)


def test_a_day_may_be_a_variable(desk, slack):
    """A preview needs none of its value."""
    configure(desk, slack={**slack.settings(), "expires": "${SLACK_ENDS}"})
    assert desk.run("preview", "release.txt").returncode == 0
    run = desk.at(BEFORE, "check", env={"SLACK_ENDS": "2027-01-31"})

    assert run.returncode == 0, run.stdout
    assert "slack: works, @press_bot in Harbour, until Sunday, 31 January 2027\n" in run.stdout


def test_no_secret_is_told(desk, slack, mastodon_server):
    schedule(desk)
    slack.lifetime = {"expires_in": 60}
    token, mastodon_server.access_token = mastodon_server.access_token, "another"
    for words in (("check",), ("check", "--due", "24h"), ("check", "--due", "24h", "--json", "--debug")):
        run = desk.at(BEFORE, *words)
        assert slack.token not in run.stdout + run.stderr
        assert token not in run.stdout + run.stderr
