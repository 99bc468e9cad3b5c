"""The words after `latent-atlas runs`, and their options; without any word, it lists them.

Imports nothing heavy, so that --help answers at once.
"""

import argparse
from pathlib import Path

from latent_atlas.cli.command import Command
from latent_atlas.cli.options import add_json, add_runs_dir


def add_runs(parser: argparse.ArgumentParser) -> None:
    """What to do with runs, or which folder to list."""
    words = parser.add_subparsers(dest="action", metavar="ACTION")
    for action in ACTIONS.values():
        # No defaults of its own, which would override what is given before the word.
        options = words.add_parser(
            action.name, help=action.help, argument_default=argparse.SUPPRESS
        )
        action.add_options(options)
        add_runs_dir(options)
    parser.set_defaults(query=[], sort=None, reverse=False)
    add_runs_dir(parser)
    add_json(parser)


def runs(args: argparse.Namespace) -> int:
    """Carry out the word that was typed; without one, list the runs."""
    return ACTIONS[args.action or "list"].run(args)


def _add_list(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Terms are joined by “and”: a word that the title, data, algorithm, state, a tag or the id "
        "has; 'beta>2' (quoted, for the shell), latent-dim=10, tag:thesis, note:odd, "
        "state:finished, starred. What stands after -- may be turned round by a minus: "
        "-- -state:failed."
    )
    parser.add_argument("query", nargs="*", metavar="TERM", help="which runs; default: all")
    parser.add_argument(
        "--sort",
        metavar="COLUMN",
        help="best (on validation images, the better first), best_test, test, title, created, "
        "seconds, epoch, starred, or a setting such as beta; default: the newest first",
    )
    parser.add_argument("--reverse", action="store_true", help="the other way round")
    add_json(parser)


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", help="name of the run, or its folder")


def _add_several(parser: argparse.ArgumentParser, least: str = "+") -> None:
    parser.add_argument("runs", nargs=least, metavar="RUN", help="names of runs, or their folders")


def _add_show(parser: argparse.ArgumentParser) -> None:
    _add_run(parser)
    add_json(parser)


def _add_rename(parser: argparse.ArgumentParser) -> None:
    _add_run(parser)
    parser.add_argument("title", metavar="TITLE", help='"" gives it back the name it began with')


def _add_note(parser: argparse.ArgumentParser) -> None:
    _add_run(parser)
    parser.add_argument("note", metavar="TEXT", help='"" takes the note away')


def _add_tag(parser: argparse.ArgumentParser) -> None:
    _add_several(parser)
    parser.add_argument("--add", nargs="+", default=[], metavar="TAG", help="one word each")
    parser.add_argument("--remove", nargs="+", default=[], metavar="TAG")


def _add_star(parser: argparse.ArgumentParser) -> None:
    _add_several(parser)
    parser.add_argument("--off", action="store_true", default=False, help="take the star away")


def _add_restore(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "names",
        nargs="*",
        default=[],
        metavar="RUN",
        help="names of removed runs; without any, lists them",
    )
    add_json(parser)


def _add_export(parser: argparse.ArgumentParser) -> None:
    _add_several(parser)
    _add_out(parser, "FILE", "the ZIP to write; - is standard output", required=True)


def _add_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="FILE", help="a ZIP that `runs export` wrote")
    add_json(parser)


def _add_diff(parser: argparse.ArgumentParser) -> None:
    _add_several(parser)
    add_json(parser)


def _add_csv(parser: argparse.ArgumentParser) -> None:
    _add_run(parser)
    _add_out(parser, "FILE", "default: standard output")


def _add_tensorboard(parser: argparse.ArgumentParser) -> None:
    _add_several(parser)
    _add_out(parser, "FOLDER", "a folder for a folder a run; default: tensorboard beside the runs")


def _add_out(
    parser: argparse.ArgumentParser, metavar: str, description: str, *, required: bool = False
) -> None:
    parser.add_argument(
        "--out", type=Path, metavar=metavar, help=description, required=required, default=None
    )


ACTIONS = {
    action.name: action
    for action in (
        Command("list", "list the runs and their states", _add_list, "runs:list_command"),
        Command("show", "a run's settings, state and numbers", _add_show, "runs:show"),
        Command("diff", "which settings differ between runs", _add_diff, "runs:diff"),
        Command("csv", "all measurements of a run as a table", _add_csv, "run_files:csv"),
        Command("rename", "give a run a title", _add_rename, "run_edits:rename"),
        Command("note", "write a note to a run", _add_note, "run_edits:note"),
        Command("tag", "add tags to runs, or remove them", _add_tag, "run_edits:tag"),
        Command("star", "mark runs with a star", _add_star, "run_edits:star"),
        Command("remove", "remove runs; restore undoes it", _add_several, "run_edits:remove"),
        Command("restore", "put removed runs back", _add_restore, "run_edits:restore"),
        Command("export", "write runs into a ZIP", _add_export, "run_files:export"),
        Command("import", "bring the runs of a ZIP in", _add_import, "run_files:bring_in"),
        Command(
            "tensorboard",
            "write event files for TensorBoard",
            _add_tensorboard,
            "run_files:tensorboard",
        ),
    )
}
