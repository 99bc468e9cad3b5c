"""By which settings a model was trained: of a run as it says, of a file as its command says."""

from latent_atlas.ui.catalog import loaded
from latent_atlas.ui.model_files import ModelEntry
from vae_core.errors import AtlasError
from vae_core.runs import Run, RunConfig, runs_folder
from vae_core.runs.told_command import told_config


def trained_by(entry: ModelEntry) -> RunConfig | None:
    """What was asked for; None where that is not known, or the model is gone."""
    kind, _, name = entry.key.partition(":")
    try:
        if kind == "run":
            # Of a run that is listed: its settings alone are read, and only once.
            return Run(runs_folder() / name.partition("@")[0]).config
        return told_config(loaded(entry).training.command)
    except AtlasError:
        return None
