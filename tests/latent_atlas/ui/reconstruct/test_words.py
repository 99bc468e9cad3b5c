"""The titles of the Reconstruct page, of one model and of several."""

import pytest

from latent_atlas.ui.reconstruct import words
from vae_core.data.kinship import Relation


@pytest.mark.parametrize(
    ("relations", "title"),
    [
        (["same", "same"], "What 2 models keep of an image"),
        (["other", "other"], "What comes back of images that these models were not trained on"),
        (["other", "unknown"], "What comes back of images that these models may never have seen"),
        (["same", "other"], "What 2 models keep of images that not all of them may know"),
        (["unknown", "same"], "What 2 models keep of images that not all of them may know"),
    ],
)
def test_a_title_of_several_models_speaks_of_all_of_them(
    relations: list[Relation], title: str
) -> None:
    assert words.title_of_several(relations) == title
