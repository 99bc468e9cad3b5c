"""A click that the page shows counts: what every widget needs for that, read from the source.

The value that `st.button` returns is gone when another run of the page comes between the click and
the line that asks for it; a callback runs before any line of the page does. And a widget without a
key is another one, drawn anew under the pointer, as soon as its label changes.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from latent_atlas.ui import dialogs

REPOSITORY = Path(__file__).parents[3]
SOURCES = sorted(
    [*REPOSITORY.glob("latent_atlas/ui/**/*.py"), *REPOSITORY.glob("pages/*.py")], key=str
)
BUTTONS = {"button", "download_button", "form_submit_button", "menu_button"}
WIDGETS = BUTTONS | {
    *("checkbox", "dataframe", "data_editor", "file_uploader", "multiselect", "number_input"),
    *("pagination", "pills", "popover", "radio", "segmented_control", "select_slider", "selectbox"),
    *("slider", "text_area", "text_input", "toggle"),
}


def widgets(source: str) -> Iterator[tuple[ast.Call, str, set[str | None]]]:
    """Calls of widgets, with their names and the names of their arguments."""
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in WIDGETS
        ):
            yield node, node.func.attr, {argument.arg for argument in node.keywords}


def faults(source: str) -> list[str]:
    found = []
    for call, widget, given in widgets(source):
        if "key" not in given:
            found.append(f"line {call.lineno}: {widget} without a key")
        if widget in BUTTONS and "on_click" not in given:
            found.append(f"line {call.lineno}: {widget} without a callback")
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_every_widget_has_a_key_and_every_button_a_callback(path: Path) -> None:
    assert faults(path.read_text(encoding="utf-8")) == []


def test_a_button_asked_for_its_value_is_a_fault() -> None:
    assert faults("if st.button('Go', key='go'):\n    go()") == [
        "line 1: button without a callback"
    ]
    assert faults("left.selectbox('Of', [1, 2])") == ["line 1: selectbox without a key"]
    assert faults("st.button('Go', key='go', on_click=go)") == []


PAGE = """
import streamlit as st
from latent_atlas.ui.dialogs import *

@st.dialog("Sure?", on_dismiss=close_dialog)
def question():
    st.button("Yes", key="yes", on_click=leave_dialog)

close_on_another_page(st.text_input("Page", key="page"))
st.button("Ask", key="ask", on_click=open_dialog, args=("sure", "this"))
if asked_about("sure") is not None:
    question()
"""


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_a_dialog_outlives_every_run_of_the_page_until_it_is_answered() -> None:
    app = AppTest.from_string(PAGE).run()
    assert labels(app) == ["Ask"]
    app.button(key="ask").click().run()
    app.run().run()
    assert labels(app) == ["Ask", "Yes"]
    app.button(key="yes").click().run()
    assert labels(app) == ["Ask"]


def test_a_dialog_is_not_open_on_another_page() -> None:
    app = AppTest.from_string(PAGE).run()
    app.button(key="ask").click().run()
    app.text_input(key="page").input("elsewhere").run()
    assert labels(app) == ["Ask"]


def test_a_dialog_knows_what_it_asks_about() -> None:
    app = AppTest.from_string(PAGE).run()
    app.button(key="ask").click().run()
    assert app.session_state[dialogs._OPEN] == ("sure", "this")
