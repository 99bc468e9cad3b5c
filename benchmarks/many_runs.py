"""How long a page takes where thousands of runs with models lie: `python -m benchmarks.many_runs`.

Runs are copies of one small one, by hard links. The first turn reads all of them; what people wait
for are the turns after it. Pages are drawn without a browser.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

TURNS = 7
PAGES = ("explore", "reconstruct", "train", "data")


def make_runs(folder: Path, count: int) -> None:
    from vae_core.runs import create_run, make_config
    from vae_core.runs.faults import train_run

    config = make_config(dataset="digits", hidden=(8,), latent_dim=2, epochs=1, threads=1)
    first = create_run(config, folder)
    train_run(first)
    minute_ago = time.time() - 60
    for k in range(count - 1):
        run = folder / f"20260101-{k:06d}-digits-2d-{k:04x}"
        for path in first.path.rglob("*"):
            if path.is_file() and path.name != "status.json":
                copy = run / path.relative_to(first.path)
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.hardlink_to(path)
        status = json.loads((first.path / "status.json").read_text())
        (run / "status.json").write_text(json.dumps(status | {"created": status["created"] - k}))
        for changed in (run / "status.json", run / "checkpoints"):
            os.utime(changed, (minute_ago, minute_ago))


def timed(name: str, work: Callable[[], object]) -> None:
    seconds = []
    for _ in range(TURNS + 1):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    later = sorted(seconds[1:])
    print(f"{name:24} {seconds[0]:7.2f} {statistics.median(later):9.3f} {later[-1]:9.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5000)
    count = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as place:
        os.environ["LATENT_ATLAS_RUNS"] = str(Path(place, "runs"))
        os.environ["LATENT_ATLAS_CACHE"] = str(Path(place, "cache"))
        make_runs(Path(place, "runs"), count)

        from streamlit.testing.v1 import AppTest

        from latent_atlas.places import PAGES as FOLDER
        from latent_atlas.ui.model_files import list_models
        from latent_atlas.ui.train.run_view import read_runs
        from vae_core.runs import runs_folder

        print(f"{count:,} runs, seconds   first    median   slowest")
        timed("list of runs", lambda: read_runs(runs_folder()))
        timed("list of models", list_models)
        app = AppTest.from_file(str(FOLDER.parent / "app.py"), default_timeout=300)
        app.run()
        for page in PAGES:
            app.switch_page(f"pages/{page}.py")
            timed(f"page {page}", app.run)
            if app.exception:
                raise SystemExit(f"{page}: {app.exception[0].value}")


if __name__ == "__main__":
    main()
