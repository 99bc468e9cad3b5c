"""The gap in the bound as an experiment: its cells, and what its claims follow from."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from latent_atlas.reproduce import gap_cells
from latent_atlas.reproduce.cells import Place, TrainingCell, answered
from latent_atlas.reproduce.claims.gap import Way, claims
from latent_atlas.reproduce.experiment import Options
from latent_atlas.reproduce.experiments import gap
from latent_atlas.reproduce.gap_cells import GapCell, Part, Shortfall
from latent_atlas.reproduce.questions import Question
from vae_core.evaluation import LogLikelihood, Watch
from vae_core.evaluation.evidence import Evidence as Looks
from vae_core.evaluation.gaps import Gaps
from vae_core.models import VAE
from vae_core.runs import make_config


def test_what_is_kept_of_a_trained_model_is_what_the_measure_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The measure itself has tests of its own; a climb for each image takes seconds."""
    config = make_config(dataset="digits", hidden=(4,), latent_dim=1, samples=200, seed=0)
    trained = TrainingCell(Question(name="small", config=config, marks=(200,), measured_images=20))
    answered(trained, tmp_path)
    seen: list[Tensor] = []

    def measured(model: VAE, images: Tensor, **_: object) -> Gaps:
        seen.append(images)
        log_p = torch.tensor([-9.0, -11.0], dtype=torch.float64)
        known = LogLikelihood("ais", log_p, log_p.new_full((2,), 0.5), None, 9, None)
        bounds = {"encoder": log_p - 3.0, "diagonal": log_p - 1.0}
        best = model.encode(images.float() / 255)
        return Gaps("diagonal", Looks(known, {}), bounds, torch.zeros(2, 2, 2), best, ())

    monkeypatch.setattr(gap_cells, "gaps", measured)
    cell = GapCell(trained, images=2)
    found = Shortfall.model_validate(cell.find_out(Place(tmp_path, cell.name), Watch()))
    assert seen[0].shape == (2, 1, 8, 8)
    assert found.log_p.mean == -10
    assert (found.inference.mean, found.approximation.mean, found.amortisation.mean) == (3, 1, 2)
    assert found.inference.error == found.log_p.error == pytest.approx(0.5 / 2**0.5)


def test_every_way_sees_as_many_images_and_the_usual_one_is_always_there() -> None:
    options = Options(samples=700, panels=("semi-amortised", "iaf"))
    assert [cure.name for cure in gap.chosen(options)] == [gap.USUAL, "iaf", "semi-amortised"]
    for cure in gap.CURES:
        asked = cure.trained(options, 0).asked
        visits = asked.config.algorithm.samples_per_visit
        assert asked.marks == (700 * visits,) == (asked.config.samples,)


@pytest.mark.parametrize(
    ("after", "verdict"),
    [
        ((1.0, 1.1, 0.9), "holds"),
        ((3.0, 3.1, 2.9), "does not hold"),
        ((1.0, 3.0, 2.1), "cannot be said"),
    ],
)
def test_a_gap_is_narrower_where_the_paired_difference_says_so(
    after: tuple[float, ...], verdict: str
) -> None:
    usual, cure = _way("diagonal", (2.0, 2.1, 1.9)), _way("iaf", after)
    there, narrower = claims(usual, [cure], 200)
    assert there.verdict == "holds"
    assert narrower.verdict == verdict


def _way(name: str, whole: tuple[float, ...]) -> Way:
    def part(mean: float) -> Part:
        return Part(mean=mean, error=0.01)

    found = tuple(
        Shortfall(
            log_p=part(-90.0),
            inference=part(each),
            approximation=part(each / 2),
            amortisation=part(each / 2),
            doubts=(),
        )
        for each in whole
    )
    return Way(name, name, found, (1.0,) * len(whole))
