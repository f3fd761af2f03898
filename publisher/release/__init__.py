"""From a `Document` to a `Release`: what the blocks mean to a newsroom, one module a part."""

from publisher.release.model import Contact, Dateline, Media, Quote, Release
from publisher.release.output import as_json
from publisher.release.parsing import parse

__all__ = ["Contact", "Dateline", "Media", "Quote", "Release", "as_json", "parse"]
