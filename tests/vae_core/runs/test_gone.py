"""A run that somebody else removes meanwhile: every act says so, and names no folder."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from vae_core.errors import AtlasError
from vae_core.runs import (
    Run,
    annotate,
    clone_run,
    create_run,
    make_config,
    remove_run,
    remove_to_bin,
)


def _to_bin(run: Run) -> None:
    removed, refused = remove_to_bin([run])
    assert not removed
    raise AtlasError(refused[0][1])


@pytest.mark.parametrize(
    "act",
    [
        lambda run: annotate(run.path, title="Mine"),
        lambda run: clone_run(run, start="last"),
        lambda run: clone_run(run, start="best"),
        remove_run,
        _to_bin,
    ],
    ids=["annotate", "clone", "clone of the best", "remove", "remove to the bin"],
)
def test_it_is_said_to_be_here_no_more(act: Callable[[Run], object], tmp_path: Path) -> None:
    run = create_run(make_config(dataset="digits"), tmp_path)
    assert run.title
    shutil.rmtree(run.path)
    with pytest.raises(AtlasError, match="is not here any more: it was removed meanwhile") as told:
        act(run)
    assert str(tmp_path) not in str(told.value)
