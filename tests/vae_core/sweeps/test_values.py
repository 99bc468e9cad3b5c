"""Several values of a setting, as they are typed."""

import pytest

from vae_core.options import Option
from vae_core.sweeps import read_values
from vae_core.sweeps.varying import setting_options

KNOWN = setting_options()


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("latent_dim", "2,10", (2, 10)),
        ("seed", "0-3", (0, 1, 2, 3)),
        ("seed", "7, 0-4:2, 2", (7, 0, 2, 4)),
        ("beta", "0.1-0.3:0.1", (0.1, 0.2, 0.3)),
        ("beta", "0-1:0.4", (0.0, 0.4, 0.8)),
        ("learning_rate", "1e-3,1e-4", (1e-3, 1e-4)),
        ("learning_rate", "1e-4-3e-4:1e-4", (1e-4, 2e-4, 3e-4)),
        ("hidden", "500,256/500", ((500, 256), (500,))),
        ("network", "mlp,conv", ("mlp", "conv")),
    ],
)
def test_lists_and_ranges_are_read(name: str, text: str, values: tuple[object, ...]) -> None:
    assert read_values(KNOWN[name], text) == values


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("latent_dim", "2,many", "Latent dimensions cannot be “many”"),
        ("beta", "1-4", "needs a step"),
        ("seed", "4-1", "cannot go from 4 to 1"),
        ("seed", "0-9:0", "cannot go"),
        ("seed", "0-1000000000000", "at most 1,000 values"),
        ("network", "mpl", "did you mean mlp"),
        ("hidden", "500,x/2", "Hidden widths"),
    ],
)
def test_what_is_no_list_is_refused_in_a_sentence(name: str, text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_values(KNOWN[name], text)


def test_every_declared_setting_reads_its_default_back() -> None:
    def typed(option: Option) -> str:
        default = option.default
        return ",".join(map(str, default)) if isinstance(default, tuple) else f"{default}"

    simple = [o for o in KNOWN.values() if o.kind in (int, float, str, tuple) and o.default]
    for option in simple:
        assert read_values(option, typed(option)) == (option.default,), option.name
