"""`Release` into `Variant`: layouts and sections, without a word about any network."""

from publisher.compose.composing import Wishes, compose

__all__ = ["Wishes", "compose"]
