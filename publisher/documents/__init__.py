"""From a file to a `Document`: what the file says, block by block."""

from publisher.documents.model import Block, Document
from publisher.documents.reading import read, read_text

__all__ = ["Block", "Document", "read", "read_text"]
