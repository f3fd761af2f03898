"""Send a press release out into the world."""
