"""What reads models and snapshots."""

import json
from functools import cache
from pathlib import Path

import torch

from tests.fuzz.commands import told
from tests.fuzz.parser import Parser
from tests.onnx_graphs import SHAPE, linear
from vae_core.checkpoint import read_checkpoint
from vae_core.evaluation import Classifier, OnnxGraph, read_classifier
from vae_core.evaluation.classifier import Lessons, network_for
from vae_core.models import VAE, Architecture, TrainingRecord, load_model, model_bytes
from vae_core.models.files import decoder_bytes
from vae_core.runs.snapshots import (
    Snapshot,
    SnapshotRecord,
    read_snapshot,
    snapshot_bytes,
    snapshot_record,
)

_TINY = Architecture(image_shape=(1, 4, 4), latent_dim=2, hidden=(3,))


@cache
def _model() -> VAE:
    torch.manual_seed(0)
    return VAE(_TINY)


def _plain_mlp() -> bytes:
    from safetensors.torch import save

    names = {"fc1": (3, 16), "fc21": (2, 3), "fc22": (2, 3), "fc3": (3, 2), "fc4": (16, 3)}
    tensors = {}
    for name, (out, into) in names.items():
        tensors[f"{name}.weight"], tensors[f"{name}.bias"] = torch.ones(out, into), torch.ones(out)
    return save(tensors)


def _snapshot() -> bytes:
    record = SnapshotRecord(step=3, dataset="digits", images=9, weights="float16")
    return snapshot_bytes(_model(), torch.zeros(2, 1, 4, 4, dtype=torch.uint8), record)


def _read_snapshot(content: bytes, folder: Path) -> object:
    """Its header alone, as the list of stops reads it, then all of it."""
    path = folder / "epoch-1.safetensors"
    path.write_bytes(content)
    snapshot_record(path)
    return read_snapshot(Snapshot(1, path), _TINY)


def _metadata() -> bytes:
    found = read_checkpoint(model_bytes(_model(), TrainingRecord(dataset="digits", seed=3)))
    return json.dumps(found.metadata).encode()


def _described(content: bytes, folder: Path) -> object:
    """A model file whose description is `content`."""
    from safetensors.torch import save

    state = {key: value.contiguous() for key, value in _model().state_dict().items()}
    text = content.decode("utf-8", "replace")
    return load_model(save(state, metadata={"latent_atlas": text}), "model").vae


def _converted(content: bytes, folder: Path) -> object:
    (folder / "weights.safetensors").write_bytes(content)
    asked = ["convert", str(folder / "weights.safetensors"), str(folder / "out.safetensors")]
    return told([*asked, "--size", "4x4"])


def _classifier() -> bytes:
    network = network_for(_TINY.image_shape, 2)
    for each in network.parameters():
        torch.nn.init.zeros_(each)
    lessons = Lessons(
        dataset="digits",
        column="class",
        classes=("a", "b"),
        split="train",
        images=9,
        digest="0" * 64,
        image_shape=_TINY.image_shape,
        seed=0,
        held_out_split="test",
        held_out=4,
        right=3,
        commonest=2,
    )
    return Classifier(network, lessons).content


PARSERS = [
    Parser(
        "classifier",
        lambda: [_classifier()],
        lambda content, folder: read_classifier(content, "classifier").lessons,
    ),
    Parser(
        "onnx-classifier", lambda: [linear()], lambda content, folder: OnnxGraph(content, SHAPE)
    ),
    Parser(
        "model",
        lambda: [model_bytes(_model(), TrainingRecord(dataset="digits"))],
        lambda content, folder: load_model(content, "model").vae,
    ),
    Parser("model-description", lambda: [_metadata()], _described, is_json=True),
    Parser("snapshot", lambda: [decoder_bytes(_model()), _snapshot()], _read_snapshot),
    Parser("plain-mlp", lambda: [_plain_mlp()], _converted),
]
