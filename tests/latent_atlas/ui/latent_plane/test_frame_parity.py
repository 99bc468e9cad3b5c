"""What is shown of a run on its way decodes in the page as in PyTorch with the same weights.

These are rounded, in the one and the other alike.
The page's own modules run in Node here, on the bytes that the routes send.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import Tensor

from latent_atlas.ui.latent_plane.epochs import epochs_data
from latent_atlas.ui.model_files import find_model, snapshots_folder
from tests.latent_atlas.ui.latent_plane.test_live import run, show
from tests.latent_atlas.ui.model_fixtures import keep_snapshot, run_with_model, small_vae
from tests.latent_atlas.ui.test_routes import Get, get
from vae_core.checkpoint import read_checkpoint
from vae_core.models import VAE, TrainingRecord, decoder_tensors, load_model, save_model
from vae_core.models.rounding import halved, rounded, unrounded
from vae_core.runs import Run, list_snapshots, read_snapshot, runs_folder
from vae_core.runs.keeping import Weights

__all__ = ["get", "run"]

NODE = Path(sys.executable).with_name("node")
MODULES = Path(__file__).parents[4] / "latent_atlas/ui/latent_plane/js/decode"
POINTS = 200
TOLERANCE = 1e-5

DECODE = """
const { buildDecoder } = await import(process.argv[1] + "/decoder.js");
const { parseSafetensors } = await import(process.argv[1] + "/safetensors.js");
const { readFileSync, writeFileSync } = await import("node:fs");
const bytes = readFileSync(process.argv[2]);
const { decode } = buildDecoder(parseSafetensors(new Uint8Array(bytes).buffer));
const images = JSON.parse(process.argv[3]).map((z) => Array.from(decode(z)));
writeFileSync(1, JSON.stringify(images));
"""


def decoded(content: bytes, z: Tensor, folder: Path) -> Tensor:
    """The means [N, D] that the page makes of z [N, J] with what was sent to it."""
    if not NODE.exists():
        reason = "Node is not there: `make lint` installs it"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{reason}, and with CI=true its checks must run", pytrace=False)
        pytest.skip(reason)
    file = folder / "sent.safetensors"
    file.write_bytes(content)
    command = [str(NODE), "--input-type=module", "-e", DECODE, "--"]
    command += [MODULES.as_uri(), str(file), json.dumps(z.tolist())]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return torch.tensor(json.loads(done.stdout))


def _seeded() -> torch.Generator:
    return torch.Generator().manual_seed(1)


@torch.no_grad()
def assert_parity(content: bytes, vae: VAE, weights: Weights, folder: Path) -> None:
    exact = decoder_tensors(vae)[0]
    less = halved(exact) if weights == "float16" else unrounded(rounded(exact))
    z = 2 * torch.randn(POINTS, vae.architecture.latent_dim, generator=_seeded())
    whole = vae.decode(z).mean.flatten(1)
    vae.load_state_dict(vae.state_dict() | {name: each.float() for name, each in less.items()})
    expected = vae.decode(z).mean.flatten(1)
    assert float((expected - whole).abs().max()) > TOLERANCE  # rounding is no small matter
    torch.testing.assert_close(decoded(content, z, folder), expected, atol=TOLERANCE, rtol=0)


def test_a_live_frame_decodes_as_in_pytorch_with_its_rounded_weights(
    get: Get, run: Run, tmp_path: Path
) -> None:
    vae = show(run, 3)
    assert_parity(get(f"/api/live/{run.id}/frame").content, vae, "float16", tmp_path)


@pytest.mark.parametrize("weights", ["float16", "int8"])
@pytest.mark.parametrize("network", ["mlp", "conv"])
def test_a_kept_state_decodes_as_in_pytorch_with_its_rounded_weights(
    get: Get, weights: Weights, network: str, tmp_path: Path
) -> None:
    run = run_with_model(runs_folder())
    sizes = {"network": network, "channels": (6, 8), "latent_dim": 5, "hidden": (40,)}
    path = run.model_path()
    assert path is not None
    vae = small_vae(7, **sizes)
    save_model(path, vae, TrainingRecord(dataset="digits", epochs=12))
    keep_snapshot(run, 3, vae, weights=weights)
    entry = find_model(f"run:{run.id}")
    assert entry is not None
    data = epochs_data(entry, "digits")
    assert data is not None
    [(epoch, digest)] = data["stops"]
    sent = get(f"/{data['at']}/{epoch}-{digest}.safetensors").content
    assert_parity(sent, vae, weights, tmp_path)


@torch.no_grad()
def test_a_shipped_state_decodes_as_in_pytorch_with_its_few_bits(get: Get, tmp_path: Path) -> None:
    entry = find_model("shipped:mnist-2d")
    assert entry is not None
    data = epochs_data(entry, "mnist-12k")
    assert data is not None
    assert len(data["stops"]) >= 12
    assert data["points"] is not None
    assert data["bits"] == 4
    epoch, digest = data["stops"][-1]
    vae = load_model(entry.source).vae
    kept = read_snapshot(list_snapshots(snapshots_folder(entry))[-1], vae.architecture)
    vae.load_state_dict(vae.state_dict() | read_checkpoint(kept.decoder).tensors)
    z = 2 * torch.randn(POINTS, 2, generator=_seeded())
    sent = get(f"/{data['at']}/{epoch}-{digest}.safetensors").content
    expected = vae.decode(z).mean.flatten(1)
    torch.testing.assert_close(decoded(sent, z, tmp_path), expected, atol=TOLERANCE, rtol=0)
