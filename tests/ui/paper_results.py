"""Stand-ins for shipped results: the shapes are right, the numbers mean nothing."""

import base64
import zlib
from pathlib import Path

from vae_core.experiments.figure import (
    Bar,
    BarsPanel,
    Claim,
    Curve,
    CurvesPanel,
    Evidence,
    FigureData,
    ImagesPanel,
    Panel,
    Provenance,
)

SEEDS = (0, 1, 2)
NAMES = (
    "gradient-variance",
    "figure2",
    "figure3",
    "iwae-table",
    "amortisation",
    "figure4",
    "figure5",
)
CLAIMS = {"figure2": ("figure2-better", "figure2-faster", "figure2-overfit")}


def curves(key: str, title: str) -> CurvesPanel:
    x = (1e3, 1e4, 1e5, 1e6)
    ends = {("aevb", "train"): -104.0, ("aevb", "test"): -105.0}
    ends |= {("wake-sleep", "train"): -119.0, ("wake-sleep", "test"): -120.0}
    return CurvesPanel(
        key=key,
        title=title,
        x_label="training samples evaluated",
        y_label="ELBO (nats per image)",
        x_scale="log",
        x_range=(1e5, 1e8),
        y_range=(-150, -100),
        curves=tuple(
            Curve(
                label=f"{method} ({split})",
                method=method,
                split="train" if split == "train" else "test",
                x=x,
                y=tuple(
                    tuple(end + seed - 90 * (1 - i / 3) ** 2 for i in range(4)) for seed in SEEDS
                ),
            )
            for (method, split), end in ends.items()
        ),
    )


def bars(key: str, title: str) -> BarsPanel:
    rows = (("aevb", "reparameterised", 1.0), ("score-function", "score, no baseline", 6900.0))
    return BarsPanel(
        key=key,
        title=title,
        y_label="variance relative to estimator B",
        y_scale="log",
        bars=tuple(
            Bar(label=label, method=method, values=(value, 1.2 * value, 0.9 * value))
            for method, label, value in rows
        ),
    )


def images(key: str, title: str) -> ImagesPanel:
    pixels = bytes(i % 256 for i in range(10 * 10 * 28 * 28))
    packed = base64.b64encode(zlib.compress(pixels)).decode()
    return ImagesPanel(
        key=key, title=title, rows=10, columns=10, channels=1, height=28, width=28, pixels=packed
    )


def panels(name: str) -> tuple[Panel, ...]:
    if name == "figure2":
        sizes = (3, 5, 10, 20, 200)
        return tuple(curves(f"mnist-{j}", f"MNIST, {j} latent dimensions") for j in sizes)
    if name == "figure3":
        return (curves("few-samples", "1,000 training images, by samples"),)
    if name in ("figure4", "figure5"):
        return (images("map", "MNIST"), images("other", "Frey Face"))
    return (bars("bars", "At initialisation"), curves("learning", "Learning from the same start"))


def document(name: str) -> FigureData:
    return FigureData(
        name=name,
        title="A stand-in",
        caption="Made for a test: nothing was computed.",
        panels=panels(name),
        claims=tuple(
            Claim(
                key=key,
                sentence=f"The claim {key} is tested.",
                paper="“Considerably” (section 5).",
                ours=f"Measured for {key}: −105.3 ± 0.6 nats against −120.1 ± 0.4.",
                verdict="does not hold" if key.endswith("faster") else "holds",
                evidence=(Evidence(label=f"{key}: lead", values=(14.8, 15.1, 14.2)),),
            )
            for key in CLAIMS.get(name, (name,))
        ),
        provenance=Provenance(
            command=f"python -m vae_core reproduce {name} --seeds 0,1,2 --out DIR",
            date="2026-11-22T21:00:00+00:00",
            samples=1_000_000,
            seeds=SEEDS,
            quick=False,
            left_out=("The Frey Face panels: the images are not here.",),
            environment={},
        ),
    )


def write(folder: Path, names: tuple[str, ...] = NAMES) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / f"{name}.json").write_text(document(name).json_text(), encoding="utf-8")
