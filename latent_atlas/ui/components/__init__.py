"""Components of the app's own: markup, styles, and a JavaScript module that brings them to life.

All are made and served in one way. The module exports a function that is called once with the
element that holds the markup, and returns a `View` (`bootstrap.js`): `update` hears of new data,
`dispose` of the end. Streamlit itself is only given `bootstrap.js`, which fetches the module with
all that it imports from an address that a browser may keep.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.components.v2.bidi_component.state import ComponentResult

from latent_atlas.ui.components.modules import bundle_address

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Component:
    """A component that Streamlit knows, to be put on a page.

    `module` is the path of its module below `latent_atlas/ui`, without `.js`, and `create` the name
    of the function in it.
    """

    module: str
    create: str
    renderer: Callable[..., ComponentResult]

    def __call__(
        self, data: Mapping[str, object], *, key: str, **changed: Callable[[], None]
    ) -> ComponentResult:
        """Put it on the page; returns what it has sent last.

        `on_picture_change` and the like are called before a rerun that the component asked for.
        """
        told = {**data, "bundle": bundle_address(self.module), "create": self.create}
        return self.renderer(key=key, data=told, **changed)


def component(name: str, module: str, create: str, *, html: str, css: str) -> Component:
    """Make a component known to Streamlit under a `name` of its own; the rest as in `Component`.

    Those that name the same module share one instance of it on a page.
    """
    renderer = st.components.v2.component(
        name, html=html, css=_text("bootstrap.css") + css, js=_text("bootstrap.js")
    )
    return Component(module, create, renderer)


def _text(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
