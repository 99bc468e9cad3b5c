"""The encoder against inference image by image, on a model of seconds."""

from pathlib import Path

import pytest

from latent_atlas.reproduce.cells import Place, TrainingCell, answered
from latent_atlas.reproduce.inference_cells import (
    Amortisation,
    AmortisationCell,
    Overtaking,
    OvertakingCell,
)
from latent_atlas.reproduce.questions import Question
from vae_core.evaluation import Watch
from vae_core.runs import make_config

STEPS = (10, 60)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inference")
    answered(_training(), folder)
    return folder


def _training() -> TrainingCell:
    config = make_config(dataset="digits", hidden=(8,), samples=2000, learning_rate=0.01, seed=0)
    return TrainingCell(Question(name="small", config=config, marks=(2000,), measured_images=50))


def test_the_bound_that_is_sought_is_the_encoders_and_the_search_passes_it_there(
    folder: Path,
) -> None:
    both = AmortisationCell(_training(), images=40, steps=STEPS)
    one = Amortisation.model_validate(both.find_out(Place(folder, both.name), Watch()))
    sought = OvertakingCell(_training(), images=40)
    found = Overtaking.model_validate(sought.find_out(Place(folder, sought.name), Watch()))
    assert [each.step_size for each in found.crossings] == [0.1, 0.3]
    for each in found.crossings:
        assert each.goal == one.test[0].bound
        assert each.above is not None
        assert each.below.bound < each.goal <= each.above.bound


def test_seeking_the_crossing_leaves_the_question_of_the_other_cell_as_it_was() -> None:
    """Answers that are stored stay answers: what was added is asked by a cell of its own."""
    both, sought = AmortisationCell(_training(), 40, STEPS), OvertakingCell(_training(), 40)
    assert set(both.question()) == {"trained", "images", "steps"}
    assert both.name != sought.name
