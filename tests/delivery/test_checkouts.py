"""A folder of releases that each run checks out anew, into another folder, with new times of its files."""

import pytest
from checkouts import BEFORE, DUE, HEADLINE, LATER, Runner, headline_corrected_once_out, once_through
from desk import RELEASE


@pytest.fixture
def runner(tmp_path, telegram_server):
    channels = {"newsroom": {"enabled": False}, "telegram": telegram_server.settings()}
    return Runner(tmp_path, channels, f"sqlite:///{tmp_path}/ledger.db")


def test_each_checkout_knows_the_files_again_and_sends_once(runner, telegram_server):
    once_through(runner, telegram_server)


def test_a_text_that_was_merged_before_its_time_takes_the_place_of_the_old_one(runner, telegram_server):
    """Also where its headline changed, and so the slug by which the ledger knows it."""
    runner.run(BEFORE, "due")
    runner.merge(RELEASE.replace(HEADLINE, "Five Cities Ask for Clean Water by 2031"))
    assert runner.run(BEFORE, "due")[0] == 0
    code, said = runner.run(DUE, "due")

    assert code == 0, said
    (post,) = telegram_server.posts
    assert "by 2031" in post.text
    assert runner.run(LATER, "schedule") == (0, "Nothing is scheduled.\n")


def test_a_headline_that_was_corrected_once_it_is_out_does_not_make_another_release_of_it(runner, telegram_server):
    headline_corrected_once_out(runner, telegram_server)


def test_what_a_person_took_off_on_one_checkout_does_not_come_back_on_another(runner, telegram_server):
    """Neither by itself nor as its words change; only with a new time."""
    runner.run(BEFORE, "due")
    code, said = runner.run(BEFORE, "cancel", "releases/harbour.txt")
    assert code == 0, said
    runner.merge(RELEASE.replace("thirty years", "forty years"))

    assert runner.run(BEFORE, "due") == (0, "")
    assert runner.run(DUE, "due") == (0, "")
    assert not telegram_server.posts
