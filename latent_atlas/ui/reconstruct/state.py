"""What the address remembers: seeds, the selected image, the models compared."""

from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st

from latent_atlas.ui import address
from latent_atlas.ui.catalog import ModelEntry, ModelSelection
from latent_atlas.ui.markdown import LONGEST
from latent_atlas.ui.option_lines import told_apart
from latent_atlas.ui.widget_values import on_choice, put
from vae_core.sentences import listed, plain

RIVALS = 11
DIGITS = 9  # of a number in the address
_WITH, _MISSING = "reconstruct-with", "reconstruct-missing"


def number(name: str, default: int = 0) -> int:
    """A whole number from the address bar; `default` when it is missing or is not one."""
    found = whole_number(address.first_named(name) or "")
    return default if found is None else found


def whole_number(text: str) -> int | None:
    """A number of at most `DIGITS` digits, for which nothing else is taken."""
    sound = text.isascii() and text.isdigit() and len(text) <= DIGITS
    return int(text) if sound else None


def keep(
    model: ModelEntry,
    compared: Sequence[ModelEntry] = (),
    shown: Mapping[str, str | None] | None = None,
) -> None:
    """Put all of it into the address. The one place that writes it: no widget is bound to it.

    `shown` is what is looked at, and how; whatever else the address names leaves it. None where
    nothing could be looked at: what it names of that stays until something can.
    """
    known = {"model": model.key, "with": ",".join(each.key for each in compared) or None}
    others: dict[str, str | None] = {}
    if shown is not None:
        others = {**dict.fromkeys(st.query_params), **shown}
    address.write({**others, **known})


def comparison_picker(selection: ModelSelection) -> list[ModelEntry]:
    """Draw the control that picks up to `RIVALS` other models, and return them.

    Not bound to the address by Streamlit, which would write titles there: two runs may share one.
    """
    model = selection.entry
    others = {each.key: each for each in selection.entries if each.key != model.key}
    linked = [key for text in address.named("with") for key in text.split(",") if key]
    wanted = [key for key in dict.fromkeys(linked) if key != model.key][: 2 * RIVALS]
    for key in wanted:  # a file that was opened before the server was started, an epoch of a run
        found = None if key in others else selection.find(key)
        if found is not None and found.key != model.key:
            others[found.key] = found
    kept = [key for key in wanted if key in others][:RIVALS]
    if missing := [key for key in wanted if key not in others]:
        st.session_state[_MISSING] = (kept, missing)
    names = titles_of(list(others.values()))
    put(_WITH, kept, "\n".join(names[key] for key in kept))
    chosen = st.multiselect(
        "Compare with",
        list(others),
        st.session_state[_WITH],
        format_func=lambda key: names.get(key, key),
        max_selections=RIVALS,
        placeholder="Compare with…" if others else "No other model yet",
        disabled=not others,
        key=_WITH,
        # A title from before a run went on is no key, and nobody picked it.
        on_change=on_choice(
            _WITH, lambda: compare_with([key for key in st.session_state[_WITH] if key in others])
        ),
        label_visibility="collapsed",
    )
    return [others[key] for key in chosen]


def missing_models(compared: Sequence[ModelEntry]) -> str:
    """Which models of a link are not here, in a sentence, until others are compared; else nothing.

    The address has forgotten them by then.
    """
    kept, missing = st.session_state.get(_MISSING, ([], []))
    if not missing or kept != [each.key for each in compared]:
        return ""
    named = listed([f"“{plain(key, LONGEST)}”" for key in missing[:3]])
    more = f" (and {len(missing) - 3} more)" if len(missing) > 3 else ""
    return f"There is no model {named}{more} here now: compare with another one."


def compare_with(keys: Sequence[str]) -> None:
    """Callback: hold the models of these keys against the first one."""
    address.choose("with", *([",".join(keys)] if keys else []))


def titles_of(entries: list[ModelEntry]) -> dict[str, str]:
    """Each model's title by its key; where titles are shared, what tells them apart is added."""
    count = Counter(entry.title for entry in entries)
    told = {
        entry.key: entry.title if count[entry.title] == 1 else f"{entry.title}, {entry.subtitle}"
        for entry in entries
    }
    return told_apart(told, lambda key, mark: told[key] + mark)


def shuffle() -> None:
    """Callback: a new order."""
    address.choose("seed", str(number("seed") + 1))
    address.choose("sort")


def draw_again() -> None:
    """Callback: other posterior samples of the same images."""
    address.choose("draw", str(number("draw") + 1))


def show_near(image: int) -> None:
    """Callback: the images nearest to this one first."""
    address.choose("near", str(image))
    address.choose("sort", "near")
