"""Answers that take a while: kept once they are there, and stopped by a button."""

from streamlit.testing.v1 import AppTest

from latent_atlas.ui.data import jobs


def _slow() -> None:
    import time

    import streamlit as st

    from latent_atlas.ui.reconstruct.waited_for import answers
    from vae_core.evaluation import Cancelled, Watch

    def work(watch: Watch) -> str:
        for step in range(3000):
            if watch.cancelled():
                raise Cancelled
            watch.progress(step / 3000)
            time.sleep(0.01)
        return "late"

    found = answers({("a test", "soon"): lambda watch: "soon"}, "Soon", "images", 1)
    slow = answers({("a test", "slow"): work}, "Slow", "images", 1)
    st.write(f"{[*found.values()]} {[*slow.values()]}")


def test_what_is_quick_is_there_and_what_is_slow_can_be_stopped_and_begun_again() -> None:
    at = AppTest.from_function(_slow).run()
    assert at.markdown[-1].value == "['soon'] []"
    (cancel,) = [each for each in at.button if each.label == "Cancel"]
    cancel.click().run()
    for job in list(jobs._jobs.values()):
        job.wait(20)
    at.run()
    assert any("stopped" in each.value for each in at.caption)
    (again,) = [each for each in at.button if each.label == "Go on"]
    again.click().run()
    (cancel,) = [each for each in at.button if each.label == "Cancel"]
    cancel.click().run()
    for job in list(jobs._jobs.values()):
        job.wait(20)


def test_a_kept_part_is_made_once() -> None:
    from latent_atlas.ui.reconstruct.waited_for import kept

    made: list[int] = []

    def work() -> int:
        made.append(1)
        return 7

    assert [kept(("a test", "part"), work) for _ in range(3)] == [7, 7, 7]
    assert made == [1]
