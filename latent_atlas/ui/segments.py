"""A row of buttons of which one is always pressed, kept in the address."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st

T = TypeVar("T")


def segments(
    label: str, options: Sequence[T], key: str, told: Callable[[T], str] | None = None
) -> T:
    """Draw it; returns the option that is pressed, at first the first.

    `label` is for who hears the page. `told` says an option in words: that is what the button
    and the address hold.
    """
    chosen: T = st.segmented_control(
        label,
        options,
        default=options[0],
        required=True,
        format_func=told or str,
        key=key,
        bind="query-params",
        label_visibility="collapsed",
    )
    return chosen
