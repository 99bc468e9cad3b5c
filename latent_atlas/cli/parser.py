"""The words of the command line. Imports nothing heavy, so that --help answers at once."""

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile
from typing import Any, NoReturn

from vae_core.sentences import did_you_mean


class OneSentenceParser(argparse.ArgumentParser):
    """Answers bad arguments with one sentence and exit status 2, instead of a page of usage.

    A mistyped command, option or choice is answered with what was probably meant.

    Attributes:
        later: adds what takes long to know, once this parser is asked to parse or to help.
    """

    later: Callable[[argparse.ArgumentParser], None] | None = None

    def error(self, message: str) -> NoReturn:
        """Print the sentence and leave."""
        self.exit(2, f"{self.prog}: {message}. See {self.prog} --help.\n")

    # argparse's methods are typed by overloads; what goes in and out is the same here.
    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:  # noqa: ANN401
        """As argparse, but an unknown option is named before any that is missing."""
        if self.later is not None:
            add, self.later = self.later, None
            add(self)
        words = sys.argv[1:] if args is None else list(args)
        self._check_options(words)
        return super().parse_known_args(words, namespace)

    def _check_options(self, words: Sequence[str]) -> None:
        if any(action.nargs == argparse.PARSER for action in self._actions):
            words = list(takewhile(lambda word: word.startswith("-"), words))  # the rest is others'
        known = [name for name in self._option_string_actions if name.startswith("--")]
        for word in takewhile(lambda word: word != "--", words):
            name = word.partition("=")[0]
            if name.startswith("--") and not any(each.startswith(name) for each in known):
                self.error(f"there is no option {name}{did_you_mean(name, known)}")

    # The one place where argparse looks at choices, of options and of commands alike.
    def _check_value(self, action: argparse.Action, value: object) -> None:
        choices: Iterable[object] | None = action.choices
        if choices is None or value in choices:
            return
        known = [str(choice) for choice in choices]
        meant = did_you_mean(str(value), known) or f": choose from {', '.join(known)}"
        raise argparse.ArgumentError(action, f"there is no “{value}”{meant}")


def say(text: str) -> None:
    """Print for people, apart from results: to standard error."""
    print(text, file=sys.stderr, flush=True)
