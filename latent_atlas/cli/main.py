"""One command from its words to its exit status."""

from latent_atlas.cli.commands import COMMANDS, build_parser
from latent_atlas.cli.parser import say
from vae_core.errors import AtlasError


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status: 2 for input that the user can put right."""
    args = build_parser().parse_args(arguments)
    try:
        return COMMANDS[args.command].run(args)
    except AtlasError as error:
        say(str(error))
        return 2
    except KeyboardInterrupt:
        return 130
