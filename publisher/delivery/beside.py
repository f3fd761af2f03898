"""A release held against channels.yaml: what the review has to say once the organisation is known."""

from __future__ import annotations

from publisher.config.model import Config
from publisher.release.model import Release
from publisher.release.review import with_organisation


def beside_organisation(release: Release, config: Config) -> Release:
    """The release, with findings about its boilerplate and about times that nobody gave a zone."""
    organisation = config.organisation
    zoned = "timezone" in organisation.model_fields_set
    return with_organisation(release, boilerplate=organisation.boilerplate, zoned=zoned, file=config.file)
