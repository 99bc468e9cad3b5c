"""The tables of a comparison as words: the same rows in the page and on paper."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from latent_atlas.reports.comparison.record import (
    ComparisonRecord,
    Estimate,
    KeptRecord,
    PairRecord,
    PointRecord,
)
from latent_atlas.reports.comparison.sentences import share_told
from vae_core.evaluation.proportions import Proportion
from vae_core.numerals import decimal, with_error
from vae_core.quantities import DISTORTION, RATE
from vae_core.sentences import counted

MOST_CLASSES = 100
_NUMBER = re.compile(r"[+−]?[0-9,]+(?:\.[0-9]+)?")


@dataclass(frozen=True)
class Grid:
    """A table: names of columns, and rows that begin with a name; cells are what people read."""

    head: list[str]
    rows: list[list[str]]
    note: str = ""


@dataclass(frozen=True)
class Cell:
    """A number, which `before` and `after` fill up unseen, and the rest of the words."""

    before: str
    number: str
    after: str
    rest: str


def aligned(column: Sequence[str]) -> list[Cell]:
    """The cells of a column, filled up so that decimals, and ±, stand below each other."""
    parts = [_sides(text) for text in column]
    whole = max((part[0] for part in parts), key=len, default="")
    decimals = max((part[1] for part in parts if part[2].startswith(" ±")), key=len, default="")
    return [
        Cell(
            whole[: len(whole) - len(before)] if before else "",
            before + after,
            decimals[len(after) :] if rest.startswith(" ±") else "",
            rest,
        )
        for before, after, rest in parts
    ]


def _sides(text: str) -> tuple[str, str, str]:
    """Of −139.3 ± 0.7: −139, .3 and the rest; of words, the rest alone."""
    number, gap, rest = text.partition(" ")
    if not _NUMBER.fullmatch(number):
        return "", "", text
    whole, point, decimals = number.partition(".")
    return whole, point + decimals, gap + rest


def ledger(record: ComparisonRecord, scale: int) -> Grid:
    """Nats of each model of one scale, and how each stands to the first of it."""
    models = [each for each in record.models if each.scale == scale]
    head = ["Model", "−ELBO", DISTORTION.label, RATE.label, "Difference", "Wins", "Verdict"]
    rows = [
        [
            model.title,
            *(each.told for each in (model.cost, model.distortion, model.rate)),
            *_pair(model.pair, first=n == 0 and len(models) > 1),
        ]
        for n, model in enumerate(models)
    ]
    if len(models) == 1:
        return Grid(head[:4], [row[:4] for row in rows])
    note = (
        f"Difference: how much better than {models[0].title}, in nats of −ELBO; above 0 is better. "
        "It is the mean of the differences of single images, which is surer than two means are."
    )
    return Grid(head, rows, note)


def pictures_table(record: ComparisonRecord) -> Grid:
    """Measures of the copies, on one scale for all models, and the error of calibration."""
    head = ["Model", "MSE", "PSNR, dB", "SSIM", "Sharpness", "Calibration error"]
    rows = [
        [
            model.title,
            *(_fine(each) for each in (model.mse, model.psnr, model.ssim, model.sharpness)),
            _fine(model.calibration.error),
        ]
        for model in record.models
    ]
    some = counted(record.picture_images, "image")
    calibrated = counted(record.models[0].calibration.images, "image")
    note = (
        "Copies are those at the posterior mean. MSE, of values in [0, 1], and PSNR are means over "
        f"all {counted(record.images, 'image')}; SSIM and sharpness, that of the copy over that "
        f"of its original, over {some}, evenly chosen; the expected calibration error is of "
        f"{calibrated}. Lower is better of MSE and calibration, higher of PSNR and SSIM; "
        "a sharpness of 1 is that of the original."
    )
    return Grid(head, rows, note)


def classes(record: ComparisonRecord, scale: int) -> Grid | None:
    """−ELBO of each class under each model of one scale, with verdicts against the first."""
    models = [each for each in record.models if each.scale == scale]
    first = models[0].classes
    if not first:
        return None
    rows = []
    for place, each in enumerate(first[:MOST_CLASSES]):
        cells = [each.name, f"{each.images:,}", each.cost.told]
        for model in models[1:]:
            own = model.classes[place]
            word = "" if own.pair is None else f" {SIGNS[own.pair.verdict]}"
            cells.append(own.cost.told + word)
        rows.append(cells)
    head = ["Class", "Images", *(model.title for model in models)]
    signs = "; ".join(f"{sign} {verdict}" for verdict, sign in SIGNS.items())
    note = f"−ELBO in nats. Against {models[0].title}, image by image: {signs}. " if rows else ""
    if len(models) == 1:
        note = "−ELBO in nats."
    else:
        note += "Of so many verdicts one in twenty is wrong by chance."
    if len(first) > MOST_CLASSES:
        note += f" The first {MOST_CLASSES} of {counted(len(first), 'class', 'classes')}."
    return Grid(head, rows, note)


def points_table(record: ComparisonRecord) -> Grid:
    """Rate, distortion and squared error on the split and, where known, on training images."""
    head = ["Model", "Images", RATE.label, DISTORTION.label, "−ELBO", "Squared error"]
    rows = [
        [
            model.title,
            _images_of(at),
            *(each.told for each in (at.rate, at.distortion, at.cost)),
            _fine(at.squared_error),
        ]
        for model in record.models
        for at in model.points
    ]
    note = (
        "Rate, distortion and their sum, −ELBO, in nats an image. The squared error is of E[x|z] "
        "for one z ~ q(z|x), of values in [0, 1]."
    )
    return Grid(head, rows, note)


def _images_of(at: PointRecord) -> str:
    """Such as 10,000 of 54,000 train."""
    of_all = "" if at.images == at.of_images else f" of {at.of_images:,}"
    return f"{at.images:,}{of_all} {at.split}"


def identity_table(record: ComparisonRecord) -> Grid | None:
    """How many copies are still taken for the class of their image, and what samples are."""
    rows = [
        [
            model.title,
            *(cell for kept in (found.mean, found.sample) for cell in _kept(kept)),
            found.spread.told,
            f"{_hundred(found.confidence)} %",
        ]
        for model in record.models
        if (found := model.identity) is not None
    ]
    if not rows:
        return None
    first = next(model.identity for model in record.models if model.identity is not None)
    head = [
        "Model", "Copies kept", "Lost", "At sampled z kept", "Lost",
        "Spread, nats", "Sureness",
    ]  # fmt: skip
    note = (
        "Kept: taken for the class of its image, from the copy at the posterior mean and from one "
        "sample of z. Lost: how much less often than the images themselves, image by image "
        "(Agresti and Min 2005). Spread: the entropy over classes of what "
        f"{counted(first.samples, 'sample')} from the prior are taken for, of at most "
        f"{decimal(first.most_spread, 2)}; sureness: the mean confidence of the judge in these."
    )
    return Grid(head, rows, note)


def _kept(found: KeptRecord) -> list[str]:
    sign = {"lost": "▼", "gained": "▲"}.get(found.verdict)
    told = found.lost_told
    return [found.kept.told, f"{told} {sign}" if sign else f"{told} {SIGNS['cannot be said']}"]


def _hundred(share: Estimate) -> str:
    if share.value is None:
        return "–"
    half = None if share.half_width is None else 100 * share.half_width
    return with_error(100 * share.value, half)


def spread_table(record: ComparisonRecord) -> Grid | None:
    """Which share of pixels lies within each central interval of densities."""
    models = [each for each in record.models if each.calibration.covered]
    if not models:
        return None
    levels = list(models[0].calibration.covered or {})
    head = ["Model", *(f"{decimal(100 * float(level), 0)} %" for level in levels)]
    rows = [
        [
            model.title,
            *(
                f"{decimal(100 * share, 1)} %"
                for share in (model.calibration.covered or {}).values()
            ),
        ]
        for model in models
    ]
    note = "Pixels within the central interval of p(x|z) that is to hold so many of them."
    return Grid(head, rows, note)


SIGNS = {"better": "▲", "worse": "▼", "cannot be said": "○"}


def verdict_word(pair: PairRecord) -> str:
    """The verdict with a sign, so that no colour has to tell it."""
    return f"{SIGNS[pair.verdict]} {pair.verdict}"


def _pair(pair: PairRecord | None, *, first: bool) -> list[str]:
    if pair is None:
        return ["the first" if first else "–", "", ""]
    value = pair.difference.value
    sign = "+" if value is not None and value > 0 else ""
    won = share_told(Proportion(pair.wins, pair.images)) if pair.images else "–"
    return [sign + pair.difference.told, won, verdict_word(pair)]


def _fine(estimate: Estimate) -> str:
    """Of measures below 1: with the decimals that the ± supports, up to five."""
    value, half = estimate.value, estimate.half_width
    if value is None:
        return "–"
    if half is None:
        return decimal(value, 3)
    return with_error(value, half)
