"""From a file to a `Document`: what the file says, block by block."""

from publisher.documents.model import Block, Document, Finding
from publisher.documents.reading import read, read_text

__all__ = ["Block", "Document", "Finding", "read", "read_text"]
