"""A small live race: all learning algorithms at once, from one start, by one ruler."""

from latent_atlas.reproduce.race.folder import (
    Race,
    cancel_race,
    race_folder,
    read_race,
    start_race,
)
from latent_atlas.reproduce.race.record import Course, Entry, Point

__all__ = [
    "Course",
    "Entry",
    "Point",
    "Race",
    "cancel_race",
    "race_folder",
    "read_race",
    "start_race",
]
