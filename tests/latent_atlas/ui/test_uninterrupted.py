"""A click is acted on although another message follows at once."""

import pytest
from streamlit.runtime.scriptrunner import RerunException
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
from streamlit.runtime.state import SafeSessionState, SessionState

from latent_atlas.ui.uninterrupted import finish_callbacks


def test_a_message_that_follows_a_click_is_heeded_after_its_callbacks() -> None:
    finish_callbacks()
    done, messages = list[object](), list[RerunData]()

    class Clicked(SessionState):
        def on_script_will_rerun(self, *args: object, **kwargs: object) -> None:
            done.append(state["steps"])

    def heed() -> None:
        if messages:
            raise RerunException(messages[0])

    state = SafeSessionState(Clicked(), heed)
    state["steps"] = 3
    messages.append(RerunData())
    state.on_script_will_rerun(None)
    assert done == [3]
    with pytest.raises(RerunException):
        state["steps"]
