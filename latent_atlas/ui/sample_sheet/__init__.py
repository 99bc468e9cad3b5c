"""Sheets of samples on a page: of a model, of a run while it trains, and as it was on the way.

The pictures are fetched by the browser. One of a run that trains asks again and again, which marks
the run as watched; without that its worker shows nothing.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latent_atlas.ui.components import component
from vae_core.models import Model
from vae_core.runs import Run
from vae_core.runs.sample_sheets import list_sheets

_HERE = Path(__file__).parent
_BESIDE = 480  # pixels, next to curves
_ALONE = 560
_USUAL = 36  # samples, before a sheet is here that tells how many it has
_sheet = component(
    "latent_atlas_samples",
    "sample_sheet/sheet",
    "createSheet",
    html=(_HERE / "sheet.html").read_text(encoding="utf-8"),
    css=(_HERE / "sheet.css").read_text(encoding="utf-8"),
)

Shape = tuple[int, int, int]


def live_sheet(run: Run, shape: Shape, drawn: str, *, key: str) -> None:
    """Show the sheet of a run that trains, moving; `drawn` says what its pictures are."""
    kept = _stops(run)[-1:]  # until there is a newer one
    _show(kept, shape, drawn, live=f"api/live/{run.id}/samples", widest=_BESIDE, key=key)


def kept_sheets(
    run: Run,
    shape: Shape,
    drawn: str,
    *,
    curves: Mapping[str, Any] | None,
    key: str,
) -> None:
    """Show the sheets that a run has kept: first the one of the address's epoch, or the last.

    `curves` are charts that the slider moves a line over (see `train.cursor`).
    """
    _show(_stops(run), shape, drawn, curves=curves, widest=_BESIDE, key=key)


def model_sheet(model: Model, digest: str, draw: int, drawn: str, *, key: str) -> None:
    """Show samples of the model whose file has this SHA-256; each `draw` is of another chance."""
    stop = {"epoch": None, "at": f"api/models/{digest}/samples-{draw}.safetensors"}
    _show([stop], model.image_shape, drawn, widest=_ALONE, key=key)


def _show(
    stops: list[dict[str, Any]],
    shape: Shape,
    drawn: str,
    *,
    widest: int,
    key: str,
    live: str | None = None,
    curves: Mapping[str, Any] | None = None,
) -> None:
    told = {"live": live, "stops": stops, "drawn": drawn, "shape": list(shape), "count": _USUAL}
    _sheet({**told, "widest": widest, "curves": curves}, key=key)


def _stops(run: Run) -> list[dict[str, Any]]:
    return [
        {"epoch": each.epoch, "at": f"api/runs/{run.id}/samples/{each.epoch:z.6f}"}
        for each in list_sheets(run.samples_path)
    ]
