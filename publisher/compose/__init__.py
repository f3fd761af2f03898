"""`Release` into `Variant`: layouts and sections, without a word about any network."""
