"""The table of runs shows the words that the page uses elsewhere, and is sorted by numbers."""

from pathlib import Path

import numpy as np
import pytest
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.elements.lib.pandas_styler_utils import marshall_styler
from streamlit.proto.ArrowData_pb2 import ArrowData

from latent_atlas.ui.train import run_list
from latent_atlas.ui.train.run_list import in_sight, table
from latent_atlas.ui.train.run_view import Seen
from tests.latent_atlas.ui.train.test_reading import status
from vae_core.data.own.store import datasets_folder, keep
from vae_core.runs import create_run, make_config

DIVERGED = "Training has diverged: too low. Start anew with a smaller learning rate (it was 1)."


def seen(folder: Path, state: str = "finished", dataset: str = "digits", **more: object) -> Seen:
    run = create_run(make_config(dataset=dataset, epochs=40, name="One"), folder / "runs")
    return Seen(run, status(state, **more))


def measured(folder: Path, elbo: float, half_width: float | None) -> Seen:
    widths = None if half_width is None else {"elbo": half_width}
    return seen(folder, test={"elbo": elbo}, test_half_widths=widths)


def shown(*rows: Seen) -> dict[str, list[str]]:
    """The words of each column, as the browser gets them."""
    proto = ArrowData()
    marshall_styler(proto, table(rows), "one")
    frame = convert_arrow_bytes_to_pandas_df(proto.styler.display_values)
    return {str(name): list(frame[name]) for name in frame.columns}


def test_a_mean_stands_with_its_error_as_in_the_sentence_above_it(tmp_path: Path) -> None:
    rows = [
        measured(tmp_path, -570_211.6, 3146.2),
        measured(tmp_path, -79_922.1, 24_872.7),
        measured(tmp_path, -27.4, 0.6),
        measured(tmp_path, -27.4, None),
        seen(tmp_path, "queued"),
    ]
    assert shown(*rows)["elbo"] == [
        "−570,000 ± 3,000", "−80,000 ± 25,000", "−27.4 ± 0.6", "−27", ""
    ]  # fmt: skip


def test_what_no_run_was_tested_by_has_no_column(tmp_path: Path) -> None:
    asked = make_config(dataset="digits", algorithm="ddpm", epochs=1)
    diffusion = Seen(create_run(asked, tmp_path / "runs"), status("finished"))
    assert "elbo" in shown(measured(tmp_path, -27.4, 0.6), diffusion)
    assert asked.algorithm.reports[0].name not in shown(diffusion, seen(tmp_path, "queued"))


def test_nats_of_other_sorts_have_columns_of_their_own(tmp_path: Path) -> None:
    def of(**settings: object) -> Seen:
        asked = make_config(dataset="digits", epochs=1, **settings)
        run = create_run(asked, tmp_path / "runs")
        return Seen(run, status("finished", test={asked.algorithm.reports[0].name: -20.0}))

    rows = [of(), of(binarize="dynamic"), of(likelihood="gaussian-shared"), of(algorithm="made")]
    found = {name: cells for name, cells in shown(*rows).items() if "−20" in cells}
    assert found == {
        "elbo of grey levels": ["−20", "", "", ""],
        "elbo of black and white, drawn anew": ["", "−20", "", ""],
        "elbo gaussian-shared density": ["", "", "−20", ""],
        "log_prob": ["", "", "", "−20"],
    }


def test_it_is_sorted_by_numbers(tmp_path: Path) -> None:
    frame = table([measured(tmp_path, -570_211.6, 3146.2), measured(tmp_path, -27.4, 0.6)]).data
    assert list(frame["elbo"]) == [-570_211.6, -27.4]
    assert frame["seconds"].dtype == float


def test_seconds_are_those_of_the_sentence_above_it(tmp_path: Path) -> None:
    words = shown(*(seen(tmp_path, seconds=s) for s in (0.3, 1.3, 80.0)))
    assert words["seconds"] == ["0.3 s", "1.3 s", "1 m 20 s"]
    assert words["J"] == ["2", "2", "2"]


@pytest.mark.parametrize("state", ["finished", "paused", "stopped", "interrupted", "failed"])
def test_a_run_at_rest_that_diverged_is_called_so(tmp_path: Path, state: str) -> None:
    assert shown(seen(tmp_path, state, diverged=DIVERGED))["state"] == ["diverged"]
    assert shown(seen(tmp_path, state))["state"] == [state]


def test_own_data_go_by_their_title(tmp_path: Path) -> None:
    images = np.zeros((20, 1, 8, 8), np.uint8)
    own = keep(images, None, (), "Leaves", "drawn by a test", datasets_folder()).name
    assert shown(seen(tmp_path, dataset=own), seen(tmp_path))["data"] == ["Leaves", "digits"]


def test_of_many_runs_those_shown_and_the_newest_that_fit_are_in_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_list, "MOST", 2)
    runs = [
        Seen(
            create_run(make_config(dataset="digits", name=name), tmp_path / "runs"),
            status("finished"),
        )
        for name in ("wide net", "Narrow net", "wide one", "another")
    ]

    def found(asked: str, shown: list[Seen]) -> tuple[list[str], str]:
        kept, told = in_sight(runs, shown, asked)
        return [each.run.title for each in kept], told

    assert found("", runs[3:]) == (
        ["wide net", "Narrow net", "another"],
        "There are 4 runs; these are the newest 2.",
    )
    assert found("NET", []) == (["wide net", "Narrow net"], "2 of 4 runs fit that.")
    assert found("wide digits", runs[1:2]) == (
        ["wide net", "Narrow net", "wide one"],
        "2 of 4 runs fit that.",
    )
    assert found("nothing like it", []) == ([], "0 of 4 runs fit that.")
