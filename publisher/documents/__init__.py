"""Files into `Document`: one module a format."""
