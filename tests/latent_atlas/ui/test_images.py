import base64
import io

import numpy as np
import torch
from PIL import Image

from latent_atlas.ui.images import cost_uri, error_uri, image_uri


def read(uri: str) -> np.ndarray:
    head, _, body = uri.partition(",")
    assert head == "data:image/png;base64"
    with Image.open(io.BytesIO(base64.b64decode(body))) as image:
        assert image.format == "PNG"
        return np.asarray(image)


def test_a_grey_image_comes_back_as_its_rounded_levels() -> None:
    image = torch.rand(1, 28, 28, generator=torch.Generator().manual_seed(0))
    assert np.array_equal(read(image_uri(image)), (image[0] * 255).round().byte().numpy())


def test_a_uint8_image_comes_back_unchanged() -> None:
    image = np.arange(64, dtype=np.uint8).reshape(1, 8, 8)
    assert np.array_equal(read(image_uri(image)), image[0])


def test_a_colour_image_comes_back_channels_last() -> None:
    image = np.random.default_rng(0).integers(0, 256, (3, 4, 5), dtype=np.uint8)
    assert np.array_equal(read(image_uri(image)), image.transpose(1, 2, 0))


def test_a_faint_image_stays_faint() -> None:
    assert read(image_uri(torch.full((1, 2, 2), 10 / 255))).max() == 10


def test_no_error_is_a_white_picture_and_no_cost_the_start_of_viridis() -> None:
    assert (read(error_uri(np.zeros((1, 4, 4)))) == 255).all()
    assert read(cost_uri(np.zeros((4, 4)), top=5.0, signed=False))[0, 0].tolist() == [68, 1, 84]
    assert (read(cost_uri(np.zeros((4, 4)), top=5.0, signed=True)) == 255).all()
