"""Model files: a faithful round trip, and one sentence for everything that is not a sound file."""

import io
import json
import struct
from pathlib import Path

import pytest
import torch

from vae_core.checkpoint import checkpoint_bytes, read_checkpoint
from vae_core.errors import AtlasError
from vae_core.models import (
    VAE,
    Architecture,
    TrainingRecord,
    decoder_bytes,
    load_model,
    model_bytes,
    save_model,
)

ARCHITECTURE = Architecture(image_shape=(1, 4, 3), latent_dim=2, hidden=(5,), activation="relu")


def _sound() -> bytes:
    return model_bytes(VAE(ARCHITECTURE), TrainingRecord(dataset="digits"))


def _document(**changes: object) -> dict[str, object]:
    architecture = ARCHITECTURE.model_dump(mode="json") | changes
    return {"format": 1, "architecture": architecture, "training": {}}


def _with_metadata(metadata: object) -> bytes:
    tensors = VAE(ARCHITECTURE).state_dict()
    return checkpoint_bytes(tensors, metadata)  # type: ignore[arg-type]


def _with_tensor(name: str, value: torch.Tensor | None) -> bytes:
    tensors = dict(VAE(ARCHITECTURE).state_dict())
    tensors.pop(name, None)
    if value is not None:
        tensors[name] = value
    return checkpoint_bytes(tensors, _document())


def _torch_save() -> bytes:
    buffer = io.BytesIO()
    torch.save(VAE(ARCHITECTURE).state_dict(), buffer)
    return buffer.getvalue()


def _header(text: bytes) -> bytes:
    return struct.pack("<Q", len(text)) + text


BAD_FILES = {
    "empty": (b"", "not a safetensors file"),
    "text": (b"hello, this is not a model at all", "not a safetensors file"),
    "png": (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "not a safetensors file"),
    "torch.save": (_torch_save(), "pickle"),
    "bare pickle": (b"\x80\x04\x95\x10\0\0\0\0\0\0\0.", "pickle"),
    "cut short": (_sound()[:-7], "damaged"),
    "cut in the header": (_sound()[:40], "cut short"),
    "endless header": (struct.pack("<Q", 2**62) + b"{}", "not a safetensors file"),
    "header not JSON": (_header(b"{oops}   "), "not a safetensors file"),
    "header of a thousand brackets": (_header(b'{"a":' + b"[" * 100_000), "not a safetensors"),
    "somebody else's safetensors": (_header(json.dumps({}).encode()), "not one of Latent Atlas"),
    "metadata not an object": (_with_metadata([1, 2]), "not one of Latent Atlas"),
    "no architecture": (_with_metadata({"format": 1}), "Architecture is missing"),
    "latent_dim of a million": (
        _with_metadata(_document(latent_dim=10**6)),
        "Latent dim cannot be 1",
    ),
    "unknown activation": (
        _with_metadata(_document(activation="gelu")),
        "give tanh or relu",
    ),
    "format of the future": (_with_metadata(_document() | {"format": 9}), "format 9"),
    "a shape that lies": (_with_metadata(_document(hidden=[16384, 16384])), "lacks"),
    "a width that lies": (_with_metadata(_document(hidden=[6])), "contradicts itself"),
    "a missing tensor": (_with_tensor("decoder.output.bias", None), "lacks decoder.output.bias"),
    "a tensor too many": (_with_tensor("evil", torch.zeros(3)), "holds evil"),
    "integers": (_with_tensor("encoder.mu.bias", torch.zeros(2, dtype=torch.int32)), "int32"),
    "NaN": (_with_tensor("encoder.mu.bias", torch.tensor([0.0, torch.nan])), "not finite"),
    "infinity": (_with_tensor("encoder.mu.bias", torch.tensor([0.0, torch.inf])), "not finite"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_gets_one_sentence_that_names_it(case: str, tmp_path: Path) -> None:
    content, expected = BAD_FILES[case]
    path = tmp_path / "bad.safetensors"
    path.write_bytes(content)
    for source in (path, content):
        with pytest.raises(AtlasError, match=expected) as caught:
            load_model(source, "bad.safetensors")
        sentence = str(caught.value)
        assert "bad.safetensors" in sentence
        assert "\n" not in sentence


def test_a_missing_file_and_a_folder_get_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(AtlasError, match="no file"):
        load_model(tmp_path / "absent.safetensors")
    with pytest.raises(AtlasError, match="folder"):
        load_model(tmp_path)


def test_a_model_comes_back_bit_for_bit_with_its_record(tmp_path: Path) -> None:
    vae = VAE(ARCHITECTURE)
    record = TrainingRecord(
        dataset="digits", samples=300, test={"elbo": -3.0, "rate": 1.0, "distortion": 2.0}
    )
    save_model(tmp_path / "m.safetensors", vae, record)
    saved = load_model(tmp_path / "m.safetensors")
    assert saved.training == record
    assert saved.vae.architecture == ARCHITECTURE
    for name, value in vae.state_dict().items():
        assert torch.equal(saved.vae.state_dict()[name], value)
    assert [path.name for path in tmp_path.iterdir()] == ["m.safetensors"]


def test_the_browsers_file_holds_the_decoder_alone() -> None:
    vae = VAE(ARCHITECTURE)
    found = read_checkpoint(decoder_bytes(vae), "decoder")
    assert found.metadata["architecture"] == ARCHITECTURE.model_dump(mode="json")
    assert set(found.tensors) == {n for n in vae.state_dict() if n.startswith("decoder.")}


def test_how_wide_the_pixels_are_is_in_the_browsers_file_only_when_asked_for() -> None:
    vae = VAE(ARCHITECTURE.model_copy(update={"likelihood": "gaussian"}))
    names = {n for n in vae.state_dict() if n.startswith("decoder.")}
    without = set(read_checkpoint(decoder_bytes(vae), "decoder").tensors)
    assert names - without == {"decoder.logvar.weight", "decoder.logvar.bias"}
    assert set(read_checkpoint(decoder_bytes(vae, widths=True), "decoder").tensors) == names
