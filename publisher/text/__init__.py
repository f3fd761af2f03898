"""Rich text, the networks' counting rules, and cutting at sentence and item ends."""
