"""Keeping imported images for who has brought them, as far as they have room."""

import threading
from dataclasses import asdict

from latent_atlas.ui.data.jobs import IsCancelled, Progress
from latent_atlas.ui.limits import check_room
from latent_atlas.ui.owners import Owner, claim, owners_of, release
from vae_core.data.own import Choice, Source, import_images, own_datasets, remove_dataset
from vae_core.errors import AtlasError
from vae_core.runs import runs_folder

# Two tabs of one visitor that are done at once would both be refused, for they count each other's.
_turn = threading.Lock()


def keep_images(
    source: Source,
    choice: Choice,
    title: str,
    who: Owner | None,
    *,
    progress: Progress,
    cancelled: IsCancelled,
) -> str:
    """Import images as somebody's own, and return the name of the dataset.

    What was here before and belongs to everybody stays everybody's. Raises AtlasError as
    `import_images`, and where `who` keeps more than they may with these; nothing is kept then.
    """
    if who is not None:
        check_room(who, runs_folder())
    before = {each.name: owners_of(each.file) for each in own_datasets()}
    about = import_images(
        source,
        **asdict(choice),
        title=title,
        progress=progress,
        cancelled=cancelled,
        # Before they are found: an app that is killed in between leaves them to nobody else.
        announce=lambda file: claim(file, who),
    ).about
    if about.name in before and ((owners := before[about.name]) is None or who in owners):
        return about.name  # nothing more is kept than before
    claim(about.file, who)
    if who is None:
        return about.name
    with _turn:
        try:
            if not about.file.exists():
                raise AtlasError("These images were removed meanwhile: bring them once more.")
            check_room(who, runs_folder())
        except AtlasError:
            release(about.file, who, lambda: _gone(about.name))
            raise
    return about.name


def _gone(dataset: str) -> None:
    if any(each.name == dataset for each in own_datasets()):
        remove_dataset(dataset)
