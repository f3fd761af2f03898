"""The real servers, on loopback: each is started by the first test that asks for it, once a process."""

from __future__ import annotations

from real.servers.bluesky import member, pds
from real.servers.mail import mail_process
from real.servers.mastodon import mastodon_mock, mastodon_process
from real.servers.matrix import synapse
from real.servers.postgresql import postgresql, postgresql_url
from real.servers.wordpress import wordpress_process, wordpress_site

__all__ = [
    "mail_process",
    "mastodon_mock",
    "mastodon_process",
    "member",
    "pds",
    "postgresql",
    "postgresql_url",
    "synapse",
    "wordpress_process",
    "wordpress_site",
]
