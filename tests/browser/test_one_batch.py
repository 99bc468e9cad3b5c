"""One batch of a paused run as a person takes it: look, go slowly, go on with training."""

import re

import pytest
from playwright.sync_api import Page, expect

from latent_atlas.ui.components.modules import bundle_address
from tests.browser.helpers import compute, expect_no_cut_text, until
from tests.browser.server import AppServer, kill_processes_naming
from tests.browser.training import FOR_LONG, PATIENCE, button, expect_curve, shown
from vae_core.numerals import decimal
from vae_core.runs import make_config, remove_run, submit
from vae_core.runs.batch_trace import read_trace, traced_at
from vae_core.runs.lock import FileLock


@pytest.mark.timeout(300)  # three processes start, each to be waited for with patience
def test_a_batch_goes_from_the_pictures_to_the_step_and_training_goes_on(
    page: Page, app_server: AppServer, expected_errors: list[re.Pattern[str]]
) -> None:
    expected_errors.append(re.compile(r"/train/_stcore/"))
    config = make_config(dataset="digits", hidden=(16,), epochs=FOR_LONG, name="Step by step")
    run = submit(config, app_server.runs_folder)
    shown(page, app_server, run)
    expect_curve(page)
    button(page, "Pause").click()
    button(page, "One batch").click(timeout=PATIENCE)
    words = page.locator(".one-batch .words")
    expect(words).to_have_text(re.compile(r"100 images, step [\d,]+ of"), timeout=PATIENCE)
    stations = page.locator(".station")
    expect(stations).to_have_count(8)
    trace = read_trace(run.path)
    expect(page.get_by_text(f"100 images, step {trace.record.step:,} of")).to_be_visible()
    assert run.status().step == trace.record.step
    total = decimal(float(trace.distortion[0] + trace.rate[0].sum()), 2)
    expect(stations.nth(5)).to_contain_text(total)
    expect(stations.nth(2)).to_contain_text(f"ε {decimal(float(trace.noise[0, 0]), 3)}")

    stations.nth(0).click()  # ends the quick walk
    lit = page.locator(".station[aria-current=step]")
    expect(lit).to_contain_text("Encode")
    stations.nth(1).click()  # from where the slow one goes on
    button(page, "Slow").click()
    expect(page.get_by_text("Its answer is not one spot")).to_be_visible()
    # The run's own button has another name while it rests.
    button(page, "Pause").click()
    expect(page.locator(".equation .lit").first).to_have_text("μ(x)")
    button(page, "Next ›").click()
    expect(lit).to_contain_text("ε")
    stations.nth(2).press("ArrowRight")
    expect(page.get_by_text("the draw becomes a spot of the cloud")).to_be_visible()

    page.get_by_role("button", name="image 3 of the batch").click()
    other = decimal(float(trace.distortion[2] + trace.rate[2].sum()), 2)
    expect(stations.nth(5)).to_contain_text(other)
    page.get_by_text("The whole network").click()
    expect(page.locator(".columns img")).to_have_count(4)  # x, a layer on each side, the drawing
    expect_no_cut_text(page)

    button(page, "Hide").click()
    expect(stations.first).to_be_hidden()
    button(page, "Show").click()
    expect(stations.first).to_be_visible()

    button(page, "One batch").click()
    until(page, lambda: traced_at(run.path) == trace.record.step + 1)
    expect(page.get_by_text(f"step {trace.record.step + 1:,} of")).to_be_visible()
    button(page, "Resume").click()
    expect(stations).to_have_count(0, timeout=PATIENCE)
    until(page, lambda: run.status().step > trace.record.step + 1)

    kill_processes_naming(run.path)
    lock = FileLock(run.lock_path)
    assert lock.acquire(patience=PATIENCE / 1000)
    lock.release()
    remove_run(run)


# Puts the part on an empty page, as Streamlit does, and notes what it tells.
PUT = """const { createOneBatch } = await import(bundle);
const sent = [];
const put = () => {
    const parentElement = document.createElement("div");
    parentElement.innerHTML = '<section class="one-batch"></section>';
    document.body.replaceChildren(parentElement);
    const view = createOneBatch(parentElement);
    const tell = (answered) => view.update({
        data: { address: "api/runs/one/batch", step: 6, traced: false, answered },
        parentElement,
        setStateValue: (name, value) => sent.push([name, value]),
    });
    const words = () => parentElement.querySelector(".words").textContent;
    return { view, tell, words };
};"""


def test_a_batch_that_was_asked_for_comes_also_where_the_page_has_put_the_part_anew(
    page: Page, app_server: AppServer
) -> None:
    """Streamlit may do so at any moment between the press of the button and the answer."""
    page.goto(f"{app_server.url}/_stcore/health")
    heard = compute(
        page,
        f"""async (bundle) => {{
            {PUT}
            const fetched = [];
            window.fetch = async (url) => {{
                fetched.push(`${{new URL(url).pathname}}${{new URL(url).search}}`);
                return new Response(null, {{ status: 205 }});
            }};
            const first = put();
            first.tell(null);
            document.querySelector("button").click();
            first.view.dispose();
            const second = put();
            second.tell(null);
            const waits = second.words();
            second.tell({{ asked: sent[0][1], after: 6 }});
            await new Promise((done) => setTimeout(done, 50));
            return {{ sent, waits, fetched, end: second.words() }};
        }}""",
        f"/{bundle_address('train/one_batch/one_batch')}",
    )
    first, second = heard["sent"]
    assert first == second  # the same question, which the server answers once
    assert heard["waits"] == "Taking one batch…"
    assert heard["fetched"] == ["/_stcore/api/runs/one/batch?after=6"]
    assert heard["end"] == "No batch was taken."


def test_a_question_that_is_lost_on_its_way_is_asked_again_until_it_is_answered(
    page: Page, app_server: AppServer
) -> None:
    page.goto(f"{app_server.url}/_stcore/health")
    heard = compute(
        page,
        f"""async (bundle) => {{
            {PUT}
            const wait = window.setTimeout;
            window.setTimeout = (then, after) => wait(then, after / 100);
            window.fetch = async () => new Response(null, {{ status: 205 }});
            const {{ tell }} = put();
            tell(null);
            document.querySelector("button").click();
            while (sent.length < 3) await new Promise((done) => wait(done, 5));
            tell({{ asked: sent[0][1], after: 6 }});
            const before = sent.length;
            await new Promise((done) => wait(done, 200));
            const questions = new Set(sent.map(([, value]) => value)).size;
            return {{ questions, more: sent.length - before }};
        }}""",
        f"/{bundle_address('train/one_batch/one_batch')}",
    )
    assert heard == {"questions": 1, "more": 0}
