"""One command from its words to its exit status."""

from latent_atlas.cli.commands import COMMANDS, build_parser
from latent_atlas.cli.console import console
from latent_atlas.cli.interrupts import INTERRUPTED
from latent_atlas.cli.parser import say
from vae_core.errors import AtlasError
from vae_core.shortages import shortage

CLOSED_PIPE = 141  # what shells call the end of a program whose reader has enough


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status: 2 for input that the user can put right."""
    with console():
        args = build_parser().parse_args(arguments)
        try:
            return COMMANDS[args.command].run(args)
        except AtlasError as error:
            say(str(error))
            return 2
        except BrokenPipeError:
            return CLOSED_PIPE
        except (OSError, MemoryError, RuntimeError) as error:
            if (told := shortage(error)) is None:
                raise
            say(told)
            return 2
        except KeyboardInterrupt:
            return INTERRUPTED
