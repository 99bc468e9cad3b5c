"""What the stations show, as plain data: pictures as PNG data URIs, numbers as printed text.

The browser only lays this out: every number that it prints was rounded here.
"""

import math
from typing import Any

import torch
from torch import Tensor

from latent_atlas.ui.images import error_uri, image_uri
from latent_atlas.ui.reconstruct.ledger import adding_up
from latent_atlas.ui.train.one_batch import words
from vae_core.numerals import decimal, size
from vae_core.quantities import DISTORTION, ELBO, RATE
from vae_core.runs import Run
from vae_core.runs.batch_trace import BatchTrace, TraceRecord

SHOWN = 3  # dimensions on a card; the most telling ones
LISTED = 16  # dimensions, and layers, in the list
_ACROSS = 32  # units in a row of a drawn layer, at most


def batch_view(run: Run, trace: BatchTrace) -> dict[str, Any]:
    """The component's data of a run's trace."""
    record, config = trace.record, run.config
    height, width = trace.x.shape[2:]
    latent_dim = trace.mu.shape[1]
    stops = words.stations(config, record, latent_dim)
    tops = _tops(trace, bounded=config.activation == "tanh")
    return {
        "step": record.step,
        "title": words.title(record, run.status().total_steps),
        "note": words.note(config, record),
        "equations": words.EQUATIONS,
        "stations": [vars(each) for each in stops],
        "width": width,
        "height": height,
        "size": size((height, width)),
        "names": [ELBO.label, DISTORTION.noun, RATE.noun],
        "batch": _batch(record),
        "images": [_image(trace, at, tops) for at in range(len(trace.x))],
    }


def _batch(record: TraceRecord) -> list[list[str]]:
    """The account of the whole batch, before and after the step: names and numbers."""
    places = words.places_of_change(record.after.elbo - record.before.elbo)
    rows = []
    for name, means in (("before", record.before), ("after", record.after)):
        distortion, rate = adding_up([means.distortion, means.rate], places)
        total = -round(distortion + rate, places)
        rows.append([name, *(decimal(each, places) for each in (total, distortion, rate))])
    return rows


def _image(trace: BatchTrace, at: int, tops: dict[str, list[float]]) -> dict[str, Any]:
    drawn = {
        name: [
            _layer(values[at], top, shape)
            for values, top, shape in zip(layers, tops[name], shapes, strict=True)
        ]
        for name, layers, shapes in (
            ("encoder", trace.encoder_layers, trace.record.encoder_layers),
            ("decoder", trace.decoder_layers, trace.record.decoder_layers),
        )
    }
    figures = [
        {"layers": drawn["encoder"][-1:]},
        _codes(trace, at, "posterior"),
        _codes(trace, at, "noise"),
        _codes(trace, at, "codes"),
        {"pictures": [image_uri(_shown(trace.mean[at]))]},
        _nats(trace, at),
        _gradient(trace, at, tops["output"][0]),
        _after(trace, at),
    ]
    return {"picture": image_uri(_shown(trace.x[at])), "figures": figures, **drawn}


def _tops(trace: BatchTrace, *, bounded: bool) -> dict[str, list[float]]:
    """Where the scales of layers end; those of the shown images share one."""

    def top(values: Tensor) -> float:
        return max(float(values.abs().max()), 1e-9)

    return {
        "encoder": [1.0 if bounded else top(each) for each in trace.encoder_layers],
        "decoder": [1.0 if bounded else top(each) for each in trace.decoder_layers],
        "output": [top(trace.by_output)],
    }


def _layer(values: Tensor, top: float, shape: list[int]) -> dict[str, Any]:
    """A layer as a picture, a cell for each unit."""
    grid = _maps(values) if values.ndim == 3 else _cells(values)
    ends = f"{decimal(float(values.min()), 2)} to {decimal(float(values.max()), 2)}"
    return {
        "source": error_uri(grid[None] / top),
        "width": grid.shape[1],
        "height": grid.shape[0],
        "text": words.layer(shape, drawn=len(values)),
        "ends": ends,
    }


def _cells(values: Tensor) -> Tensor:
    """Units in rows of one length, if their number has a divisor that looks like it."""
    count = len(values)
    best = min(_ACROSS, max(1, round(math.sqrt(count))))
    across = next((each for each in range(best, best // 2, -1) if count % each == 0), best)
    return torch.cat([values, values.new_zeros(-count % across)]).view(-1, across)


def _maps(values: Tensor) -> Tensor:
    """Maps [c, h, w] beside and below one another."""
    count = len(values)
    across = next((each for each in (4, 3) if count % each == 0), min(count, 4))
    padded = torch.cat([values, values.new_zeros(-count % across, *values.shape[1:])])
    rows = padded.view(-1, across, *values.shape[1:])
    return rows.permute(0, 2, 1, 3).reshape(-1, across * values.shape[2])


def _codes(trace: BatchTrace, at: int, key: str) -> dict[str, Any]:
    """Spots on the axes of some dimensions: what is drawn of q(z|x), of the noise, of z."""
    sigma = torch.exp(0.5 * trace.logvar)
    reach = torch.cat([trace.mu.abs() + sigma, trace.z.abs(), trace.noise.abs()])
    limit = max(3, math.ceil(float(reach.max())))
    order = trace.rate.mean(0).argsort(descending=True, stable=True)[:LISTED]
    axes = []
    for axis in order.tolist() if len(order) > SHOWN else range(len(order)):
        m, s = float(trace.mu[at, axis]), float(sigma[at, axis])
        e, z = float(trace.noise[at, axis]), float(trace.z[at, axis])
        band = (-1.0, 1.0) if key == "noise" else (m - s, m + s)
        spot = {"posterior": m, "noise": e, "codes": z}[key]
        axes.append(
            {
                "name": words.dimension(axis + 1),
                "from": _place(band[0], limit),
                "to": _place(band[1], limit),
                "at": _place(spot, limit),
                "lines": _told(key, m, s, e, z),
            }
        )
    ends = [decimal(-limit, 0), decimal(limit, 0)]
    return {"axes": axes, "ends": ends, "shown": SHOWN, "more": trace.mu.shape[1] - len(axes)}


def _told(key: str, mu: float, sigma: float, noise: float, z: float) -> list[str]:
    m, s, e, c = (decimal(each, 3) for each in (mu, sigma, noise, z))
    if key == "posterior":
        return [f"μ {m}", f"σ {s}"]
    if key == "noise":
        return [f"ε {e}"]
    # What is added is written so that the printed numbers add up.
    added = round(z, 3) - round(mu, 3)
    return [f"{m} {'−' if added < 0 else '+'} {decimal(abs(added), 3)}", f"= {c}"]


def _place(value: float, limit: float) -> float:
    return min(1.0, max(0.0, (value + limit) / (2 * limit)))


def _nats(trace: BatchTrace, at: int) -> dict[str, Any]:
    parts = [float(trace.distortion[at]), float(trace.rate[at].sum())]
    distortion, rate = adding_up(parts, 2)
    total = round(distortion + rate, 2)
    whole = parts[0] >= 0 and sum(parts) > 0
    return {
        "bars": [each / sum(parts) for each in parts] if whole else None,
        "sums": [
            [DISTORTION.noun, decimal(distortion, 2)],
            [f"+ {RATE.noun}", decimal(rate, 2)],
            [f"{ELBO.label} = −sum", decimal(-total, 2)],
        ],
    }


def _gradient(trace: BatchTrace, at: int, top: float) -> dict[str, Any]:
    rows = _by_layer(trace.record, "gradient_norm")
    norm = math.sqrt(sum(value**2 for _, value in rows))
    return {
        "pictures": [error_uri(trace.by_output[at] / top)],
        "ends": [decimal(-top, 2), decimal(top, 2)],
        "sums": [["norm", decimal(norm, 2)]],
        "rows": _bars(rows, 3),
        "rowsTitle": "Norm of the gradient, by layer",
    }


def _after(trace: BatchTrace, at: int) -> dict[str, Any]:
    before = -float(trace.distortion[at] + trace.rate[at].sum())
    after = -float(trace.distortion_after[at] + trace.rate_after[at].sum())
    places = words.places_of_change(after - before)
    rows = _by_layer(trace.record, "step_norm")
    return {
        "pictures": [image_uri(_shown(trace.mean[at])), image_uri(_shown(trace.mean_after[at]))],
        "sums": [[ELBO.label, decimal(before, places)], ["then", decimal(after, places)]],
        "remark": words.of_one(trace.record),
        "rows": _bars(rows, 4),
        "rowsTitle": "How far the step moved, by layer",
    }


def _by_layer(record: TraceRecord, what: str) -> list[tuple[str, float]]:
    """A norm of each layer: of its weights and its biases together."""
    found: dict[str, float] = {}
    for each in record.parameters:
        value = getattr(each, what)
        if value is not None:
            head, _, last = each.name.rpartition(".")
            name = words.module(head if last in ("weight", "bias") else each.name)
            found[name] = math.hypot(found.get(name, 0.0), value)
    return list(found.items())[:LISTED]


def _bars(rows: list[tuple[str, float]], places: int) -> list[list[Any]]:
    longest = max((value for _, value in rows), default=0.0) or 1.0
    return [[name, decimal(value, places), value / longest] for name, value in rows]


def _shown(image: Tensor) -> Tensor:
    """An image as it can be drawn: of other than one or three channels, their mean."""
    return image if len(image) in (1, 3) else image.mean(0, keepdim=True)
