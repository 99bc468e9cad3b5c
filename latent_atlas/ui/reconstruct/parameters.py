"""What the address of this page may hold: names, and how the text under each is read.

Every text is a short key that stays the same when words on the page change, and is bounded before
it is read. What cannot be read leaves the address, as do what is usual and what belongs to another
view. One rule says who hears of it: where a text says *which* models or images are meant (`model`,
`with`, `data`, `split`, `picked`) a sentence tells that others are shown; all others say *how*
these are looked at, and the usual stands in their place silently.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import streamlit as st

from latent_atlas.ui import address
from latent_atlas.ui.reconstruct.comparison import Comparison
from latent_atlas.ui.reconstruct.state import DIGITS, whole_number
from latent_atlas.ui.widget_values import on_choice, put
from vae_core.sentences import plain

K = TypeVar("K", bound=str)
LONGEST = 4000  # characters; of a drawn mask, and all others are shorter
_MISREAD = "reconstruct-misread"  # sentences by name, and when they were said of which model
# The text as this page writes it; None of one that says nothing here, or what is usual.
Read = Callable[[str, Comparison], str | None]


@dataclass(frozen=True)
class Parameter:
    """One name of the address, and how the text under it is read.

    `lost` is told where it says which images are meant, and cannot be read as it stands.
    """

    name: str
    read: Read
    lost: str = ""

    def asked(self, comparison: Comparison) -> str | None:
        """What the address names, as this page writes it; None for nothing and for the usual."""
        return self.written(address.first_named(self.name), comparison)

    def written(self, text: str | None, comparison: Comparison) -> str | None:
        """A text as this page writes it; None for nothing and for the usual."""
        return None if text is None or len(text) > LONGEST else self.read(text, comparison)


def whole(name: str, most: Callable[[Comparison], int], usual: int = 0) -> Parameter:
    """A whole number from 0 on, less than `most`."""

    def read(text: str, comparison: Comparison) -> str | None:
        found = whole_number(text)
        return str(found) if found is not None and usual != found < most(comparison) else None

    return Parameter(name, read)


def image(name: str) -> Parameter:
    """The number of an image of the split."""
    return whole(name, lambda comparison: len(comparison.split), usual=-1)


def counter(name: str) -> Parameter:
    """What counts how often something was drawn anew."""
    return whole(name, lambda comparison: 10**DIGITS)


def among(name: str, titles: Callable[[Comparison], Mapping[K, str]]) -> Parameter:
    """One of some keys, the usual one first."""

    def read(text: str, comparison: Comparison) -> str | None:
        offered = titles(comparison)
        key = key_of(text, offered)
        return None if key is None or key == next(iter(offered)) else key

    return Parameter(name, read)


def one_of(name: str, titles: Mapping[K, str]) -> Parameter:
    """One of keys that are the same for all comparisons, the usual one first."""
    return among(name, lambda comparison: titles)


def words(name: str, longest: int) -> Parameter:
    """A few words of anyone."""

    def read(text: str, comparison: Comparison) -> str | None:
        return plain(text[:longest], longest).strip() or None

    return Parameter(name, read)


def key_of(text: str, titles: Mapping[K, str]) -> K | None:
    """The key that a text names: by itself or, as in links from before there were keys, its title.

    None for neither.
    """
    named = [key for key in titles if key == text]
    named += [key for key, title in titles.items() if title == text]
    return named[0] if named else None


# ---- What widgets say, which the address holds as keys -------------------------------------------


def menu(
    name: str,
    label: str,
    titles: Mapping[K, str],
    *,
    width: int,
    usual: K | None = None,
    key: str = "",
    shown: bool = False,
) -> K:
    """Draw a choice as a menu; returns the key that the address names, else the usual one.

    That is the first one, unless `usual` says otherwise.
    """
    chosen = _held(name, titles, key or name, usual)
    st.selectbox(
        label,
        list(titles),
        list(titles).index(chosen),
        format_func=lambda each: titles[each],
        key=key or name,
        on_change=on_choice(key or name, partial(_chosen, name, key or name, tuple(titles))),
        label_visibility="visible" if shown else "collapsed",
        width=width,
    )
    return chosen


def segments(
    name: str,
    label: str,
    titles: Mapping[K, str],
    *,
    usual: K | None = None,
    key: str = "",
    shown: bool = False,
) -> K:
    """Draw a choice as buttons beside each other, like `menu`."""
    chosen = _held(name, titles, key or name, usual)
    st.segmented_control(
        label,
        list(titles),
        default=chosen,
        format_func=lambda each: titles[each],
        required=True,
        key=key or name,
        on_change=on_choice(key or name, partial(_chosen, name, key or name, tuple(titles))),
        label_visibility="visible" if shown else "collapsed",
    )
    return chosen


def field(name: str, label: str, *, longest: int, width: int, placeholder: str, told: str) -> str:
    """Draw a field for a few words; returns what the address names. `told` is its help.

    A label that is not seen would hide it, so it stands behind.
    """
    chosen = plain((address.first_named(name) or "")[:longest], longest).strip()
    put(name, chosen)
    st.text_input(
        label,
        chosen,
        placeholder=placeholder,
        max_chars=longest,
        key=name,
        on_change=on_choice(name, lambda: choose(name, st.session_state[name])),
        label_visibility="collapsed",
        width=width,
    )
    st.markdown("", help=told, width="content")
    return chosen


def _held(name: str, titles: Mapping[K, str], key: str, usual: K | None) -> K:
    """What the address names, which the widget of this key is to hold."""
    asked = address.first_named(name)
    chosen = None if asked is None else key_of(asked, titles)
    if chosen is None:
        chosen = next(iter(titles)) if usual is None else usual
    st.session_state[f"{name}-drawn"] = key
    put(key, chosen, titles[chosen])
    return chosen


def _chosen(name: str, key: str, offered: Collection[str]) -> None:
    """Callback: the widget of this key says something else.

    A click can be on its way while the page is drawn anew. The browser then says what it was told
    before: of a widget that is there no more, or the title of what is not offered any more. Nobody
    has chosen either.
    """
    if st.session_state.get(f"{name}-drawn") == key and st.session_state[key] in offered:
        choose(name, st.session_state[key])


def choose(name: str, *values: str) -> None:
    """Callback: take note of a choice; what could not be read in a link is told until then."""
    st.session_state.pop(_MISREAD, None)
    address.choose(name, *values)


def tell_misread(model: str, name: str, sentence: str) -> None:
    """Have it told that others are shown than a link names, of which the address then forgets."""
    said = _said(model)
    said[name] = sentence
    st.session_state[_MISREAD] = (model, address.turn(), said)


def misread(model: str) -> list[str]:
    """The sentences on what could not be read, while this model stands first."""
    return list(_said(model).values())


def _said(model: str) -> dict[str, str]:
    of, turn, said = st.session_state.get(_MISREAD, (model, address.turn(), {}))
    return dict(said) if (of, turn) == (model, address.turn()) else {}
