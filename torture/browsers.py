"""A class opens the app at once while a run trains: all pages become usable, the run trains on."""

import re
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as PlaywrightError

from tests.browser.chromium import SIZE
from tests.browser.page_errors import NOISE, note_errors
from tests.browser.server import AppServer
from torture.outcome import Outcome
from torture.trained import trained, trained_alone
from torture.vitals import vitals
from vae_core.numerals import duration
from vae_core.runs import Run, make_config, submit
from vae_core.sentences import counted

USABLE_WITHIN = 180.0  # seconds, on a machine that has browsers and server to carry
ENDS_WITHIN = 600.0
PROMISE = (
    "Forty people open the app at once while a run trains: each page becomes usable without an "
    "exception, and the run ends with the same bits as alone."
)
# Streamlit asks for these below the address of a page before it asks for them where they are.
_ASKED_FIRST = re.compile(r"status of 404 .*\(http://[^/]+/train/_stcore/(health|host-config)\)$")
# What is there once a page can be used: a plane to walk, a curve that moves.
_USABLE = {"": ".atlas[data-ready='true']", "train": ".st-key-chart-elbo canvas"}


@dataclass
class _Client:
    """A page of a profile of its own, on its way to being usable."""

    address: str
    page: Page
    element: str
    opened: float
    errors: list[str] = field(default_factory=list)
    usable_after: float | None = None


def long_run(server: AppServer) -> Run:
    """One that still trains when forty browsers have opened the app."""
    config = make_config(dataset="mnist-12k", hidden=(200,), epochs=40, threads=1)
    return submit(config, server.runs_folder)


def open_browsers(browser: Browser, server: AppServer, clients: int, run: Run) -> Outcome:
    """The campaign: half of so many on Explore, half on Train, each in a profile of its own.

    Args:
        browser: makes the profiles.
        server: the app.
        clients: how many profiles.
        run: what trains meanwhile; it has just been started.
    """
    began, before = time.monotonic(), vitals(server.process.pid)
    lost = _waited_for_curve(run)
    first_step, opened = (
        run.status().step,
        [_opened(browser, server, run, k) for k in range(clients)],
    )
    _wait_until_usable(opened)
    trained_on, all_usable = run.status().active, run.status().step
    after = vitals(server.process.pid)
    until = time.monotonic() + ENDS_WITHIN
    while run.status().active and time.monotonic() < until:
        opened[0].page.wait_for_timeout(200)
    for client in opened:
        lost += [f"{client.address}: {each}" for each in _problems(client)]
        client.page.context.close()
    if (state := run.status().state) != "finished":
        lost.append(f"the run is {state}: {run.status().reason} {run.log_tail(3)}")
    else:
        with tempfile.TemporaryDirectory() as place:
            alone = trained_alone(run.config.model_copy(update={"name": None}), Path(place))
        lost += [f"of the run {each}" for each in alone.differences(trained(run))]
    total = run.status().total_steps
    times = [each.usable_after for each in opened if each.usable_after is not None]
    return Outcome(
        promise=PROMISE,
        done=(
            "profiles of one headless Chromium, each with a page, opened one after the other "
            "without waiting: every other one on Explore, until its plane is drawn, and on Train "
            "with the run, until its curves are. They stay open until the run has ended; the run's "
            "weights, measures and snapshots are compared with those of one that trained alone"
        ),
        number=clients,
        lost=lost,
        seconds=time.monotonic() - began,
        measured=[
            f"Pages were usable after {duration(statistics.median(times))} (median) and "
            f"{duration(max(times))} (worst)."
            if times
            else "No page became usable.",
            f"The run went from step {first_step:,} to {all_usable:,} of {total:,} meanwhile, and "
            f"{'trained on' if trained_on else 'had ended before the last was usable'}.",
            f"The server with no browser: {before}; with {counted(clients, 'browser')}: {after}.",
        ],
    )


def _waited_for_curve(run: Run) -> list[str]:
    """Wait for the first points; a sentence where none come."""
    until = time.monotonic() + USABLE_WITHIN
    while not run.metrics():
        if not run.status().active or time.monotonic() > until:
            return [f"the run logged nothing: {run.status().reason} {run.log_tail(3)}"]
        time.sleep(0.05)
    return []


def _opened(browser: Browser, server: AppServer, run: Run, number: int) -> _Client:
    page_name, element = list(_USABLE.items())[number % len(_USABLE)]
    query = f"?run={run.id}" if page_name == "train" else ""
    context = browser.new_context(viewport=SIZE)
    page = context.new_page()
    client = _Client(f"client {number + 1} on /{page_name}", page, element, time.monotonic())
    note_errors(context, client.errors)
    page.goto(
        f"{server.url}/{page_name}{query}", wait_until="commit", timeout=1_000 * USABLE_WITHIN
    )
    return client


def _wait_until_usable(clients: list[_Client]) -> None:
    """Look at those that are not usable yet, again and again, and note when each is."""
    until = time.monotonic() + USABLE_WITHIN
    while waiting := [each for each in clients if each.usable_after is None]:
        if time.monotonic() > until:
            return
        for client in waiting:
            try:
                usable = client.page.locator(client.element).first.is_visible()
            except PlaywrightError:  # it is just being loaded
                usable = False
            if usable:
                client.usable_after = time.monotonic() - client.opened
        waiting[0].page.wait_for_timeout(20)


def _problems(client: _Client) -> list[str]:
    """What is wrong with a page that was open for a while."""
    noises = [*NOISE, _ASKED_FIRST]
    told = [each for each in client.errors if not any(noise.search(each) for noise in noises)]
    if client.usable_after is None:
        told.append(f"not usable within {USABLE_WITHIN:.0f} s")
    shown = client.page.locator("[data-testid='stException']").all_inner_texts()
    return told + [f"an exception is shown: {each[:200]}" for each in shown]
