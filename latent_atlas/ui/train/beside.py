"""What stands beside the curves of a run: its plane, or samples of a model that has none."""

from collections.abc import Callable, Sequence

import streamlit as st

from latent_atlas.ui.owners import owner_here
from latent_atlas.ui.sample_sheet import kept_sheets, live_sheet
from latent_atlas.ui.train.cursor import cursor
from latent_atlas.ui.train.curves import Drawing
from latent_atlas.ui.train.plane import has_plane, plane_beside, titled
from latent_atlas.ui.train.reading import Story
from latent_atlas.ui.train.run_view import Seen
from latent_atlas.ui.visible_data import is_visible
from latent_atlas.ui.yardsticks import image_shapes
from vae_core.models import Encodes, Samples, ShowsMeans
from vae_core.runs.sample_sheets import list_sheets, samples_told

Beside = Callable[[Story, Sequence[Drawing]], None]

_MOVES = titled("Watch it learn to draw", "the same chance, while the model changes")
_REPLAYS = titled("How it learned to draw", "the same chance each time: slide back")
_RESTS = titled("What it draws of chance", "nobody has seen these images")


def beside_curves(seen: Seen) -> Beside | None:
    """What draws it, told of the run and of all charts; None where there is nothing to show."""
    if has_plane(seen):
        return plane_beside
    return samples_beside if _has_samples(seen) else None


def samples_beside(story: Story, drawings: Sequence[Drawing]) -> None:
    """Draw samples of a run: moving while it trains, with a slider over those kept after that."""
    run, config = story.run, story.run.config
    key, means = f"train-samples-{run.id}", config.inability(ShowsMeans) is None
    told = samples_told(config.algorithm.trains, means=means)
    channels, height, width = image_shapes().get(config.dataset, (1, 28, 28))
    shape = (channels, height, width)
    if story.status.state == "running":
        st.markdown(_MOVES)
        live_sheet(run, shape, told, key=key)
        return
    epochs = [each.epoch for each in list_sheets(run.samples_path)]
    st.markdown(_REPLAYS if len(epochs) > 1 else _RESTS)
    curves = cursor(epochs[:-1], story, drawings) if len(epochs) > 1 and drawings else None
    kept_sheets(run, shape, told, curves=curves, key=key)


def _has_samples(seen: Seen) -> bool:
    config = seen.run.config
    if not issubclass(config.algorithm.trains, Samples):
        return False
    if config.inability(Encodes, ShowsMeans) is None:
        return False  # it has a plane, which is not shown now
    if not is_visible(config.dataset, owner_here()):
        return False  # what somebody else's images look like is not for others
    return seen.status.state == "running" or bool(list_sheets(seen.run.samples_path))
