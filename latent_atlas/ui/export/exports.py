"""What the app offers to take away from a model, each made only when somebody asks for it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from latent_atlas.ui.catalog import ModelEntry, companion_dataset, companion_names, loaded
from latent_atlas.ui.export.explorer import explorer_html
from vae_core.errors import AtlasError
from vae_core.export import encodings_csv, onnx_bytes
from vae_core.models import Decodes, Encodes, inability, model_bytes

_BINARY = "application/octet-stream"


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
    stem, saved = file_stem(entry), loaded(entry)
    has_images = bool(companion_names(saved))
    offered: dict[str, tuple[str, str, Callable[[ModelEntry], bytes]]] = {
        "Explorer, one HTML file": (".html", "text/html", _explorer),
        "Decoder, ONNX": ("-decoder.onnx", _BINARY, lambda e: onnx_bytes(loaded(e), "decoder")),
        "Encoder, ONNX": ("-encoder.onnx", _BINARY, lambda e: onnx_bytes(loaded(e), "encoder")),
        "Model, safetensors": (".safetensors", _BINARY, _model),
    }
    if inability(type(saved.model), Encodes, Decodes) is not None:
        offered = {label: each for label, each in offered.items() if each[2] is _model}
    elif has_images:
        offered["Encodings, CSV"] = ("-encodings.csv", "text/csv", _table)
    return [
        TakeAway(label, f"{stem}{ending}", mime, partial(make, entry))
        for label, (ending, mime, make) in offered.items()
    ]


def file_stem(entry: ModelEntry) -> str:
    """What the names of a model's files begin with."""
    # A run calls every one of its models `model`.
    stem = entry.source.stem if entry.source.stem != "model" else entry.title
    return re.sub(r"[^\w.-]+", "-", stem).strip("-.") or "model"


def _explorer(entry: ModelEntry) -> bytes:
    return explorer_html(loaded(entry), companion_dataset(entry), title=entry.title)


def _model(entry: ModelEntry) -> bytes:
    saved = loaded(entry)
    return model_bytes(saved.model, saved.training)


def _table(entry: ModelEntry) -> bytes:
    dataset = companion_dataset(entry)
    if dataset is None:
        raise AtlasError("The images that fit this model are gone: reload the page.")
    return "".join(encodings_csv(loaded(entry).vae, dataset)).encode()
