"""Stand-ins for shipped results: the shapes are right, the numbers mean nothing."""

from pathlib import Path

from latent_atlas.reproduce.figure import Claim, FigureData, Panel
from tests.latent_atlas.reports import figure_documents as made_up

NAMES = (
    "gradient-variance",
    "figure2",
    "figure3",
    "iwae-table",
    "amortisation",
    "figure4",
    "figure5",
    "rivals",
)
CLAIMS = {"figure2": ("figure2-better", "figure2-faster", "figure2-overfit")}


def panels(name: str) -> tuple[Panel, ...]:
    if name == "figure2":
        return tuple(made_up.curves_panel(latents) for latents in (3, 5, 10, 20, 200))
    if name == "figure3":
        few = {"key": "few-samples", "title": "1,000 training images, by samples"}
        return (made_up.curves_panel().model_copy(update=few),)
    if name == "rivals":
        return (made_up.table_panel(), made_up.images_panel())
    if name in ("figure4", "figure5"):
        other = {"key": "other", "title": "Frey Face"}
        return (made_up.images_panel(), made_up.images_panel().model_copy(update=other))
    learning = {"key": "learning", "title": "Learning from the same start"}
    return (made_up.bars_panel(), made_up.curves_panel().model_copy(update=learning))


def document(name: str) -> FigureData:
    claims = tuple(
        Claim(
            key=key,
            sentence=f"The claim {key} is tested.",
            paper="“Considerably” (section 5).",
            ours=f"Measured for {key}: −105.3 ± 0.6 nats against −120.1 ± 0.4.",
            rule=made_up.rule(
                "does not hold" if key.endswith("faster") else "holds",
                *(14.8, 15.1, 14.2),
                label=f"{key}: lead",
            ),
        )
        for key in CLAIMS.get(name, (name,))
    )
    return made_up.document(*panels(name), name=name).model_copy(update={"claims": claims})


def write(folder: Path, names: tuple[str, ...] = NAMES) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / f"{name}.json").write_text(document(name).json_text(), encoding="utf-8")
