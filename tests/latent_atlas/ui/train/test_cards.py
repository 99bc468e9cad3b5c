"""What stands on the cards of starts."""

import base64
import io

import pytest
from PIL import Image

from latent_atlas.ui.train.preset_pictures import preset_picture
from latent_atlas.ui.train.presets import Preset, offered
from latent_atlas.ui.train.words import about
from vae_core.data import available_datasets

PRESENT = {info.name for info in available_datasets() if info.present}


@pytest.mark.parametrize("start", offered(PRESENT), ids=lambda start: start.title)
def test_a_card_shows_a_wide_picture_of_more_than_one_colour(start: Preset) -> None:
    dataset = start.dataset(PRESENT)
    assert dataset is not None
    content = base64.b64decode(preset_picture(start, dataset).partition(",")[2])
    picture = Image.open(io.BytesIO(content))
    assert picture.width > 3 * picture.height
    assert len(picture.convert("RGB").getcolors(100_000) or []) > 5


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.5, "A few seconds"),
        (21, "About 30 s"),
        (56, "About 1 minute"),
        (100, "About 2 minutes"),
        (5 * 3600, "About 5 hours"),
    ],
)
def test_a_time_is_said_about(seconds: float, said: str) -> None:
    assert about(seconds) == said
