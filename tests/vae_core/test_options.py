"""What a setting cannot be is told in our own words: its title, what was given, what may be."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from latent_atlas.__main__ import main
from vae_core.algorithms import ALGORITHMS
from vae_core.errors import AtlasError
from vae_core.models import LIKELIHOODS, NETWORKS, VAE
from vae_core.options import Option, options_of
from vae_core.runs import RunConfig, create_run, make_config, open_run, request_change
from vae_core.runs.flat import owners_of

# What pydantic says, and no person would.
FOREIGN = re.compile(
    r"input should|value error|valid |greater than|less than|pydantic|type=|\\", re.I
)


def _settings() -> Iterator[tuple[str, Option]]:
    """Every setting of every algorithm, with the algorithm."""
    for option in options_of(RunConfig).values():
        yield "aevb", option
    for algorithm, kind in ALGORITHMS.items():
        for option in options_of(kind).values():
            yield algorithm, option


def _wrong(option: Option) -> Iterator[object]:
    """Values that lie out of the setting's range, at each end, or are nothing of its kind."""
    if option.choices:
        yield "nothing-known"
    elif option.kind in (int, float):
        yield from ([] if option.least is None else [option.least - 1])
        yield from ([] if option.most is None else [option.most * 2 + 1])
        yield from ("many", float("nan"))
    elif option.kind is tuple:
        yield from ((0,), (10**6,), (1,) * 99, ("many",))
    elif option.name in ("name", "dataset"):
        yield "x" * 999


CASES = [
    pytest.param(algorithm, option, value, id=f"{algorithm}-{option.name}-{str(value)[:12]}")
    for algorithm, option in _settings()
    for value in _wrong(option)
]


def _asked(algorithm: str, option: Option, value: object) -> dict[str, object]:
    """A request in which the setting is of use and cannot be."""
    asked: dict[str, object] = {"dataset": "digits", "algorithm": algorithm}
    of_vaes = ALGORITHMS[algorithm].trains is VAE
    for owner in owners_of(option.name) if of_vaes else ():
        asked |= {"network": owner} if owner in NETWORKS else {}
        asked |= {"likelihood": owner} if owner in LIKELIHOODS else {}
    return asked | {option.name: value}


def _in_our_words(told: str, option: Option, value: object) -> None:
    assert option.label in told
    assert option.wanted in told
    shown = value if not isinstance(value, tuple) else value[0]
    assert str(shown)[:20].removeprefix("-").removesuffix(".0") in told.replace(",", "")
    assert not FOREIGN.search(told), told
    assert "\n" not in told


@pytest.mark.parametrize(("algorithm", "option", "value"), CASES)
def test_every_setting_out_of_range_is_refused_by_its_title_value_and_bounds(
    algorithm: str, option: Option, value: object
) -> None:
    with pytest.raises(AtlasError) as caught:
        make_config(**_asked(algorithm, option, value))
    _in_our_words(str(caught.value), option, value)


@pytest.mark.parametrize(
    "name", ["latent_dim", "epochs", "batch_size", "seed", "hidden", "scale", "learning_rate"]
)
def test_a_file_that_asks_for_what_cannot_be_says_so(name: str, tmp_path: Path) -> None:
    run = create_run(make_config(dataset="digits", likelihood="gaussian-fixed"), tmp_path)
    path = run.path / "config.json"
    document = json.loads(path.read_text())
    config = document["config"]
    holder = config["algorithm"] if name == "learning_rate" else config
    option = (options_of(RunConfig) | options_of(ALGORITHMS["aevb"]))[name]
    value = [0] if name == "hidden" else -1
    holder[name] = value
    path.write_text(json.dumps(document))
    with pytest.raises(AtlasError) as caught:
        open_run(tmp_path, run.id)
    told = str(caught.value)
    _in_our_words(told, option, 0 if name == "hidden" else 1)
    assert run.id in told


@pytest.mark.parametrize(
    ("flag", "word"),
    [("--epochs", "many"), ("--epochs", "0"), ("--lr", "fast"), ("--lr", "200"), ("--hidden", "0")],
)
def test_the_command_line_says_it_in_the_same_words(
    flag: str, word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = {o.flag: o for o in (options_of(RunConfig) | options_of(ALGORITHMS["aevb"])).values()}
    try:
        code: object = main(["train", "digits", flag, word, "--runs-dir", str(tmp_path)])
    except SystemExit as leaving:
        code = leaving.code
    assert code == 2
    _in_our_words(capsys.readouterr().err.strip(), options[flag], word)


def test_a_change_out_of_range_says_what_it_may_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = create_run(make_config(dataset="digits"), tmp_path)
    running = run.stored_status().model_copy(update={"state": "running"})
    monkeypatch.setattr(type(run), "status", lambda self: running)
    for change in ({"learning_rate": 200.0}, {"beta": 2000.0}):
        [(name, value)] = change.items()
        with pytest.raises(AtlasError) as caught:
            request_change(run, **change)
        _in_our_words(str(caught.value), options_of(ALGORITHMS["aevb"])[name], value)


def test_what_does_not_go_together_is_told_as_such() -> None:
    with pytest.raises(AtlasError, match="do not go together: give a number of epochs or"):
        make_config(dataset="digits", epochs=1, samples=1)
    with pytest.raises(AtlasError, match="at least 2 samples per image"):
        make_config(dataset="digits", algorithm="score-function", baseline="leave-one-out")


def test_what_is_no_setting_is_answered_with_what_was_meant() -> None:
    with pytest.raises(AtlasError, match=r"“epoch” \(did you mean epochs\?\)"):
        make_config(dataset="digits", epoch=3)
