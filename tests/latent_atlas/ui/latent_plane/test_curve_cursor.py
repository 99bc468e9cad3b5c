"""The cursor over the curves: what a style sheet draws of it, and which epoch a click asks for."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

NODE = Path(sys.executable).with_name("node")
MODULE = Path(__file__).parents[4] / "latent_atlas/ui/latent_plane/js/features/curve_cursor.js"
CHART = {
    "key": "chart-elbo",
    "left": 40,
    "right": 10,
    "top": 20,
    "bottom": 30,
    "legend": 0,
    "shares": [0, 0, 0.25, 0.75, 1],
    "words": ["", "test: −3", 'test "at" 5', "", ""],
}
BOX = {"left": 100, "top": 200, "width": 250, "height": 150}  # its plot: 140–340 × 220–320


def called(name: str, *values: object) -> Any:
    """What a function of the module gives in Node."""
    if not NODE.exists():
        reason = "Node is not there: `make lint` installs it"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{reason}, and with CI=true its checks must run", pytrace=False)
        pytest.skip(reason)
    script = f"""
    const {{ {name} }} = await import(process.argv[1]);
    const calls = JSON.parse(process.argv[2]);
    console.log(JSON.stringify(calls.map((values) => {name}(...values))));
    """
    command = [str(NODE), "--input-type=module", "-e", script, "--", MODULE.as_uri()]
    done = subprocess.run(
        [*command, json.dumps(values)], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_a_click_asks_for_the_stop_nearest_to_it_and_beside_the_plot_for_none() -> None:
    spots = [(140, 250), (189, 250), (191, 319), (345, 221), (330, 250)]
    beside = [(130, 250), (350, 250), (240, 219), (240, 321)]
    asked = called("stopUnder", *([CHART, BOX, x, y] for x, y in [*spots, *beside]))
    # Of two stops at the left end it is the later one: before the first image no axis goes.
    assert asked == [1, 2, 2, 4, 4, None, None, None, None]


def test_the_line_lies_at_its_share_of_the_plot_and_words_cannot_leave_their_string() -> None:
    inks = {"line": "blue", "ground": "white"}
    at_end, shown = called("chartRules", [CHART, 4, "", inks], [CHART, 2, "epoch 3", inks])
    assert "::after" not in at_end  # the curves end there
    assert "left: calc(40px + (100% - 50px) * 0.25)" in shown
    assert "top: 20px; bottom: 30px" in shown
    assert 'content: "epoch 3 · test \\"at\\" 5"' in shown.replace("\N{NO-BREAK SPACE}", " ")
