"""The Train page as its script draws it, and run folders that no worker touches."""

from pathlib import Path

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from vae_core.runs import MetricEvent, Run, create_run, make_config, runs_folder

# Train first, so that it opens; the others, so that links to them lead somewhere.
APP = f"""
from pathlib import Path
import streamlit as st
pages = Path({str(Path(__file__).parents[2] / "pages")!r})
names = ("train", "explore", "reconstruct", "diagnose", "runs")
st.navigation([st.Page(pages / f"{{name}}.py", default=name == "train") for name in names]).run()
"""


def opened(**query: str | list[str]) -> AppTest:
    page = AppTest.from_string(APP, default_timeout=20)
    for key, value in query.items():
        page.query_params[key] = value
    return page.run()


def made(state: str, events: int = 0, reason: str | None = None, **config: object) -> Run:
    asked = {"dataset": "digits", "epochs": 10, "hidden": (8,), **config}
    run = create_run(make_config(**asked), runs_folder())
    bound = {"elbo": -30.0, "rate": 2.0, "distortion": 28.0}
    lines = [
        MetricEvent(
            step=i,
            samples=100 * i,
            epoch=i / 15,
            seconds=i,
            train=bound,
            test=bound,
            full_test=True,
            vectors={"rate_per_dim": [1.5, 0.5]},
            gradient_norm=1.0,
            learning_rate=1e-3,
            images_per_second=1000.0,
        ).model_dump_json()
        for i in range(1, events + 1)
    ]
    run.metrics_path.write_text("".join(f"{line}\n" for line in lines))
    update: dict[str, object] = {
        "state": state,
        "reason": reason,
        "samples": 100 * events,
        "epoch": events / 15,
    }
    if events:
        update["test"] = bound
    run.write_status(run.stored_status().model_copy(update=update))
    return run


def words(page: AppTest) -> str:
    groups = (page.title, page.markdown, page.caption, page.warning, page.error, page.get("html"))
    texts = [getattr(e, "value", None) or e.proto.body for group in groups for e in group]
    return "\n".join(str(text) for text in texts)


def button(page: AppTest, label: str) -> Button:
    return next(b for b in page.button if b.label == label)


def charts(page: AppTest) -> int:
    return len(page.get("echarts_chart"))
