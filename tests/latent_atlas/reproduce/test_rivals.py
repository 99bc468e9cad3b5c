"""The rivals of the VAE: one cell in miniature, and what is claimed of their table."""

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from latent_atlas.reports.figures.images import panel_images
from latent_atlas.reproduce import rivals_cells
from latent_atlas.reproduce.cells import Place, answered
from latent_atlas.reproduce.claims.rivals import BEGINNING, Rival, best_vae, claims
from latent_atlas.reproduce.experiment import Options
from latent_atlas.reproduce.experiments import rivals
from latent_atlas.reproduce.experiments.rivals import RECIPES, Recipe, cell
from latent_atlas.reproduce.rivals_answers import Begun, Sampled, Trained
from latent_atlas.reproduce.rivals_cells import BeginningCell
from latent_atlas.reproduce.rivals_table import nats_table, table
from latent_atlas.reproduce.sheets import sheet_of
from tests.mixture import mixture_known
from tests.quick_classifier import quick_classifier
from vae_core.checkpoint import read_checkpoint
from vae_core.data import Dataset
from vae_core.errors import AtlasError
from vae_core.evaluation import Cancelled, Classifier, Watch, material
from vae_core.models import load_model
from vae_core.numerals import decimal

TINY = Recipe("tiny", "Tiny VAE", 1, {"hidden": (8,), "binarize": "dynamic"}, vae=True)
TOY = Recipe("toy", "Mixture", 1, {"algorithm": "mixture-ascent", "components": 3})


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A classifier that learns nothing: what it is taught is tested elsewhere."""

    def untaught(dataset: Dataset, watch: Watch | None = None) -> Classifier:
        return quick_classifier(material(dataset))

    monkeypatch.setattr(rivals_cells, "train_classifier", untaught)
    monkeypatch.setattr(rivals_cells, "THREADS", 1)


@pytest.fixture
def _mixture(tmp_path: Path) -> Iterator[None]:
    with mixture_known(tmp_path / "added"):
        yield


def found(recipe: Recipe, folder: Path) -> Rival:
    samples = cell(recipe, Options(), 0, "digits", 60)
    for each in (*samples.needs, samples):
        answered(each, folder)
    return Rival(
        recipe.name,
        recipe.title,
        recipe.treatment,
        recipe.vae,
        (Trained.model_validate(answered(samples.trained, folder).result),),
        (Sampled.model_validate(answered(samples, folder).result),),
        (Begun.model_validate(answered(BeginningCell(samples.trained), folder).result),),
    )


@pytest.mark.usefixtures("_mixture")
def test_a_cell_trains_draws_stores_and_measures_any_model_that_samples(tmp_path: Path) -> None:
    vae, toy = found(TINY, tmp_path), found(TOY, tmp_path)
    assert vae.kinds == ["means", "samples"]
    assert toy.kinds == ["samples"]
    [trained] = toy.trained
    assert (trained.epochs, trained.samples, trained.bound) == (1, 1497, False)
    assert trained.density == "Gaussian mixture"
    assert vae.trained[0].bound
    assert vae.trained[0].nats is not None
    stored = read_checkpoint(tmp_path / "samples" / "rival-tiny-seed0.safetensors").tensors
    assert {name: tuple(each.shape) for name, each in stored.items()} == {
        "means": (60, 1, 8, 8),
        "samples": (60, 1, 8, 8),
    }
    sheet = toy.sampled[0].of["samples"].sheet
    assert panel_images(sheet).shape == (7, 7, 1, 8, 8)
    shown = table("samples-grey", "Samples", [vae, toy])
    assert [row.label.split(":")[0] for row in shown.rows] == [
        "Tiny VAE, means",
        "Tiny VAE, samples",
        "Mixture",
        "real digits",
    ]
    own, other = (nats_table("nats", "Nats", [each], ()).rows[0] for each in (vae, toy))
    assert own.label == "Tiny VAE, its bound"
    # By hand: the noise of a level is that of a 256th, and bits are of a value.
    nats = toy.trained[0].nats
    assert nats is not None
    assert other.cells[1] == decimal(8 - nats / (64 * math.log(2)), 3)
    assert [len(each.cells) for each in (own, other)] == [4, 5]


def test_a_cell_comes_out_again_to_the_bit_and_goes_on_from_where_it_was_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = cell(TINY, Options(), 0, "digits").trained
    ticks = itertools.count()
    monkeypatch.setattr("time.process_time", lambda: float(next(ticks)))
    whole = Trained.model_validate(answered(trained, tmp_path / "whole").result)
    done = [0.0]
    with pytest.raises(Cancelled):
        answered(trained, tmp_path / "cut", Watch(done.append, lambda: done[-1] > 0.4))
    assert Place(tmp_path / "cut", trained.name).partial.exists()
    again = Trained.model_validate(answered(trained, tmp_path / "cut").result)
    assert (whole.seconds, again.seconds) == (1, 2)  # from its beginning to its end, twice over
    assert again.model_copy(update={"seconds": whole.seconds}) == whole
    models = [load_model(Place(tmp_path / f, trained.name).model) for f in ("whole", "cut")]
    first, second = (each.model.state_dict() for each in models)
    assert all(first[name].equal(second[name]) for name in first)


def test_every_recipe_of_this_version_is_a_run_that_can_be_made() -> None:
    for recipe in RECIPES:
        if recipe.present:
            config = recipe.config(Options(), 1)
            assert (config.dataset, config.seed, config.treatment) == ("mnist", 1, recipe.treatment)
        assert 0 < recipe.budget <= 1800
    for names in ([each.name for each in RECIPES], [each.title for each in RECIPES]):
        assert len(set(names)) == len(names)
    assert not Recipe("none", "None", 1, {"algorithm": "not-there"}).present


def rival(recipe: Recipe, folder: Path, distances: tuple[float, ...], covered: float) -> Rival:
    """A measured one, with other numbers put in its place: one for each seed."""
    one = found(recipe, folder)
    [sampled] = one.sampled

    def with_numbers(distance: float) -> Sampled:
        share = {"value": covered, "low": covered - 0.01, "high": covered + 0.01, "floor": 0.97}
        verdict = "failing" if covered < 0.5 else "passing"
        of = {
            kind: each.model_validate(
                each.model_dump()
                | {
                    "frechet": each.frechet.model_dump() | {"value": distance},
                    "coverage": share,
                    "recognised": share,
                    "verdict": verdict,
                }
            )
            for kind, each in sampled.of.items()
        }
        return sampled.model_copy(update={"of": of})

    seeds = tuple(map(with_numbers, distances))
    return replace(one, trained=one.trained * len(seeds), sampled=seeds)


@pytest.mark.usefixtures("_mixture")
def test_newer_methods_are_said_to_be_better_where_they_are_nearer_and_do_not_fail(
    tmp_path: Path,
) -> None:
    grey = replace(TINY, settings={"hidden": (8,)})
    vae = rival(grey, tmp_path, (40.0, 41.0, 42.0), 0.8)
    better = rival(TOY, tmp_path, (10.0, 11.0, 10.5), 0.9)
    made = {each.key: each for each in claims([vae, better])}
    verdicts = {key: each.verdict for key, each in made.items()}
    assert verdicts == {"rivals-newer": "holds", "rivals-toy": "holds"}
    [began] = [each for each in made["rivals-toy"].evidence if each.label.endswith(BEGINNING)]
    assert began.label.startswith("log p(x) ")
    assert began.values == (better.begun[0].nats,)
    failing = rival(TOY, tmp_path, (10.0, 11.0, 10.5), 0.3)
    told = {each.key: each for each in claims([vae, failing])}
    assert told["rivals-newer"].verdict == "holds"
    assert "Failing: Mixture (samples)." in told["rivals-newer"].ours
    assert told["rivals-toy"].verdict == "does not hold"
    worse = rival(TOY, tmp_path, (80.0, 81.0, 83.0), 0.9)
    assert {each.verdict for each in claims([vae, worse])} == {"does not hold"}
    alone = replace(better, sampled=better.sampled[:1], trained=better.trained[:1])
    one_vae = replace(vae, sampled=vae.sampled[:1], trained=vae.trained[:1])
    # What one training of each is like, its images can say; of the methods they say nothing.
    [whole, own] = claims([one_vae, alone])
    assert (whole.verdict, own.verdict) == ("cannot be said", "holds")
    assert "Of 1 rival 1 is nearer, each by itself." in whole.ours
    assert own.ours.endswith(" are recognised. Each ± is a standard error over images.")
    near = rival(TOY, tmp_path, (39.999,), 0.9)
    assert [each.verdict for each in claims([one_vae, near])] == ["cannot be said"] * 2
    # Of two kinds of picture a rival is held by the nearer, as a VAE is.
    prior = replace(grey, settings={**grey.settings, "algorithm": "learned-prior"}, vae=False)
    two = rival(replace(prior, name="prior", title="Prior"), tmp_path, (10.0, 11.0, 10.5), 0.9)
    [whole, own] = claims([vae, two])
    assert (whole.verdict, own.verdict) == ("holds", "holds")
    assert "Prior, means" in own.rule.comparisons[0].label
    assert [e.label for e in own.evidence if e.label.startswith("bound on log p(x) ")]
    # Those that learned images drawn black and white are held against a VAE that did.
    assert best_vae([replace(vae, treatment="dynamic")], better) is None
    assert [each.verdict for each in claims([vae])] == ["cannot be said"]


def test_a_sheet_keeps_sixteen_levels_so_that_it_stays_small() -> None:
    import torch

    pictures = torch.randint(256, (120, 1, 8, 8), dtype=torch.uint8)
    shown = torch.from_numpy(panel_images(sheet_of("a", "b", pictures)).copy()).flatten(0, 1)
    assert len(shown) == 100
    assert len(shown.unique()) <= 16
    assert (shown.int() - pictures[:100].int()).abs().max() <= 9


def test_without_the_data_the_cell_says_which_are_absent(tmp_path: Path) -> None:
    absent = cell(TINY, Options(data_dir=tmp_path), 0, "mnist").trained
    with pytest.raises(AtlasError, match="MNIST"):
        answered(absent, tmp_path / "out")
    assert rivals.EXPERIMENT.name == "rivals"
