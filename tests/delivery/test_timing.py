"""A release under embargo, or with a time to come, does not go out early."""

from datetime import UTC, datetime

import pytest

from publisher.delivery.timing import refuse_early
from publisher.errors import PublishError
from publisher.release.model import Release

NOW = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)


def release(**times):
    return Release(file="r.md", headline="H", slug="h", **times)


@pytest.mark.parametrize(
    "times",
    [
        {"embargo": datetime(2026, 12, 1, 8, 1, tzinfo=UTC)},
        {"embargo": "2026-12-01T09:30:00+01:00"},
        {"embargo": "9:30 tomorrow"},
        {"publish_at": datetime(2026, 12, 1, 9, 1)},  # noqa: DTZ001 -- read in Berlin, where it is 9:00 now
        {"publish_at": "2026-12-02"},
    ],
)
def test_too_early_or_unreadable_is_refused(times):
    """Nothing goes out before its time, nor where the time cannot be read."""
    with pytest.raises(PublishError, match="nothing was sent"):
        refuse_early(release(**times), "Europe/Berlin", NOW)


@pytest.mark.parametrize(
    "times",
    [{}, {"embargo": NOW}, {"embargo": "2026-12-01T09:00:00+01:00"}, {"publish_at": datetime(2026, 12, 1, 9, 0)}],  # noqa: DTZ001
)
def test_at_its_time_it_may_go(times):
    refuse_early(release(**times), "Europe/Berlin", NOW)


def test_the_message_names_the_local_time():
    with pytest.raises(PublishError, match=r"under embargo until Tuesday, 01 December 2026, 10:00 CET"):
        refuse_early(release(embargo=datetime(2026, 12, 1, 9, 0, tzinfo=UTC)), "Europe/Berlin", NOW)
