"""What the program puts into widgets, and what it leaves to the hand of a person."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from tests.latent_atlas.ui.model_fixtures import run_with_model
from vae_core.runs import runs_folder


def sent(node: Any) -> list[str]:
    """The labels of the widgets that a run told the browser to take a value over for."""
    found = [each for child in getattr(node, "children", {}).values() for each in sent(child)]
    if not isinstance(node, Block) and getattr(getattr(node, "proto", None), "set_value", False):
        found.append(node.proto.label)
    return found


def chooser() -> None:
    import streamlit as st

    from latent_atlas.ui.widget_values import put

    put("fruit", st.session_state.get("program", "pear"))
    st.selectbox("Fruit", ["apple", "pear", "plum"], index=None, key="fruit")


def test_a_value_is_sent_to_the_browser_once_and_again_when_it_is_another() -> None:
    app = AppTest.from_function(chooser).run()
    assert (app.selectbox[0].value, sent(app.main)) == ("pear", ["Fruit"])
    assert sent(app.run().main) == []
    app.session_state["program"] = "plum"
    assert (app.run().selectbox[0].value, sent(app.main)) == ("plum", ["Fruit"])


PAGES = Path(__file__).parents[3] / "pages"
NAMES = sorted(path.stem for path in PAGES.glob("*.py"))


def opened(page: str) -> AppTest:
    """The page, with links that lead to the others."""
    return AppTest.from_string(
        f"""
from pathlib import Path
import streamlit as st
folder = Path({str(PAGES)!r})
pages = [st.Page(folder / f"{{name}}.py", default=name == {page!r}) for name in {NAMES}]
st.navigation(pages).run()
""",
        default_timeout=60,
    )


@pytest.mark.parametrize("page", NAMES)
@pytest.mark.parametrize("compared", [False, True], ids=["alone", "beside another"])
def test_a_run_in_which_nothing_is_chosen_sends_no_value_that_would_undo_a_choice(
    page: str, compared: bool
) -> None:
    run = run_with_model(runs_folder())
    app = opened(page)
    app.query_params["model"] = "shipped:digits-2d"
    if compared:
        app.query_params["twin"] = app.query_params["with"] = f"run:{run.id}"
        app.query_params["run"] = run.id
    app.run()
    assert not app.exception
    assert sent(app.run().main) == []
