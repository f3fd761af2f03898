"""Checkouts that come and go beside a ledger in PostgreSQL, as the workflows of docs/scheduling have it."""

import pytest
from checkouts import Runner, headline_corrected_once_out, once_through


@pytest.fixture
def runner(tmp_path, telegram_server, postgresql_url):
    channels = {"newsroom": {"enabled": False}, "telegram": telegram_server.settings()}
    return Runner(tmp_path, channels, postgresql_url)


def test_each_checkout_knows_the_files_again_and_sends_once(runner, telegram_server):
    once_through(runner, telegram_server)


def test_a_headline_that_was_corrected_once_it_is_out_does_not_make_another_release_of_it(runner, telegram_server):
    headline_corrected_once_out(runner, telegram_server)
