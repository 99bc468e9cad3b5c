"""The tables of the rivals: of their samples, a row for each kind of picture, and of their nats.

What a rival is judged by stands first, what it cost last: a narrow page shows the first columns.
"""

from collections.abc import Callable, Sequence
from statistics import fmean

import torch

from latent_atlas.reproduce.claims.rivals import Rival
from latent_atlas.reproduce.figure import Reference, TablePanel, TableRow
from latent_atlas.reproduce.numbers import number_text, spread
from latent_atlas.reproduce.rivals_answers import Away, Pictured, Share, Sharp
from vae_core.numerals import decimal, duration, grouped, places_for
from vae_core.quantities import bits_per_dim

REAL = "real digits"


def table(key: str, title: str, found: Sequence[Rival]) -> TablePanel:
    """Rivals that learned images treated alike; the last row is what real images give."""
    rows = [_row(each, kind) for each in found for kind in each.kinds]
    last = found[-1].sampled[0].of[found[-1].kinds[-1]]
    columns = (
        "Fréchet",
        "coverage %",
        "recognised %",
        "sharpness",
        "precision %",
        "recall %",
        "density",
        "KID",
        "copies %",
        "samples a second",
        "training",
        "parameters",
    )
    return TablePanel(key=key, title=title, columns=columns, rows=(*rows, _real(last)))


def nats_table(
    key: str, title: str, found: Sequence[Rival], published: Sequence[Reference]
) -> TablePanel:
    """Models whose nats are on one scale; of densities of levels there are bits as well."""
    densities = any(each.trained[0].density for each in found)
    bits = ("bits/dim",) if densities else ()
    rows = [_nats_row(each, bits=densities) for each in found]
    rows += [
        TableRow(
            label=each.label.partition(":")[0],
            cells=(decimal(each.value, 1), *("" for _ in bits), "", "", ""),
        )
        for each in published
    ]
    columns = ("log p(x), nats", *bits, "images seen", "training", "parameters")
    return TablePanel(key=key, title=title, columns=columns, rows=tuple(rows))


def _nats_row(rival: Rival, *, bits: bool) -> TableRow:
    trained = rival.trained
    nats = [each.nats for each in trained if each.nats is not None]
    shown = rival.sampled[0].of[rival.kinds[0]].sheet
    values = shown.channels * shown.height * shown.width
    each_value = [bits_per_dim(torch.tensor(each), values).item() for each in nats]
    return TableRow(
        label=f"{rival.title}{', its bound' if trained[0].bound else ''}",
        cells=(
            _about(nats, trained[0].nats_half_width),
            *((decimal(fmean(each_value), 3),) if bits else ()),
            grouped(trained[0].samples),
            duration(fmean(each.seconds for each in trained)),
            grouped(trained[0].parameters),
        ),
    )


def _row(rival: Rival, kind: str) -> TableRow:
    seeds = [each.of[kind] for each in rival.sampled]
    label = rival.called(kind)
    if (verdict := rival.verdict(kind)) != "passing":
        label += ": failing" if verdict == "failing" else ": whether it fails cannot be said"
    return TableRow(
        label=label,
        cells=(
            _distance([each.frechet for each in seeds]),
            _percent(seeds, lambda each: each.coverage),
            _percent(seeds, lambda each: each.recognised),
            _ratio([each.sharpness for each in seeds]),
            _percent(seeds, lambda each: each.precision),
            _percent(seeds, lambda each: each.recall),
            spread([each.density for each in seeds], 2),
            _distance([each.kernel for each in seeds]),
            _percent(seeds, lambda each: each.near_training),
            number_text(fmean(each.per_second for each in seeds)),
            duration(fmean(each.seconds for each in rival.trained)),
            grouped(rival.trained[0].parameters),
        ),
    )


def _real(of: Pictured) -> TableRow:
    shares = (of.precision, of.recall, of.coverage, of.recognised, of.near_training)
    precision, recall, coverage, recognised, near = (
        decimal(100 * each.floor, 1) for each in shares
    )
    return TableRow(
        label=REAL,
        cells=(
            decimal(of.frechet.floor, places_for(of.frechet.floor_half_width)),
            coverage,
            recognised,
            "1",
            precision,
            recall,
            decimal(of.density_floor, 2),
            decimal(of.kernel.floor, places_for(of.kernel.floor_half_width)),
            near,
            "",
            "",
            "",
        ),
    )


def _ratio(seeds: Sequence[Sharp]) -> str:
    if len(seeds) > 1:
        return spread([each.value for each in seeds], 2)
    [one] = seeds
    return _between(one.value, one.low, one.high, 2)


def _distance(seeds: Sequence[Away]) -> str:
    return _about([each.value for each in seeds], seeds[0].half_width)


def _about(values: Sequence[float], half_width: float | None) -> str:
    """A value a seed; of a single one between what it may be, by its ± where that is known."""
    if len(values) > 1:
        return spread(values)
    [one] = values
    if half_width is None:
        return number_text(one)
    return _between(one, one - half_width, one + half_width, max(0, places_for(half_width)))


def _percent(seeds: Sequence[Pictured], of: Callable[[Pictured], Share]) -> str:
    shares = [of(each) for each in seeds]
    if len(shares) > 1:
        return spread([100 * each.value for each in shares])
    [one] = shares
    return _between(100 * one.value, 100 * one.low, 100 * one.high, 1)


def _between(value: float, low: float, high: float, places: int) -> str:
    value_text, low_text, high_text = (decimal(each, places) for each in (value, low, high))
    return f"{value_text} [{low_text}, {high_text}]"
