"""The real servers, on loopback: each is started by the first test that asks for it, once a process."""

from __future__ import annotations

from real.servers.postgresql import postgresql, postgresql_url

__all__ = ["postgresql", "postgresql_url"]
