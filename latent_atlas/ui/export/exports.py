"""What the app offers to take away from a model, each made only when somebody asks for it."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch

from latent_atlas.reports.sheets import manifold_sheet
from latent_atlas.ui.catalog import ModelEntry, companion_dataset, companion_names, loaded
from latent_atlas.ui.export.explorer import explorer_html
from latent_atlas.ui.latent_plane import PlaneView
from latent_atlas.ui.latent_plane.spot import plane_of
from vae_core.errors import AtlasError
from vae_core.export import encodings_csv, onnx_bytes
from vae_core.latent import manifold_coordinates
from vae_core.models import Encodes, ShowsMeans, inability, model_bytes

_BINARY = "application/octet-stream"


@dataclass(frozen=True)
class ExportFile:
    """One file: what it is in a few words, its name, its kind, and `content`, which makes it.

    `content` raises AtlasError when the model or its data have gone meanwhile.
    """

    label: str
    name: str
    mime: str
    content: Callable[[], bytes]


def export_files(entry: ModelEntry) -> list[ExportFile]:
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
    if inability(saved.model, Encodes, ShowsMeans) is not None:
        offered = {label: each for label, each in offered.items() if each[2] is _model}
    elif has_images:
        offered["Encodings, CSV"] = ("-encodings.csv", "text/csv", _table)
    return [
        ExportFile(label, f"{stem}{ending}", mime, partial(make, entry))
        for label, (ending, mime, make) in offered.items()
    ]


def file_stem(entry: ModelEntry) -> str:
    """What the names of a model's files begin with."""
    # A run calls every one of its models `model`.
    stem = entry.source.stem if entry.source.stem != "model" else entry.title
    return re.sub(r"[^\w.-]+", "-", stem).strip("-.") or "model"


def _explorer(entry: ModelEntry) -> bytes:
    data = companion_dataset(entry)
    return explorer_html(loaded(entry), data, title=entry.title, digest=entry.digest)


def _model(entry: ModelEntry) -> bytes:
    saved = loaded(entry)
    return model_bytes(saved.model, saved.training)


def _table(entry: ModelEntry) -> bytes:
    dataset = companion_dataset(entry)
    if dataset is None:
        raise AtlasError("The images that fit this model are gone: reload the page.")
    return "".join(encodings_csv(loaded(entry).vae, dataset)).encode()


SIDE = 20  # decoded images in a row


@torch.no_grad()
def manifold_png(entry: ModelEntry, view: PlaneView, scale: int) -> bytes:
    """20 × 20 decoded images over the plane of a view, each pixel `scale` screen pixels wide.

    Where the view is t-SNE's sheet, which has no z between its points, it is that of two axes.
    Returns a PNG. Raises AtlasError when the model is gone.
    """
    vae = loaded(entry).vae
    latent_dim = vae.architecture.latent_dim
    by, base = plane_of(entry, view), view.fitting(latent_dim).base
    along = manifold_coordinates(SIDE, "gaussian-cdf" if view.axis == "cdf" else "linear")
    z = by.at(None if base is None else torch.tensor(base)).grid(along, along)
    images = torch.stack([vae.decode(row).mean for row in z])
    names = ["PC1", "PC2"] if by.axes is None else [f"z{number + 1}" for number in by.axes]
    plane = len(names) > 1
    if view.axis == "cdf":
        note = "Each picture stands for an equal share of the prior: z = \u03a6\u207b\u00b9(share)."
        names = [f"\u03a6({name})" for name in names]
    else:
        note = f"{names[0]} and {names[1]} from -3 to 3." if plane else "z from -3 to 3."
    if latent_dim > 2:
        mean = "are at the mean of the images" if by.axes is None else "are 0"
        note += f" All other dimensions {mean if base is None else 'stay where they were set'}."
    sheet = manifold_sheet(
        images,
        title=f"What {entry.title} decodes to",
        note=note.replace("\u207b\u00b9", "^-1"),
        scale=scale,
        horizontal=names[0],
        vertical=names[1] if plane else "",
    )
    stream = io.BytesIO()
    sheet.save(stream, format="PNG")
    return stream.getvalue()
