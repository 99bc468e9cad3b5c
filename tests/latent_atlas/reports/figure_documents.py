"""A made-up result of each kind, with the structure of the real ones."""

import base64
import zlib

import numpy as np

from latent_atlas.reproduce.figure import (
    Bar,
    BarsPanel,
    Claim,
    Curve,
    CurvesPanel,
    FigureData,
    ImagesPanel,
    Panel,
    Provenance,
    TablePanel,
    TableRow,
)
from latent_atlas.reproduce.verdict import Comparison, Evidence, Rule, Verdict

SEEDS = (0, 1, 2)
SAMPLES = (100_000.0, 180_000.0, 320_000.0, 560_000.0, 1_000_000.0)


def rule(verdict: Verdict, *values: float, label: str = "AEVB above by") -> Rule:
    """One whose numbers lead to this verdict, by the side of them that its limit is on."""
    if verdict == "cannot be said":
        return Rule(quantity="nothing", tolerance="none", needed="a measurement")
    limit = min(values) - 10 if verdict == "holds" else max(values) + 10
    compared = Comparison(label=label, values=values, limit=limit)
    return Rule(quantity="the lead", tolerance=f"{limit:g} nats", comparisons=(compared,))


def curve(method: str, split: str, first: float, last: float) -> Curve:
    share = np.linspace(0, 1, len(SAMPLES)) ** 0.6
    mean = first + (last - first) * share
    y = [tuple((mean + 1.5 * (seed - 1) * (1 - 0.5 * share)).tolist()) for seed in SEEDS]
    name = {"aevb": "AEVB", "wake-sleep": "Wake-sleep"}[method]
    return Curve.model_validate(
        {
            "label": f"{name} ({split})",
            "method": method,
            "split": split,
            "x": SAMPLES,
            "y": tuple(y),
        }
    )


def curves_panel(latents: int = 3, first: float = -170.0) -> CurvesPanel:
    return CurvesPanel(
        key=f"mnist-{latents}",
        title=f"MNIST, {latents} latent dimensions",
        x_label="training samples evaluated",
        y_label="ELBO (nats per image)",
        x_scale="log",
        x_range=(1e5, 1e8),
        y_range=(-150.0, -100.0),
        curves=(
            curve("aevb", "train", first, -128 + latents / 10),
            curve("aevb", "test", first - 1, -130 + latents / 10),
            curve("wake-sleep", "train", first - 20, -142),
            curve("wake-sleep", "test", first - 21, -143),
        ),
    )


def bars_panel() -> BarsPanel:
    return BarsPanel(
        key="variance",
        title="The baseline takes away most of the variance",
        y_label="variance of the gradient",
        y_scale="log",
        bars=(
            Bar(label="AEVB, estimator B", method="aevb", values=(0.012, 0.014, 0.013)),
            Bar(label="Score function, no baseline", method="score-function", values=(4e3, 3e3)),
            Bar(
                label="Score function, leave-one-out of L = 10 samples",
                method="leave-one-out",
                values=(31.0, 40.5, 28.0),
            ),
        ),
    )


def images_panel(rows: int = 3, columns: int = 5, channels: int = 1) -> ImagesPanel:
    levels = np.arange(rows * columns * channels * 6 * 4, dtype=np.uint8)
    return ImagesPanel(
        key="digits",
        title="Samples from the prior",
        rows=rows,
        columns=columns,
        channels=channels,
        height=6,
        width=4,
        pixels=base64.b64encode(zlib.compress(levels.tobytes())).decode(),
    )


def table_panel() -> TablePanel:
    return TablePanel(
        key="samples-grey",
        title="Samples, grey levels",
        columns=("Fréchet", "coverage %"),
        rows=(
            TableRow(label="VAE, means", cells=("43.9 ± 2.7", "82.3 ± 1.1")),
            TableRow(label="<b>GAN</b>: failing", cells=("30.0 ± 1.0", "41.0 ± 2.0")),
        ),
    )


def document(*panels: Panel, name: str = "figure2", columns: int = 3) -> FigureData:
    return FigureData(
        name=name,
        title="AEVB learns faster than wake-sleep",
        caption=(
            "The bound against training samples evaluated, on the paper's own axes. Ours end at a "
            "million samples, where the paper goes on to a hundred million."
        ),
        columns=columns,
        panels=panels or (curves_panel(),),
        claims=(
            Claim(
                key="figure2-faster",
                sentence="AEVB learns considerably faster than wake-sleep.",
                paper="Its curve lies above in every panel.",
                ours="Above by 13.0 nats (12.1 to 13.9) at 1e6 samples.",
                rule=rule("holds", 12.1, 13.0, 13.9),
                evidence=(Evidence(label="wake-sleep's own", values=(-143.0, -143.5, -142.5)),),
            ),
            Claim(
                key="figure2-variance",
                sentence="The variance of the estimate is below 1 & needs no error bars.",
                paper="Below 1.",
                ours="1.3 <b>nats²</b>",
                rule=rule("does not hold", 1.3, 1.2, 1.4),
            ),
            Claim(
                key="figure2-end",
                sentence="More latent dimensions do not overfit.",
                paper="No overfitting at 1e8 samples.",
                ours="Ours end at 1e6 samples.",
                rule=rule("cannot be said"),
            ),
        ),
        provenance=Provenance(
            command=f"latent-atlas reproduce {name} --out results --samples 1000000",
            date="2026-01-31T12:00:00+00:00",
            samples=1_000_000,
            seeds=SEEDS,
            quick=False,
            left_out=("Frey Face: the data are not here.",),
            environment={"python": "3.11.7", "torch": "2.13.0", "machine": "2 cores"},
        ),
    )
