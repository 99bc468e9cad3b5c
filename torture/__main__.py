"""Try to break what is promised, and write down what came of it.

    python -m torture [--kills 200] [--inputs 106000] [--browsers 40] [--sessions 2000]
        [--servers 5] [--only NAME] [--seed N] [--note SENTENCE] [--out docs/reliability.md]
    python -m torture --again PARSER FILE

Without --out the page is printed; with it, it is written after each campaign. The command ends with
1 if anything was lost. The second form gives a parser once more what it was lost on.
"""

import argparse
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.browser.chromium import chromium
from tests.browser.server import running_app
from tests.fuzz.parsers import PARSERS
from torture import browsers, inputs, kills, servers, sessions
from torture.lanes import preload
from torture.outcome import Outcome
from torture.page import Line, document
from vae_core.numerals import duration
from vae_core.sentences import counted

SEED = 20131220  # the day on which the paper came out


@dataclass(frozen=True)
class Campaign:
    """A promise, how often it is tried by default, and what does so with a number and a seed."""

    promise: str
    number: int
    run: Callable[[int, int], Outcome]


def _browsers(number: int, seed: int) -> Outcome:
    with (
        tempfile.TemporaryDirectory() as place,
        running_app(Path(place)) as server,
        chromium() as browser,
    ):
        return browsers.open_browsers(browser, server, number, browsers.long_run(server))


def _sessions(number: int, seed: int) -> Outcome:
    with tempfile.TemporaryDirectory() as place, running_app(Path(place)) as server:
        return sessions.open_sessions(server, number)


CAMPAIGNS = {
    "kills": Campaign(kills.PROMISE, 200, kills.kill_workers),
    "inputs": Campaign(inputs.PROMISE, inputs.USUAL, inputs.fuzz_parsers),
    "browsers": Campaign(browsers.PROMISE, 40, _browsers),
    "sessions": Campaign(sessions.PROMISE, 2_000, _sessions),
    "servers": Campaign(servers.PROMISE, 5, servers.kill_servers),
}


def main(words: list[str] | None = None) -> int:
    """Run what is asked for; print the page or write it."""
    args = _parser().parse_args(words)
    if args.again is not None:
        return _again(*args.again)
    chosen = [args.only] if args.only else list(CAMPAIGNS)
    lines = {
        name: Line(each.promise, f"python -m torture --only {name} --{name} {getattr(args, name)}")
        for name, each in CAMPAIGNS.items()
    }
    failed, text = False, ""
    with _own_folders():
        preload("torture.kills", "torture.inputs")
        for name in chosen:
            outcome = _tried(name, getattr(args, name), args.seed)
            failed |= outcome is None or bool(outcome.lost)
            lines[name] = replace(lines[name], outcome=outcome)
            text = document(list(lines.values()), args.note)
            if args.out is not None:
                args.out.write_text(text, encoding="utf-8")
    if args.out is None:
        sys.stdout.write(text)
    return int(failed)


def _tried(name: str, number: int, seed: int) -> Outcome | None:
    """What a campaign found; None where it could not be brought to its end."""
    _say(f"{name}: {number:,} …")
    try:
        outcome = CAMPAIGNS[name].run(number, seed)
    except Exception:  # noqa: BLE001  the others are tried all the same
        traceback.print_exc()
        return None
    lost = counted(len(outcome.lost), "loss", "losses")
    _say(f"{name}: {outcome.number:,} tried in {duration(outcome.seconds)}, {lost}")
    for told in (*outcome.lost, *outcome.measured):
        _say(f"  {told}")
    return outcome


def _again(name: str, file: str) -> int:
    """Give a parser an input that was lost."""
    [parser] = [each for each in PARSERS if each.name == name]
    problem = inputs.problem_with(parser, Path(file).read_bytes())
    _say(problem or "read, or refused in a sentence")
    return int(problem is not None)


@contextmanager
def _own_folders() -> Iterator[None]:
    """Nobody's runs and caches are touched."""
    with tempfile.TemporaryDirectory() as place:
        for variable in ("LATENT_ATLAS_RUNS", "LATENT_ATLAS_CACHE", "XDG_CACHE_HOME"):
            os.environ[variable] = str(Path(place, variable.lower()))
        yield


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m torture", description=(__doc__ or "").split("\n", 1)[0]
    )
    for name, campaign in CAMPAIGNS.items():
        parser.add_argument(f"--{name}", type=int, default=campaign.number, metavar="N")
    parser.add_argument("--only", choices=CAMPAIGNS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--note", help="a sentence on the machine, for the page")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--again", nargs=2, metavar=("PARSER", "FILE"))
    return parser


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
