"""What the app offers to take away from a model, each made only when somebody asks for it."""

from collections.abc import Callable
from dataclasses import dataclass

from ui.catalog import ModelEntry, companion_dataset, companion_names, loaded
from ui.export.explorer import explorer_html
from vae_core.errors import AtlasError
from vae_core.export import encodings_csv, onnx_bytes
from vae_core.models import model_bytes


@dataclass(frozen=True)
class TakeAway:
    """One file: what it is in a few words, its name, its kind, and `content`, which makes it.

    `content` raises AtlasError when the model or its data have gone meanwhile.
    """

    label: str
    name: str
    mime: str
    content: Callable[[], bytes]


def take_aways(entry: ModelEntry) -> list[TakeAway]:
    """All files of a model, for `st.download_button(data=each.content)`, the whole explorer first.

    Raises AtlasError when the model is gone.
    """
    saved, stem = loaded(entry), entry.source.stem if entry.source.stem != "model" else entry.title
    binary = "application/octet-stream"

    def explorer() -> bytes:
        return explorer_html(loaded(entry), companion_dataset(entry), title=entry.title)

    def table() -> bytes:
        dataset = companion_dataset(entry)
        if dataset is None:
            raise AtlasError("The images that fit this model are gone: reload the page.")
        return "".join(encodings_csv(loaded(entry).vae, dataset)).encode()

    found = [
        TakeAway("Explorer, one HTML file", f"{stem}.html", "text/html", explorer),
        TakeAway(
            "Decoder, ONNX",
            f"{stem}-decoder.onnx",
            binary,
            lambda: onnx_bytes(loaded(entry), "decoder"),
        ),
        TakeAway(
            "Encoder, ONNX",
            f"{stem}-encoder.onnx",
            binary,
            lambda: onnx_bytes(loaded(entry), "encoder"),
        ),
        TakeAway(
            "Model, safetensors",
            f"{stem}.safetensors",
            binary,
            lambda: model_bytes(loaded(entry).vae, loaded(entry).training),
        ),
    ]
    if companion_names(saved):
        found.append(TakeAway("Encodings, CSV", f"{stem}-encodings.csv", "text/csv", table))
    return found
