"""Entering releases and posts into a ledger by themselves, without a plan."""

from publisher.delivery.entering import enter_delivery, enter_release


def record_release(ledger, known=None, **values):
    """Enter a release (`slug`, `file`, `headline`, `digest`, `content`). Returns its number."""
    with ledger.writing() as connection:
        return enter_release(connection, known, values)


def record_delivery(ledger, release_id, *, channel, kind, layout, requests, stamp=lambda request, _index, _at: request):
    """Enter the posts of one channel: requests, each with its digest."""
    values = {"channel": channel, "type": kind, "layout": layout}
    with ledger.writing() as connection:
        enter_delivery(connection, release_id, values, requests, stamp)
