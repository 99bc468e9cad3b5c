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


def renamed() -> None:
    import streamlit as st

    from latent_atlas.ui.widget_values import put

    epoch = st.session_state.get("epoch", 1)
    put("run", "a", f"a, epoch {epoch}")
    st.selectbox("Run", ["a"], format_func=lambda name: f"{name}, epoch {epoch}", key="run")


def test_a_browser_is_told_a_new_line_of_the_same_value() -> None:
    app = AppTest.from_function(renamed).run()
    assert sent(app.run().main) == []
    app.session_state["epoch"] = 2
    app.run()
    assert sent(app.main) == ["Run"]
    assert app.selectbox[0].proto.raw_value == "a, epoch 2"
    assert sent(app.run().main) == []


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


def begun_otherwise(node: Any) -> list[str]:
    """The labels of the widgets that a browser would put with another value than they hold.

    It does so where a message that was late has told the session of what it is to show anew.
    """
    children = getattr(node, "children", {}).values()
    found = [each for child in children for each in begun_otherwise(child)]
    if not isinstance(node, Block) and _begins(node) != _holds(node):
        found.append(node.label)
    return found


def _is_filled(node: Any) -> bool:
    """Whether the program fills this field from the start.

    Of what an address fills, the browser takes its own; and what can be cleared begins empty.
    """
    kinds = ("number_input", "text_input", "selectbox", "radio", "multiselect")
    cleared = node.type == "selectbox" and not node.proto.HasField("default")
    return node.type in kinds and not cleared and not getattr(node.proto, "query_param_key", "")


def _begins(node: Any) -> object:
    if not _is_filled(node):
        return None
    if node.type == "multiselect":
        return list(node.proto.default)
    return node.proto.default if node.proto.HasField("default") else None


def _holds(node: Any) -> object:
    if not _is_filled(node):
        return None
    if node.type == "multiselect":
        return node.indices
    return node.index if node.type in ("selectbox", "radio") else node.value


@pytest.mark.parametrize("page", NAMES)
def test_the_browser_begins_a_field_with_what_the_session_holds(page: str) -> None:
    app = opened(page)
    app.query_params["model"] = "shipped:digits-2d"
    app.query_params["twin"] = app.query_params["with"] = "shipped:mnist-2d"
    app.run()
    assert not app.exception
    assert begun_otherwise(app.run().main) == []


@pytest.mark.parametrize(("page", "start"), [("train", "A map of digits"), ("sweeps", None)])
def test_also_where_another_start_was_laid_over_the_form(page: str, start: str | None) -> None:
    app = opened(page).run()
    if start is None:
        questions: Any = app.get("button_group")[0]
        questions.set_value(questions.options[-1]).run()
    else:
        app.radio[0].set_value(start).run()
    assert not app.exception
    assert begun_otherwise(app.run().main) == []
