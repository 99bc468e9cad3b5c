"""What docs/export.md shows people works as it stands there."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from vae_core.models import load_model

REPOSITORY = Path(__file__).parents[3]


def test_the_documented_lines_decode_a_model_without_this_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = REPOSITORY / "checkpoints" / "mnist-2d.safetensors"
    shutil.copy(shipped, tmp_path / "model.safetensors")
    monkeypatch.chdir(tmp_path)
    text = (REPOSITORY / "docs" / "export.md").read_text(encoding="utf-8")
    [lines] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert "vae_core" not in lines
    found: dict[str, np.ndarray] = {}
    exec(lines, found)
    expected = load_model(shipped).vae.decode(torch.zeros(1, 2)).mean[0]
    assert (torch.from_numpy(found["image"]) - expected).abs().max() < 1e-5
