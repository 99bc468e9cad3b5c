"""Sheets of samples: the same chance every time, at a bounded cost, with no effect on training."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
import torch
from torch import Generator, Tensor, nn

from tests.mixture import mixture_known
from vae_core.checkpoint import checkpoint_bytes
from vae_core.errors import AtlasError
from vae_core.models import MODELS, VAE, Architecture, Model, load_model
from vae_core.runs import Run, create_run, export_runs, import_runs, make_config
from vae_core.runs import sample_sheets as module
from vae_core.runs.faults import train_run
from vae_core.runs.keeping import USUAL
from vae_core.runs.live import watch
from vae_core.runs.sample_sheets import (
    SampleSheets,
    list_sheets,
    newest_path,
    only_samples,
    read_sheet,
    sample_bytes,
    sheet_bytes,
    what_is_drawn,
)


@pytest.fixture(autouse=True)
def _mixture(tmp_path: Path) -> Iterator[None]:
    with mixture_known(tmp_path / "added"):
        yield


def _run(folder: Path, **fields: object) -> Run:
    given = {"dataset": "digits", "algorithm": "mixture-ascent", "components": 4}
    rest = {"learning_rate": 0.03, "epochs": 2, "threads": 1}
    return create_run(make_config(**given | rest | fields), folder / "runs")


def _mixture_model() -> Model:
    kind = MODELS["mixture"]
    model = kind(kind.document.model_validate({"image_shape": (1, 8, 8), "components": 3}))
    return model.initialise("torch", Generator().manual_seed(1))


class Clock:
    """A clock that is turned by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module.time, "monotonic", clock)
    return clock


class Dear(nn.Module):
    """A model whose every sheet takes some seconds of a clock."""

    image_shape = (1, 2, 2)

    def __init__(self, clock: Clock, seconds: float) -> None:
        super().__init__()
        self.clock, self.seconds, self.drawn = clock, seconds, 0

    def sample_images(self, count: int, generator: Generator) -> Tensor:
        self.drawn += 1
        self.clock.now += self.seconds
        return torch.rand(count, 1, 2, 2, generator=generator)


def test_a_run_keeps_its_first_and_last_sheet_and_some_between(tmp_path: Path) -> None:
    run = _run(tmp_path)
    assert train_run(run).state == "finished"
    kept = list_sheets(run.samples_path)
    assert 2 <= len(kept) <= USUAL
    assert (kept[0].epoch, kept[-1].epoch) == (0, 2)
    path = run.model_path()
    assert path is not None
    last = read_sheet(kept[-1].path)
    torch.testing.assert_close(last.images, sample_bytes(load_model(path).model, 36))
    assert (last.images.shape, last.images.dtype) == ((36, 1, 8, 8), torch.uint8)
    assert not torch.equal(read_sheet(kept[0].path).images, last.images)


def test_the_weights_are_the_same_bits_whether_anybody_watches_or_not(tmp_path: Path) -> None:
    watched, alone = _run(tmp_path), _run(tmp_path)
    ends = [train_run(watched, lambda _: watch(watched.path)), train_run(alone)]
    assert [each.state for each in ends] == ["finished", "finished"]
    assert newest_path(watched.samples_path).exists()
    assert not (watched.path / "watched").exists()
    one, other = (load_model(run.model_path() or Path()).model for run in (watched, alone))
    assert all(torch.equal(one.state_dict()[k], other.state_dict()[k]) for k in one.state_dict())


def test_drawing_moves_no_stream_and_counts_for_no_layer() -> None:
    model = _mixture_model()
    counts = nn.BatchNorm1d(2)
    model.add_module("counts", counts)
    model.train()
    before = torch.get_rng_state()
    first, again, other = (sample_bytes(model, 5, seed) for seed in (3, 3, 4))
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert model.training
    assert counts.training


def test_what_takes_long_to_draw_is_drawn_less_often_and_smaller(
    tmp_path: Path, clock: Clock
) -> None:
    model = Dear(clock, 2.0)
    sheets = SampleSheets(tmp_path, model, total_steps=1000, epoch=0)  # type: ignore[arg-type]
    watch(tmp_path)
    began = clock.now
    for step in range(1001):
        sheets.keep(step, step / 100)
        sheets.offer(step, step / 100)
        clock.now += 1.0
        watch(tmp_path)
    assert 2 * model.drawn <= 0.12 * (clock.now - began) + 6
    kept = list_sheets(tmp_path / "samples")
    assert (kept[0].epoch, kept[-1].epoch) == (0, 10)
    assert all(len(read_sheet(each.path).images) == 16 for each in kept)


def test_a_model_that_has_come_to_no_numbers_ends_no_training_here(
    tmp_path: Path, clock: Clock
) -> None:
    model = _mixture_model()
    with torch.no_grad():
        for each in model.parameters():
            each.fill_(torch.nan)
    sheets = SampleSheets(tmp_path, model, total_steps=10, epoch=0)
    watch(tmp_path)
    sheets.keep(0, 0)
    sheets.offer(1, 0.1)
    sheets.rest(1, 0.1)
    assert list_sheets(tmp_path / "samples") == []


def test_what_was_kept_after_the_step_that_a_run_goes_on_from_is_dropped(tmp_path: Path) -> None:
    run = _run(tmp_path)
    train_run(run)
    before = [each.epoch for each in list_sheets(run.samples_path)]
    SampleSheets(run.path, _mixture_model(), total_steps=30, epoch=1.0)
    left = [each.epoch for each in list_sheets(run.samples_path)]
    assert left == [epoch for epoch in before if epoch <= 1]


def test_models_with_a_plane_have_none_and_their_pictures_are_called_means(tmp_path: Path) -> None:
    vae = VAE(Architecture(image_shape=(1, 8, 8), latent_dim=2, hidden=(4,)))
    assert not only_samples(vae)
    assert what_is_drawn(vae).startswith("means E[x|z]")
    assert only_samples(_mixture_model())
    assert what_is_drawn(_mixture_model()) == "samples x ~ p(x)"
    run = create_run(make_config(dataset="digits", hidden=(4,), samples=100), tmp_path / "runs")
    assert train_run(run).state == "finished"
    assert not run.samples_path.exists()


def test_sheets_travel_with_their_run(tmp_path: Path) -> None:
    run = _run(tmp_path, epochs=1)
    train_run(run)
    packed = BytesIO()
    export_runs([run], packed)
    packed.seek(0)
    (tmp_path / "there").mkdir()
    [there] = import_runs(packed, tmp_path / "there").runs
    here = [read_sheet(each.path) for each in list_sheets(run.samples_path)]
    came = [read_sheet(each.path) for each in list_sheets(there.samples_path)]
    assert [each.step for each in came] == [each.step for each in here]
    assert all(torch.equal(a.images, b.images) for a, b in zip(came, here, strict=True))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{}", "not a safetensors file"),
        (checkpoint_bytes({"images": torch.zeros(1, 1, 2, 2).byte()}, {}), "no sheet of samples"),
        (sheet_bytes(torch.zeros(1, 2, 2, 2).byte(), 0, 0), "holds no images"),
        (sheet_bytes(torch.zeros(101, 1, 1, 1).byte(), 0, 0), "101 samples, more than any"),
        (sheet_bytes(torch.zeros(1, 1, 2, 2), 0, 0), "holds no images"),
    ],
    ids=["no file", "no header", "two channels", "too many", "no bytes"],
)
def test_what_is_no_sheet_is_refused_in_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(AtlasError, match=sentence):
        read_sheet(content)
