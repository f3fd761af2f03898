"""A preview as one HTML page that can be mailed to whoever signs off."""

from publisher.preview.page.html import MARK, page_html
from publisher.preview.page.model import Column, Occasion

__all__ = ["MARK", "Column", "Occasion", "page_html"]
