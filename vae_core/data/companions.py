"""Which datasets go with a model: what it was trained on, or images of the same kind."""

from pathlib import Path

from vae_core.data.registry import available_datasets

_STAND_IN = {"mnist": "mnist-12k"}  # the same kind of image, always there
_EMBEDDED = ("mnist-12k", "digits")


def companion_datasets(
    trained_on: str | None, image_shape: tuple[int, int, int], data_dir: Path | None = None
) -> list[str]:
    """The names of present datasets of that shape [C, H, W], best first, reading no pixel.

    What the model was trained on comes first, then what stands in for it, then what comes with the
    program; other data of the same size say nothing about it.
    """
    known = available_datasets(data_dir)
    fitting = {each.name for each in known if each.present and each.image_shape == image_shape}
    wanted = (trained_on or "", _STAND_IN.get(trained_on or "", ""), *_EMBEDDED)
    return [name for name in dict.fromkeys(wanted) if name in fitting]
