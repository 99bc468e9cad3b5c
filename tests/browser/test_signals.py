"""The signal core of the plane's state, in the browser that runs it."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.helpers import compute, open_blank
from tests.browser.modules import modules_at
from tests.browser.server import AppServer

Evaluate = Callable[[str], Any]


@pytest.fixture
def evaluate(page: Page, app_server: AppServer) -> Evaluate:
    """The value of a function's body that knows the signal core, `log` and `frames(count)`."""
    page.goto(f"{app_server.url}/_stcore/health")

    def evaluate_body(body: str) -> Any:
        script = f"""async (url) => {{
            const {{ signal, derived, untracked, createFrameLoop }} = await import(url);
            const log = [];
            const frames = async (count) => {{
                for (let n = 0; n < count; n++) await new Promise(requestAnimationFrame);
            }};
            {body}
        }}"""
        return compute(page, script, f"{modules_at()}/util/signals.js")

    return evaluate_body


def test_an_effect_runs_again_only_when_what_it_has_read_has_another_value(
    evaluate: Evaluate,
) -> None:
    seen = evaluate(
        """const [a, b] = [signal(1), signal(10)];
        const loop = createFrameLoop();
        loop.effect(() => log.push(a.value));
        for (const [which, value] of [[b, 11], [a, 1], [a, 2], [b, 12]]) {
            which.value = value;
            loop.flush();
        }
        return log;"""
    )
    assert seen == [1, 2]


def test_what_was_read_last_counts_and_not_what_was_read_once(evaluate: Evaluate) -> None:
    seen = evaluate(
        """const [which, a, b] = [signal(true), signal("a"), signal("b")];
        const loop = createFrameLoop();
        loop.effect(() => log.push(which.value ? a.value : b.value));
        loop.flush();
        which.value = false;
        loop.flush();
        a.value = "nobody asks";
        loop.flush();
        b.value = "B";
        loop.flush();
        return log;"""
    )
    assert seen == ["a", "b", "B"]


def test_a_derived_value_is_worked_out_once_and_only_if_somebody_asks(evaluate: Evaluate) -> None:
    seen = evaluate(
        """const a = signal(1);
        const double = derived(() => (log.push("worked out"), 2 * a.value));
        a.value = 2;
        log.push(double.value, double.value);
        a.value = 3;
        log.push(double.peek());
        return log;"""
    )
    assert seen == ["worked out", 4, 4, "worked out", 6]


def test_a_derived_value_that_stays_the_same_stales_nobody(evaluate: Evaluate) -> None:
    seen = evaluate(
        """const mix = signal(0);
        const far = derived(() => mix.value > 0.5);
        const loop = createFrameLoop();
        loop.effect(() => log.push(far.value));
        for (const value of [0, 0.2, 0.4, 0.6, 0.8]) {
            mix.value = value;
            loop.flush();
        }
        return log;"""
    )
    assert seen == [False, True]


def test_many_changes_make_one_drawing_in_the_next_frame(evaluate: Evaluate) -> None:
    seen = evaluate(
        """const a = signal(0);
        const loop = createFrameLoop();
        loop.effect(() => log.push(a.value));
        await frames(2);
        for (const value of [1, 2, 3]) a.value = value;
        log.push("before the frame");
        await frames(2);
        return log;"""
    )
    assert seen == [0, "before the frame", 3]


def test_effects_run_in_the_order_in_which_they_were_declared(evaluate: Evaluate) -> None:
    seen = evaluate(
        """const [a, b] = [signal(0), signal(0)];
        const loop = createFrameLoop();
        loop.effect(() => { b.value = a.value + 1; log.push("first"); });
        loop.effect(() => log.push(`second sees ${b.value}`));
        loop.flush();
        a.value = 1;
        loop.flush();
        return log;"""
    )
    assert seen == ["first", "second sees 1", "first", "second sees 2"]


def test_what_a_later_effect_changes_for_an_earlier_one_is_drawn_a_frame_later(
    evaluate: Evaluate,
) -> None:
    seen = evaluate(
        """const [a, b] = [signal(0), signal(0)];
        const loop = createFrameLoop();
        loop.effect(() => log.push(`first sees ${b.value}`));
        loop.effect(() => { b.value = a.value; });
        a.value = 1;
        loop.flush();
        log.push("flushed");
        await frames(2);
        return log;"""
    )
    assert seen == ["first sees 0", "flushed", "first sees 1"]


def test_the_urgent_lane_does_not_wait_for_the_frame_and_the_others_do(evaluate: Evaluate) -> None:
    seen = evaluate(
        """const a = signal(0);
        const loop = createFrameLoop();
        loop.effect(() => log.push(`ground ${a.value}`));
        loop.effect(() => log.push(`pointer ${a.value}`), "urgent");
        loop.flush();
        a.value = 1;
        loop.flush("urgent");
        log.push("handled");
        await frames(2);
        return log;"""
    )
    assert seen == ["ground 0", "pointer 0", "pointer 1", "handled", "ground 1"]


def test_what_is_read_untracked_or_peeked_at_draws_nothing_again(evaluate: Evaluate) -> None:
    seen = evaluate(
        """const [a, b, c] = [signal(1), signal(2), signal(3)];
        const loop = createFrameLoop();
        loop.effect(() => log.push([a.value, b.peek(), untracked(() => c.value)].join(" ")));
        loop.flush();
        [b.value, c.value] = [20, 30];
        loop.flush();
        a.value = 10;
        loop.flush();
        return log;"""
    )
    assert seen == ["1 2 3", "10 20 30"]


def test_a_loop_that_was_stopped_draws_no_more(evaluate: Evaluate) -> None:
    seen = evaluate(
        """const a = signal(0);
        const loop = createFrameLoop();
        loop.effect(() => log.push(a.value));
        loop.flush();
        loop.stop();
        a.value = 1;
        loop.flush();
        await frames(2);
        return log;"""
    )
    assert seen == [0]


def test_a_memory_of_two_forgets_what_was_asked_longest_ago(
    page: Page, app_server: AppServer
) -> None:
    open_blank(page, app_server.url)
    script = """async (url) => {
        const { memoized } = await import(url);
        const asked = [];
        const double = memoized((a) => (asked.push(a), 2 * a), 2);
        return { answers: [1, 2, 1, 3, 1, 2].map(a => double(a)), asked };
    }"""
    found = compute(page, script, f"{modules_at()}/util/memo.js")
    assert found == {"answers": [2, 4, 2, 6, 2, 4], "asked": [1, 2, 3, 2]}
