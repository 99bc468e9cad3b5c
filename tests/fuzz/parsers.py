"""Everything that reads what comes from elsewhere, with sound examples to change.

Whoever adds a parser of foreign bytes or text adds it to the kind it is of.
"""

from tests.fuzz import models, own_images, requests, runs, stored_data

PARSERS = [
    *own_images.PARSERS,
    *stored_data.PARSERS,
    *models.PARSERS,
    *runs.PARSERS,
    *requests.PARSERS,
]
