"""The datasets that a visitor finds: all that come with the program, and own images of theirs.

Of runs they find those whose images they may see.
"""

from pathlib import Path

from latent_atlas.ui.classroom import check_removal
from latent_atlas.ui.owners import Owner, is_seen_by, owner_here, release
from vae_core.data import DatasetInfo, available_datasets
from vae_core.data.own import is_own, remove_dataset
from vae_core.data.own.store import locate
from vae_core.errors import AtlasError
from vae_core.runs import Run, open_run, runs_folder


def visible_datasets() -> list[DatasetInfo]:
    """Those of `available_datasets` that this visitor may see."""
    infos = available_datasets()
    if not any(is_own(info.name) for info in infos):
        return infos
    who = owner_here()
    return [info for info in infos if is_visible(info.name, who, info.where)]


def is_visible(dataset: str, who: Owner | None, where: str | None = None) -> bool:
    """Whether somebody may see the images of a dataset; what is not here is no secret."""
    if who is None or not is_own(dataset):
        return True
    try:
        return is_seen_by(locate(dataset, Path(where) if where else None), who)
    except AtlasError:
        return True


def check_visible(dataset: str, who: Owner | None) -> None:
    """Raises AtlasError where the images of a dataset are of somebody else."""
    if not is_visible(dataset, who):
        raise AtlasError("These images are somebody else’s: choose others, or bring your own.")


def visible_run(run_id: str, who: Owner | None) -> Run:
    """The run of this name, for somebody who asks by an address.

    Raises AtlasError, which tells nothing of the server, where there is none or its images are of
    somebody else.
    """
    try:
        run = open_run(runs_folder(), run_id)
        dataset = run.config.dataset
    except AtlasError as error:
        raise AtlasError("There is no such run here now, or it is damaged.") from error
    check_visible(dataset, who)
    return run


def remove_images(dataset: str) -> None:
    """Delete own images, or leave them to the others who have brought the same.

    Raises AtlasError where they are not this visitor's, or cannot be deleted.
    """
    check_removal()
    who = owner_here()
    check_visible(dataset, who)
    release(locate(dataset), who, lambda: remove_dataset(dataset))
