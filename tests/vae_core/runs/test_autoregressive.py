"""A run with a decoder that reads the pixels before: trained, resumed from its file, measured."""

from pathlib import Path

import pytest

from vae_core.data import load_dataset
from vae_core.errors import AtlasError
from vae_core.evaluation import by_importance
from vae_core.evaluation.collapse import collapse
from vae_core.models import Encodes, ShowsMeans, inability, load_model
from vae_core.runs import create_run, make_config
from vae_core.runs.faults import train_run
from vae_core.runs.one_batch import request_batch


@pytest.mark.parametrize("network", ["pixelcnn", "rowrnn"])
def test_it_trains_by_the_loop_with_every_remedy_and_its_file_is_whole(
    tmp_path: Path, network: str
) -> None:
    config = make_config(
        dataset="digits",
        network=network,
        binarize="dynamic",
        hidden=(12,),
        samples=1200,
        threads=1,
        free_bits=0.5,
        beta_schedule="linear",
        committed_rate=0.05,
        lagging_epochs=0.3,
        **({"channels": (6,), "receptive_field": 2} if network == "pixelcnn" else {}),
    )
    run = create_run(config, tmp_path)
    assert train_run(run).state == "finished"
    first, *_, last = (point.test for point in run.metrics() if point.test is not None)
    assert last["elbo"] > first["elbo"]
    path = run.model_path()
    assert path is not None
    saved = load_model(path)
    images = load_dataset("digits").split("test").images[:40]
    assert by_importance(saved.vae, images, k=20, treatment="dynamic").log_p.isfinite().all()
    found = collapse(saved.vae, images, treatment="dynamic")
    assert found.units.images == 40
    assert min(found.units.rate) >= 0.05  # δ
    why = inability(saved.model, Encodes, ShowsMeans)
    assert why is not None
    assert why == config.inability(Encodes, ShowsMeans)
    with pytest.raises(AtlasError, match="takes its steps in another way"):
        request_batch(run)
