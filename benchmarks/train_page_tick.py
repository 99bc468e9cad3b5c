"""What a tick of the Train page costs while a long run trains. Prints JSON.

    python -m benchmarks.train_page_tick [--events 100000] [--dims 10] [--ticks 200]

A tick is our code of it: read what is new (ten lines each time), make curves, titles and options of
all charts; Streamlit's rerun is left out. Beside it, in the same run: the same charts by reading
the whole log anew twice, as the page once did. The cold read is reported apart.
"""

import argparse
import gc
import json
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from latent_atlas.ui.charts import INK_LIGHT, Option
from latent_atlas.ui.train.curves import curve_drawings, strip_drawings
from latent_atlas.ui.train.history import History
from latent_atlas.ui.train.reading import Story
from vae_core.quantities import BOUND
from vae_core.runs import Run, create_run, make_config
from vae_core.runs.log_reader import read_events
from vae_core.runs.metrics import measurements

NEW_LINES = 10
IDLE_TICKS = 1000


def line(step: int, dims: int) -> str:
    """A measurement as a run on MNIST logs it."""
    rate, cost = 20.0 + step % 7 / 10, 80.0 + 300 / (1 + step / 50) + step % 11 / 10
    bound = {"elbo": -(rate + cost), "rate": rate, "distortion": cost}
    event = {
        "event": "metrics",
        "step": step,
        "samples": 100 * step,
        "epoch": step / 600,
        "seconds": step / 400,
        "train": bound,
        "test": bound,
        "test_half_widths": {"elbo": 1.87, "rate": 0.34, "distortion": 1.62},
        "full_test": step % 600 == 0,
        "vectors": {"rate_per_dim": [round(rate / dims + j / 7, 6) for j in range(dims)]},
        "gradient_norm": 3.0,
        "learning_rate": 0.001,
        "images_per_second": 40_000.0,
    }
    return json.dumps(event) + "\n"


def drawn(story: Story) -> list[Option]:
    """The options of all charts of the page."""
    drawings = curve_drawings([story], log_axis=True, ink=INK_LIGHT)
    strips = strip_drawings(story, ink=INK_LIGHT)
    return [drawing.option for drawing in (*drawings, *strips)]


def milliseconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    begun = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begun)


def tick_costs(run: Run, history: History, events: int, dims: int, ticks: int) -> dict[str, float]:
    """Ticks with ten new lines each, in milliseconds."""
    costs = []
    for tick in range(ticks):
        first = events + NEW_LINES * tick + 1
        with run.metrics_path.open("a") as file:
            file.writelines(line(step, dims) for step in range(first, first + NEW_LINES))
        costs.append(milliseconds(lambda: drawn(_story(run, history))))
    centiles = statistics.quantiles(costs, n=100)
    return {"median": centiles[49], "p95": centiles[94], "max": max(costs)}


def idle_growth(run: Run, history: History) -> int:
    """Bytes that a thousand ticks without new lines leave behind."""
    drawn(_story(run, history))
    gc.collect()
    tracemalloc.start()
    drawn(_story(run, history))  # what is kept between ticks is in place before it is weighed
    gc.collect()
    before, _ = tracemalloc.get_traced_memory()
    for _ in range(IDLE_TICKS):
        drawn(_story(run, history))
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return after - before


def whole_log(run: Run) -> None:
    """The old way: events and measurements each from a log that is parsed from its beginning."""
    read_events(run.metrics_path)
    measurements(read_events(run.metrics_path))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--dims", type=int, default=10)
    parser.add_argument("--ticks", type=int, default=200)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        config = make_config(dataset="digits", latent_dim=args.dims, samples=10**9)
        run = create_run(config, Path(folder))
        with run.metrics_path.open("w") as file:
            file.writelines(line(step, args.dims) for step in range(1, args.events + 1))
        history = History(run.metrics_path, BOUND)
        cold = milliseconds(history.content)
        ticks = tick_costs(run, history, args.events, args.dims, args.ticks)
        growth = idle_growth(run, history)
        result = {
            "events": args.events,
            "latent_dimensions": args.dims,
            "log_megabytes": run.metrics_path.stat().st_size / 1e6,
            "cold_read_ms": cold,
            "tick_ms": ticks,
            "options_kilobytes": len(json.dumps(drawn(_story(run, history)))) / 1e3,
            "growth_over_1000_idle_ticks_megabytes": growth / 1e6,
            "old_way_reading_alone_ms": milliseconds(lambda: whole_log(run)),
        }
    print(json.dumps(result, indent=1))


def _story(run: Run, history: History) -> Story:
    return Story(run, run.status(), history.content())


if __name__ == "__main__":
    main()
