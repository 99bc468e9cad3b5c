"""What a word on the command line is: its help, its options, and what carries it out."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pkgutil import resolve_name


@dataclass(frozen=True)
class Command:
    """A word after `latent-atlas`, or after one of those.

    `function` is `module:name` below `latent_atlas.cli`; it takes the parsed arguments and returns
    the exit status. It raises AtlasError for what people can put right.
    """

    name: str
    help: str
    add_options: Callable[[argparse.ArgumentParser], None]
    function: str

    def run(self, args: argparse.Namespace) -> int:
        """Carry it out; returns the exit status."""
        status: int = resolve_name(f"latent_atlas.cli.{self.function}")(args)
        return status
