"""A release as `publish parse --json` prints it."""

from __future__ import annotations

from datetime import date
from typing import Any

from publisher.release.model import Release


def as_json(release: Release) -> dict[str, Any]:
    """Plain data, keys in a fixed order; what is absent is None or an empty list, and dates are ISO 8601."""
    dateline = release.dateline
    return {
        "file": release.file,
        "language": release.language,
        "headline": release.headline,
        "subheadline": release.subheadline,
        "dateline": {"place": dateline.place, "date": _iso(dateline.date)} if dateline else None,
        "lede": release.lede,
        "quotes": [
            {"text": quote.text, "pieces": list(quote.pieces), "speaker": quote.speaker, "title": quote.title}
            for quote in release.quotes
        ],
        "actions": list(release.actions),
        "actions_intro": release.actions_intro,
        "boilerplate": release.boilerplate,
        "contacts": [
            {"name": contact.name, "email": contact.email, "phone": contact.phone} for contact in release.contacts
        ],
        "links": list(release.links),
        "media": [{"path": media.path, "alt": media.alt} for media in release.media],
        "embargo": _iso(release.embargo),
        "publish_at": _iso(release.publish_at),
        "slug": release.slug,
        "edition_of": release.edition_of,
        "warnings": list(release.warnings),
        "findings": [
            {
                "rule": finding.rule,
                "severity": finding.severity,
                "line": finding.line,
                "what": finding.what,
                "advice": finding.advice,
            }
            for finding in release.findings
        ],
    }


def _iso(value: date | str | None) -> str | None:
    return value.isoformat() if isinstance(value, date) else value
