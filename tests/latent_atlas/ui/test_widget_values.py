"""What the program puts into widgets, and what it leaves to the hand of a person."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from latent_atlas.ui import widget_values
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


def counted() -> None:
    import streamlit as st

    from latent_atlas.ui.widget_values import on_choice, put

    def choose() -> None:
        st.session_state["program"] = st.session_state["fruit"]
        st.session_state["choices"] = st.session_state.get("choices", 0) + 1

    put("fruit", st.session_state.get("program", "pear"))
    fruits = ["apple", "pear", "plum"]
    st.selectbox("Fruit", fruits, key="fruit", on_change=on_choice("fruit", choose))
    st.text(str(st.session_state.get("choices", 0)))


def test_what_a_browser_says_before_it_has_heard_of_a_value_is_no_choice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = AppTest.from_function(counted).run()
    for program, said, after, expected in (
        ("plum", "pear", 0.1, ("plum", 0)),  # what was there before, at once
        ("apple", "pear", 0.1, ("pear", 1)),  # what was not there before
        ("plum", "pear", 1.5, ("pear", 2)),  # later
    ):
        now = widget_values.monotonic()
        monkeypatch.setattr(widget_values, "monotonic", lambda now=now: now)
        app.session_state["program"] = program
        app.run()
        monkeypatch.setattr(widget_values, "monotonic", lambda now=now, s=after: now + s)
        app.selectbox[0].set_value(said).run()
        assert (app.selectbox[0].value, int(app.text[0].value)) == expected
        monkeypatch.undo()


def put_and_changed(tree: ast.Module) -> Iterator[tuple[int, bool]]:
    """Widgets that values are put into: the line of each callback, and whether it is guarded."""
    for function in (each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)):
        calls = [each for each in ast.walk(function) if isinstance(each, ast.Call)]
        keys = {ast.unparse(each.args[0]) for each in calls if ast.unparse(each.func) == "put"}
        for call in calls:
            given = {each.arg: each.value for each in call.keywords}
            if "on_change" in given and ast.unparse(given["key"]) in keys:
                guarded = f"on_choice({ast.unparse(given['key'])}, "
                yield call.lineno, ast.unparse(given["on_change"]).startswith(guarded)


def test_every_widget_that_values_are_put_into_asks_whether_a_person_has_chosen() -> None:
    found = {
        (path.name, line): guarded
        for folder in ("latent_atlas/ui", "pages")
        for path in sorted((PAGES.parent / folder).rglob("*.py"))
        for line, guarded in put_and_changed(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert len(found) > 5
    assert [place for place, guarded in found.items() if not guarded] == []


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
