"""What the page is told of a batch, when it may be taken, and what the browser is answered."""

import json
from pathlib import Path
from typing import Any

import pytest

from latent_atlas.ui.train.one_batch import answer
from latent_atlas.ui.train.one_batch.answer import NoBatch, batch_answer
from latent_atlas.ui.train.one_batch.section import takes_single_batches
from latent_atlas.ui.train.one_batch.view import LISTED, SHOWN
from latent_atlas.ui.train.one_batch.words import EQUATIONS
from latent_atlas.ui.train.run_view import Seen
from vae_core.models import LIKELIHOODS
from vae_core.runs import Run, create_run, make_config, runs_folder
from vae_core.runs.batch_trace import read_trace
from vae_core.runs.faults import take_batch


def _paused(**fields: object) -> Run:
    given = {"dataset": "digits", "hidden": (16,), "epochs": 2, "threads": 1}
    run = create_run(make_config(**(given | fields)), runs_folder())
    run.write_status(run.stored_status().model_copy(update={"state": "paused"}))
    return run


def _view(run: Run) -> dict[str, Any]:
    take_batch(run)
    content = batch_answer(run.id, run.stored_status().step - 1)
    assert content is not None
    found: dict[str, Any] = json.loads(content)
    return found


def _number(text: str) -> float:
    return float(text.replace("−", "-").replace(",", ""))


@pytest.mark.parametrize(
    "fields",
    [
        *({"likelihood": name} for name in LIKELIHOODS),
        {"network": "conv", "channels": (4, 6), "latent_dim": 20, "activation": "relu"},
        {"hidden": (), "samples_per_image": 2, "beta": 4.0},
    ],
    ids=lambda fields: "-".join(map(str, fields.values())),
)
def test_the_printed_numbers_of_every_image_are_those_of_the_trace_and_add_up(
    fields: dict[str, object],
) -> None:
    run = _paused(**fields)
    view = _view(run)
    trace = read_trace(run.path)
    assert len(view["stations"]) == 8
    for at, image in enumerate(view["images"]):
        figures = image["figures"]
        assert len(figures) == len(view["stations"])
        distortion, rate, total = (_number(text) for _, text in figures[5]["sums"])
        assert round(distortion + rate, 2) == -total
        assert distortion == pytest.approx(float(trace.distortion[at]), abs=0.011)
        assert -total == pytest.approx(
            float(trace.distortion[at] + trace.rate[at].sum()), abs=0.006
        )
        for axis in figures[3]["axes"]:
            sum_of, result = axis["lines"]
            first, sign, second = sum_of.split(" ")
            added = _number(second) if sign == "+" else -_number(second)
            assert round(_number(first) + added, 3) == _number(result.removeprefix("= "))
    for row in view["batch"]:
        total, distortion, rate = map(_number, row[1:])
        assert -total == pytest.approx(distortion + rate, abs=1e-9)


def test_of_many_dimensions_those_that_carry_most_are_shown_and_the_rest_is_counted() -> None:
    run = _paused(latent_dim=20)
    figure = _view(run)["images"][0]["figures"][1]
    assert (len(figure["axes"]), figure["shown"], figure["more"]) == (LISTED, SHOWN, 20 - LISTED)
    best = int(read_trace(run.path).rate.mean(0).argmax()) + 1
    assert figure["axes"][0]["name"] == "z" + str(best).translate(
        str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
    )


def test_each_station_lights_a_part_of_the_equations() -> None:
    run = _paused()
    keys = {station["key"] for station in _view(run)["stations"]}
    assert {
        key for line in EQUATIONS for pieces, _ in line for _, lit in pieces for key in lit
    } == keys


def test_a_weighted_rate_and_several_draws_are_told() -> None:
    view = _view(_paused(beta=4.0, samples_per_image=3))
    told = {station["key"]: station["sentence"] for station in view["stations"]}
    assert "the code length counts 4 times" in told["gradient"]
    assert "3 draws of ε" in view["note"]
    assert "the ELBO of the whole batch is" in told["step"]


def test_only_a_paused_run_whose_steps_can_be_shown_takes_single_batches() -> None:
    run = _paused()
    assert takes_single_batches(Seen(run, run.status()))
    run.write_status(run.stored_status().model_copy(update={"state": "stopped"}))
    assert not takes_single_batches(Seen(run, run.status()))
    other = _paused(algorithm="wake-sleep")
    assert not takes_single_batches(Seen(other, other.status()))


def test_the_browser_waits_while_a_batch_is_taken_and_hears_when_none_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run = _paused()
    with pytest.raises(NoBatch):
        batch_answer(run.id, 0)
    monkeypatch.setattr(answer, "takes_a_batch", lambda folder: True)
    assert batch_answer(run.id, 0) is None
    take_batch(run)
    assert batch_answer(run.id, 1) is None  # that one it has already
    assert json.loads(batch_answer(run.id, 0) or b"")["step"] == 1
