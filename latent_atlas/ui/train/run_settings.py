"""What a run was asked for, and on what it was done: one click away from the run that is watched.

What is not as usual comes first; the rest is folded, and a command line says it all again.
"""

from collections.abc import Sequence

import streamlit as st

from latent_atlas.ui.markdown import escaped
from latent_atlas.ui.owners import are_told_apart
from latent_atlas.ui.run_cells import data_title
from latent_atlas.ui.train.reading import as_typed
from latent_atlas.ui.train.run_view import Seen, read_story
from vae_core.numerals import duration
from vae_core.options import Option, options_of
from vae_core.runs import ChangeEvent, Environment, RunConfig, Setting, settings_of
from vae_core.sentences import counted, listed

_NOTHING = "–"


def run_settings(seen: Seen) -> None:
    """Draw the button that opens them."""
    config = seen.run.config
    # Threads, which every run records, are told with the machine.
    found = [each for each in settings_of(config) if each.option.name != "threads"]
    with st.popover("Settings", icon=":material/tune:", key="run-settings"):
        differing = [setting for setting in found if setting.differs]
        how = "; not as usual:" if differing else ", all as usual."
        st.markdown(f"Trained on **{escaped(data_title(config))}**{how}")
        if differing:
            st.markdown(_table(differing, usual=True))
        if said := by_hand(config, read_story(seen).log.changes):
            st.markdown(said)
        usual = [setting for setting in found if not setting.differs]
        with st.expander(f"{counted(len(usual), 'more setting')}, as usual"):
            st.markdown(_table(usual, usual=False))
        st.caption("The same again, on a command line:")
        # Where a folder lies on this machine is nobody else's business.
        line = config.command() if are_told_apart() else config.command_line()
        st.code(line, language=None, wrap_lines=True)
        st.caption(_done_on(seen))


def by_hand(config: RunConfig, changes: Sequence[ChangeEvent]) -> str:
    """What was changed while it trained, as it is now, in a sentence; empty if nothing was."""
    now = {name: value for change in changes for name, value in change.values().items()}
    options = options_of(type(config.algorithm))
    told = [f"{options[name].label.lower()} {as_typed(now[name])}" for name in now]
    return f"Changed by hand since: {listed(told)}." if told else ""


def as_told(option: Option, value: object) -> str:
    """A value in the words that a form has for it."""
    if value is None:
        return option.placeholder or _NOTHING
    if isinstance(value, float):
        return as_typed(value)
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return option.choices.get(str(value), str(value))


def _table(settings: Sequence[Setting], *, usual: bool) -> str:
    """Markdown: what each is called and is; and what is `usual`, where it is not so."""
    heads = ["Setting", "This run", "As usual"] if usual else ["Setting", "As usual"]
    rows = [heads, ["---"] * len(heads)]
    for each in settings:
        found = [each.value, each.option.default] if usual else [each.value]
        rows.append([escaped(each.option.label), *(_words(each.option, v) for v in found)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _words(option: Option, value: object) -> str:
    return escaped(as_told(option, value))


def _done_on(seen: Seen) -> str:
    """The machine, and how long it took, in two sentences."""
    on: Environment = seen.run.document.environment
    spent = duration(seen.status.seconds)
    return escaped(
        f"It has trained for {spent}, on {on.machine} with {counted(on.threads, 'thread')}, matrix "
        f"products in {on.precision} precision. PyTorch {on.torch}, Python {on.python}, Latent "
        f"Atlas {on.code}."
    )
