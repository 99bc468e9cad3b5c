"""Options that another option's value leaves without a use: refused where they were given."""

import argparse
from collections.abc import Iterable, Mapping

from vae_core.errors import AtlasError


def refuse(option: str, belongs_to: str, chosen: str) -> None:
    """AtlasError that names what an option belongs to."""
    raise AtlasError(f"{option} belongs to {belongs_to}, and {chosen} has no use for it.")


def refuse_others(
    args: argparse.Namespace, chooser: str, owned: Mapping[str, Iterable[str]]
) -> None:
    """Refuse what was given and belongs to other values of an option than the one chosen.

    Args:
        args: where None is what was not given.
        chooser: the option's name, such as ``method``.
        owned: for each value of it, the options that it has a use for.
    """
    chosen = getattr(args, chooser)
    of_any = dict.fromkeys(name for names in owned.values() for name in names)
    for name in of_any:
        if name not in owned[chosen] and getattr(args, name) is not None:
            owners = " or ".join(value for value, names in owned.items() if name in names)
            refuse(f"--{name.replace('_', '-')}", f"--{chooser} {owners}", chosen)
