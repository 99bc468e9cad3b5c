"""The address: read where a page begins, written once where it ends."""

from urllib.parse import parse_qs

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
from streamlit.testing.v1 import AppTest

from latent_atlas.places import PAGES
from latent_atlas.ui import address

DIGITS, MNIST = "shipped:digits-2d", "shipped:mnist-2d"


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that the browser is told, one after the other, as steps of its history."""
    seen: list[str] = []
    enqueue = ScriptRunContext.enqueue

    def listen(self: ScriptRunContext, msg: ForwardMsg) -> None:
        if msg.WhichOneof("type") == "page_info_changed":
            told = msg.page_info_changed.query_string
            if [told] != seen[-1:]:  # the browser takes no step to where it is
                seen.append(told)
        enqueue(self, msg)

    monkeypatch.setattr(ScriptRunContext, "enqueue", listen)
    return seen


def opened(page: str, **query: str) -> AppTest:
    app = AppTest.from_file(str(PAGES / page), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def test_a_page_that_opens_takes_one_step_with_all_of_its_view(steps: list[str]) -> None:
    opened("explore.py", twin=DIGITS, layers="tiles")
    assert [parse_qs(each) for each in steps] == [
        {"model": [MNIST], "layers": ["tiles"], "twin": [DIGITS], "twin-layers": ["tiles"]}
    ]


def test_each_choice_is_one_step_and_no_step_holds_half_a_view(steps: list[str]) -> None:
    app = opened("explore.py", model=MNIST, layers="both")
    steps.clear()
    app.selectbox(key="explore-twin").select(DIGITS).run()
    app.selectbox(key="explore-model").select(DIGITS).run()
    app.selectbox(key="explore-twin").set_value(None).run()
    views = [{name: each[0] for name, each in parse_qs(step).items()} for step in steps]
    alone = {"model": DIGITS, "layers": "both"}
    beside = {"twin": DIGITS, "twin-layers": "both"}
    assert views == [alone | beside | {"model": MNIST}, alone | beside, alone]


def test_another_model_on_reconstruct_is_one_step(steps: list[str]) -> None:
    app = opened("reconstruct.py", model=DIGITS, image="7")
    steps.clear()
    app.selectbox(key="reconstruct-model").select(MNIST).run()
    assert [parse_qs(each)["model"] for each in steps] == [[MNIST]]


SCRIPT = """
import streamlit as st
from latent_atlas.ui import address

st.button("choose", on_click=lambda: address.choose("a", "new"))
st.text(",".join(address.named("a")))
if "stop" not in st.session_state:
    address.write({"a": address.named("a")})
"""


def test_a_choice_outlives_a_run_that_ended_before_it_was_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = AppTest.from_string(SCRIPT)
    app.query_params["a"] = "old"
    app.run()
    app.session_state["stop"] = True
    app.button[0].click().run()
    monkeypatch.setattr(address, "monotonic", lambda: 1e12)  # however long that took
    app.query_params["a"] = "old"
    del app.session_state["stop"]
    assert app.run().text[0].value == "new"
    assert app.query_params["a"] in ("new", ["new"])


@pytest.mark.parametrize(("heard", "seconds"), [(True, 4), (False, 15)])
def test_an_address_of_before_undoes_a_choice_only_long_after_the_browser_has_named_it(
    heard: bool, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = AppTest.from_string(SCRIPT)
    app.query_params["a"] = "old"
    app.run()
    app.button[0].click().run()
    if heard:
        app.query_params["a"] = "new"
        app.run()
    later = address.monotonic() + seconds
    monkeypatch.setattr(address, "monotonic", lambda: later)
    app.query_params["a"] = "old"
    assert app.run().text[0].value == ("old" if heard else "new")


def test_who_takes_a_choice_back_before_the_browser_has_heard_of_it_is_at_the_address_of_before(
    steps: list[str],
) -> None:
    script = SCRIPT + 'st.button("back", on_click=lambda: address.choose("a", "old"))'
    app = AppTest.from_string(script)
    app.query_params["a"] = "old"
    app.run()
    app.button[0].click().run()
    assert steps[-1] == "a=new"
    app.query_params["a"] = "old"  # as a browser names it that has not heard yet
    app.button[1].click().run()
    assert steps[-1] == "a=old"


def test_what_stands_for_nothing_leaves_the_address_and_other_names_stay() -> None:
    app = AppTest.from_string(
        "from latent_atlas.ui import address\naddress.write({'a': None, 'b': ['1', '2']})"
    )
    for name in ("a", "d"):
        app.query_params[name] = name
    app.run()
    assert not app.exception
    assert "a" not in app.query_params
    assert app.query_params["b"] == ["1", "2"]
    assert app.query_params["d"] in ("d", ["d"])
