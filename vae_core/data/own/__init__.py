"""People's own images as datasets: looked into, made alike, kept once, found again.

>>> from vae_core.data.own import import_images
>>> import_images(Path("faces.zip")).about.name
'own-3b1f0c8de2a97654'

Nothing is unpickled, nothing is unpacked to the disk, and what is refused leaves no trace.
"""

from vae_core.data.dataset import UNLABELLED
from vae_core.data.own.array_layout import SizeNeeded
from vae_core.data.own.fitting import Fit, Mode
from vae_core.data.own.importing import Imported, UnreadablePictures, import_images
from vae_core.data.own.inspection import Inspection
from vae_core.data.own.limits import ImportCancelled, Limits, megabytes
from vae_core.data.own.naming import LITTER, PICTURES, STREAM, is_picture
from vae_core.data.own.opening import NamedFile, Source
from vae_core.data.own.parts import Part
from vae_core.data.own.pictures import Ground
from vae_core.data.own.scales import ENDS, Scale
from vae_core.data.own.single_image import OneImage, one_image
from vae_core.data.own.store import (
    About,
    damaged_datasets,
    datasets_folder,
    is_own,
    own_datasets,
    remove_dataset,
)
from vae_core.data.own.surveying import Choice, Sight, Survey, look, survey
from vae_core.data.source import Likeness

__all__ = [
    "ENDS",
    "LITTER",
    "PICTURES",
    "STREAM",
    "UNLABELLED",
    "About",
    "Choice",
    "Fit",
    "Ground",
    "ImportCancelled",
    "Imported",
    "Inspection",
    "Likeness",
    "Limits",
    "Mode",
    "NamedFile",
    "OneImage",
    "Part",
    "Scale",
    "Sight",
    "SizeNeeded",
    "Source",
    "Survey",
    "UnreadablePictures",
    "damaged_datasets",
    "datasets_folder",
    "import_images",
    "is_own",
    "is_picture",
    "look",
    "megabytes",
    "one_image",
    "own_datasets",
    "remove_dataset",
    "survey",
]
