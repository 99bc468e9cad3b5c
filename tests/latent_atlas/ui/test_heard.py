"""A table that has gone does not choose again what somebody has left."""

from streamlit.testing.v1 import AppTest


def told_late() -> None:
    import streamlit as st

    from latent_atlas.ui.heard import begin_hearing, forget, is_news, selection

    def hear(key: str, rows: list[int], cells: list[tuple[int, str]]) -> bool:
        return is_news("runs", key, selection(rows, cells))

    begin_hearing("runs", "of the first", [0])
    heard = {"a click on another": hear("of the first", [0], [(1, "name")])}
    begin_hearing("runs", "of the second", [1])
    heard["that click once more"] = hear("of the first", [0], [(1, "name")])
    heard["what it began with"] = hear("of the second", [1], [])
    heard["a tick"] = hear("of the second", [0, 1], [])
    begin_hearing("runs", "of both", [0, 1])
    heard["that tick once more"] = hear("of the second", [0, 1], [])
    begin_hearing("runs", "of the first", [0])  # somebody has gone back
    heard["that click, made again"] = hear("of the first", [0], [(1, "name")])
    begin_hearing("runs", "of the first", [0])  # drawn again, with nothing else chosen
    heard["that click, told again"] = hear("of the first", [0], [(1, "name")])
    forget("runs")  # that click has led to another page
    begin_hearing("runs", "of the first", [0])
    heard["that click, after the way back"] = hear("of the first", [0], [(1, "name")])
    st.session_state["heard"] = heard


def test_a_selection_counts_once_and_again_when_it_is_made_again() -> None:
    app = AppTest.from_function(told_late).run()
    assert not app.exception
    assert app.session_state["heard"] == {
        "a click on another": True,
        "that click once more": False,
        "what it began with": False,
        "a tick": True,
        "that tick once more": False,
        "that click, made again": True,
        "that click, told again": False,
        "that click, after the way back": True,
    }
