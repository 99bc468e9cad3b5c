"""The settings of a run as a table, the command line that starts it, and what differs."""

import random
import shlex

import pytest

from latent_atlas.cli.commands import build_parser
from latent_atlas.cli.train_options import given
from vae_core.algorithms import ALGORITHMS
from vae_core.errors import AtlasError
from vae_core.models import LIKELIHOODS, NETWORKS, VAE
from vae_core.options import Option
from vae_core.runs import RunConfig, all_but, difference, make_config, settings_of
from vae_core.runs.flat import run_options

TRIALS = 30
NAMES = ["plain", "two words", "it's “$HOME” `x`; *", "-dash", "--dash", "ends\\", "a=b", "täg"]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_command_line_of_any_run_starts_the_same_run(algorithm: str) -> None:
    chance = random.Random(algorithm)
    for _ in range(TRIALS):
        config = _random(chance, algorithm)
        words = shlex.split(config.command_line())
        args = build_parser().parse_args(words[1:])
        again = make_config(
            **given(args) | ({"data_dir": str(args.data_dir)} if args.data_dir else {})
        )
        assert again == config, config.command_line()


def _random(chance: random.Random, algorithm: str) -> RunConfig:
    while True:
        values: dict[str, object] = {"algorithm": algorithm}
        if ALGORITHMS[algorithm].trains is VAE:
            values["network"] = chance.choice(list(NETWORKS))
            values["likelihood"] = chance.choice(list(LIKELIHOODS))
        for name, option in run_options(values).items():
            if name not in values and chance.random() < 0.5:
                values[name] = _value(chance, option)
        values["dataset"] = chance.choice(NAMES)
        if "epochs" in values:
            values.pop("samples", None)
        try:
            return make_config(**values)
        except AtlasError:  # such as bounds that a setting shares with another
            continue


def _value(chance: random.Random, option: Option) -> object:
    if option.choices:
        return chance.choice(list(option.choices))
    if option.kind is tuple:
        return tuple(chance.randint(1, 300) for _ in range(chance.randint(0, 3)))
    if option.kind in (int, float):
        low = 0.01 if option.least is None else option.least
        high = min(low + 50, 1e6 if option.most is None else option.most)
        return (
            chance.randint(int(low), int(high)) if option.kind is int else chance.uniform(low, high)
        )
    return chance.choice(["/data/a b", "/it's"] if option.name == "data_dir" else NAMES)


def test_settings_that_are_not_as_usual_come_first() -> None:
    config = make_config(dataset="digits", beta=4.0, latent_dim=10, name="n")
    table = settings_of(config)
    ahead = [(each.option.name, each.text, each.usual) for each in table if each.differs]
    assert set(ahead) == {("beta", "4.0", "1.0"), ("latent_dim", "10", "2")}
    assert [each.option.name for each in table[:2]] == [name for name, *_ in ahead]
    names = [each.option.name for each in table]
    assert {"algorithm", "learning_rate", "hidden", "seed"} <= set(names)
    assert not {"scale", "channels", "name", "data_dir"} & set(names)


def test_only_what_varies_is_a_difference() -> None:
    one = make_config(dataset="digits", beta=4.0, name="a", threads=1)
    two = make_config(dataset="digits", algorithm="wake-sleep", epochs=20, threads=2)
    found = {each.name: each.texts for each in difference([one, two])}
    assert found["algorithm"] == ("aevb", "wake-sleep")
    assert found["beta"] == ("4.0", None)
    assert not {"name", "threads", "epochs", "dataset", "seed"} & set(found)
    assert difference([one, one]) == []


def test_runs_that_differ_by_the_seed_alone_share_a_key() -> None:
    first, second = (make_config(dataset="digits", seed=s, name=f"{s}") for s in (1, 2))
    other = make_config(dataset="digits", seed=1, beta=2.0)
    assert all_but(first, "seed") == all_but(second, "seed")
    assert all_but(first) != all_but(second)
    assert all_but(first, "seed") != all_but(other, "seed")


def test_how_long_a_run_trains_is_told_once_and_twenty_epochs_are_as_usual() -> None:
    def length(**given: int) -> list[tuple[str, object, bool]]:
        config = make_config(dataset="digits", **given)
        return [
            (each.option.name, each.value, each.differs)
            for each in settings_of(config)
            if each.option.name in ("epochs", "samples")
        ]

    assert length() == length(epochs=20) == [("epochs", 20, False)]
    assert length(epochs=3) == [("epochs", 3, True)]
    assert length(samples=500) == [("samples", 500, True)]
