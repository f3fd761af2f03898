"""Cards: a quote or a headline as an image, in the organisation's colours. docs/cards.md shows one."""
