"""channels.yaml into located data, and the secrets it refers to."""
