"""Whether Train stays level: 500 runs, 100,000 events, an hour in minutes. Prints JSON.

    python -m benchmarks.long_watch [--minutes 12] [--runs 500] [--events 100000] [--shown]

A process of its own plays the worker of one run among many: it holds the lock, appends to the log
at an even pace, and shows frames of a model. Half of the events are there at the beginning, as a
page is opened on a run that has trained for long. The run says that it is young all the while, so
that the page draws curves as often as it does in its first half minute: every 0.8 s, which in 12
minutes is as many times as in an hour at its usual 5 s.

`heap_mb` is the page's JavaScript heap after a collection of garbage, `nodes` of its documents,
`server_mb` what the server's process keeps in memory (RSS). `growth` is the last sixth against the
tenth (of the time, from 1/10 to 1/10 + 1/6), means of both; 0.1 is the most that is allowed.
"""

import argparse
import json
import multiprocessing
import os
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import CDPSession

from benchmarks.many_runs import make_runs
from benchmarks.train_page_tick import line
from tests.browser.chromium import chromium
from tests.browser.helpers import wait_for_app
from tests.browser.server import AppServer, running_app
from vae_core.data import fair_order, load_dataset
from vae_core.models import VAE
from vae_core.runs import Run, create_run, make_config
from vae_core.runs.live import LiveFrames
from vae_core.runs.lock import FileLock
from vae_core.runs.workbench import assemble

DIMS = 2
EVERY = 5.0  # seconds between two looks at memory
WRITES = 0.5  # seconds between two of the worker's


def play_worker(run: Run, events: int, minutes: float) -> None:
    """Train nothing, and leave all that a worker leaves."""
    digits = load_dataset("digits")
    model = assemble(run.config, digits.images)[0]
    assert isinstance(model, VAE)
    probe = digits.images[fair_order(len(digits.images))]
    frames = LiveFrames(run.path, model, probe, dataset="digits", images=len(digits.images))
    lock = FileLock(run.lock_path)
    lock.acquire()
    status = run.stored_status()
    begun, written = time.monotonic(), events // 2
    while True:
        share = (time.monotonic() - begun) / (60 * minutes)
        due = round(events * (0.5 + 0.5 * share))
        with run.metrics_path.open("a") as file:
            file.writelines(line(step, DIMS) for step in range(written + 1, due + 1))
        written = max(written, due)
        told = {"state": "running", "step": written, "samples": 100 * written, "seconds": 20.0}
        run.write_status(status.model_copy(update={**told, "epoch": written / 15}))
        for weights in model.parameters():
            weights.data.mul_(1.0002)  # so that points have somewhere to go
        frames.offer(written, written / 15)
        time.sleep(WRITES)


def main() -> None:
    """Watch, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=12)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--shown", action="store_true", help="print each look as well")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, running_app(Path(name)) as server:
        make_runs(server.runs_folder, args.runs - 1)
        config = make_config(dataset="digits", hidden=(16,), latent_dim=DIMS, samples=10**9)
        run = create_run(config, server.runs_folder)
        with run.metrics_path.open("w") as file:
            file.writelines(line(step, DIMS) for step in range(1, args.events // 2 + 1))
        worker = multiprocessing.get_context("spawn").Process(
            target=play_worker, args=(run, args.events, args.minutes), daemon=True
        )
        worker.start()
        try:
            looks = watch(server, run, args)
        finally:
            worker.kill()
    print(json.dumps(summary(looks) | {"runs": args.runs, "events": args.events}, indent=1))


def watch(server: AppServer, run: Run, args: argparse.Namespace) -> list[dict[str, float]]:
    """What is kept in memory at each look, until the time is over."""
    while run.status().state != "running":
        time.sleep(0.1)
    looks: list[dict[str, float]] = []
    with chromium() as browser:
        page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        page.goto(f"{server.url}/train?run={run.id}")
        wait_for_app(page)
        page.locator(".atlas[data-ready='true']").wait_for(timeout=120_000)
        session = page.context.new_cdp_session(page)
        begun = time.monotonic()
        while (at := time.monotonic() - begun) < 60 * args.minutes:
            page.wait_for_timeout(1_000 * EVERY)
            looks.append({"seconds": at, **kept(session, server.process.pid)})
            if args.shown:
                print(json.dumps(looks[-1]), flush=True)
    return looks


def kept(session: CDPSession, server: int) -> dict[str, float]:
    """What page and server keep now."""
    session.send("HeapProfiler.collectGarbage")
    heap = session.send("Runtime.getHeapUsage")["usedSize"]
    nodes = session.send("Memory.getDOMCounters")["nodes"]
    pages = int(Path(f"/proc/{server}/statm").read_text().split()[1])
    resident = pages * os.sysconf("SC_PAGE_SIZE")
    return {"heap_mb": heap / 1e6, "nodes": nodes, "server_mb": resident / 1e6}


def summary(looks: list[dict[str, float]]) -> dict[str, object]:
    """The tenth of the time against its last sixth."""
    end = looks[-1]["seconds"]
    found: dict[str, object] = {"seconds": end, "looks": len(looks)}
    for name in ("heap_mb", "nodes", "server_mb"):
        early = [x[name] for x in looks if end / 10 <= x["seconds"] <= end * (1 / 10 + 1 / 6)]
        late = [x[name] for x in looks if x["seconds"] >= end * 5 / 6]
        tenth, last = statistics.mean(early), statistics.mean(late)
        found[name] = {"tenth": tenth, "last_sixth": last, "growth": last / tenth - 1}
    return found


if __name__ == "__main__":
    main()
