"""A flow by the command line: trained, and evaluated in nats, in bits, and with its noise told."""

import json
from pathlib import Path

import pytest

from latent_atlas.__main__ import main


def test_a_flow_is_trained_and_evaluated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sizes = ["--couplings", "2", "--coupling-width", "4", "--global-width", "4"]
    train = ["train", "digits", "--algorithm", "flow", *sizes, "--samples", "400", "--threads", "1"]
    assert main([*train, "--runs-dir", str(tmp_path), "--json"]) == 0
    capsys.readouterr()
    [run] = tmp_path.glob("*flow*")
    assert main(["evaluate", str(run)]) == 0
    told = capsys.readouterr().out
    assert "log p(x)" in told
    assert "bits per pixel value" in told
    assert "another draw of it gives log p(x) within ±" in told
    assert main(["evaluate", str(run), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found["half_widths"]["over_images"]) == {"log_prob", "bits_per_dim"}
    assert found["half_widths"]["over_draws"] > 0
