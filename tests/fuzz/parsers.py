"""Everything that reads what comes from elsewhere, with sound examples to change.

Whoever adds a parser of foreign bytes or text adds it here.
"""

import base64
import contextlib
import gzip
import io
import json
import struct
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from PIL import Image

from latent_atlas.cli.main import main
from latent_atlas.reproduce.cells import Answer
from latent_atlas.reproduce.figure import read_figure
from latent_atlas.reproduce.race import Course, read_race
from latent_atlas.reproduce.race.entries import entries
from latent_atlas.reproduce.race.record import Begun, Ended, Point
from latent_atlas.ui.border import refusal, rules_of
from latent_atlas.ui.data.upload_routes import announced_in, check_size
from latent_atlas.ui.draw import sheet_from
from latent_atlas.ui.latent_plane.images import asked_points
from latent_atlas.ui.latent_plane.paths import asked_leg
from latent_atlas.ui.latent_plane.projections import asked_base, asked_projection
from latent_atlas.ui.latent_plane.view import view_from
from latent_atlas.ui.owners import owners_of
from latent_atlas.ui.proxies import HEADER, PROXIES, proxy_rules, user_named
from tests.fuzz.parser import Parser, as_file, as_text
from tests.fuzz.tables import TABLES
from tests.latent_atlas.reports.figure_documents import curves_panel, images_panel
from tests.latent_atlas.reports.figure_documents import document as figure_document
from tests.vae_core.data.files import python_2_pickle, write_matlab
from tests.vae_core.data.own.makers import encoded, npy, npz, photograph, png, zipped
from vae_core.checkpoint import read_checkpoint
from vae_core.data.idx import read_idx
from vae_core.data.matlab import read_matrix
from vae_core.data.own import (
    Limits,
    import_images,
    look,
    one_image,
    own_datasets,
    survey,
)
from vae_core.data.own.label_tables import table_of
from vae_core.data.own.object_strings import strings_in
from vae_core.data.own.store import load
from vae_core.data.pickled_bytes import bytes_in_pickle
from vae_core.models import VAE, Architecture, TrainingRecord, load_model, model_bytes
from vae_core.models.files import decoder_bytes
from vae_core.runs import RunConfig
from vae_core.runs.commands import take_commands
from vae_core.runs.config import RunDocument
from vae_core.runs.environment import this_environment
from vae_core.runs.log_reader import read_events
from vae_core.runs.snapshots import (
    Snapshot,
    SnapshotRecord,
    read_snapshot,
    snapshot_bytes,
    snapshot_record,
)
from vae_core.runs.status import RunStatus

_SMALL = Limits(unpacked_bytes=64 << 20, seconds=20)
_PICTURES = {f"{c}/{k}.png": png(40 + 30 * k + 9 * len(c)) for c in ("a", "bb") for k in range(4)}
_ARRAY = np.arange(6 * 8 * 8).reshape(6, 8, 8).astype(np.uint8)
_TINY = Architecture(image_shape=(1, 4, 4), latent_dim=2, hidden=(3,))


def _looked_into(name: str) -> Callable[[bytes, Path], object]:
    def read(content: bytes, folder: Path) -> object:
        found = survey((name, content), limits=_SMALL)
        seen = look((name, content), found.proposal, found.samples, limits=_SMALL)
        with contextlib.suppress(OSError):
            import_images((name, content), folder=folder / "own", limits=_SMALL)
        return seen

    return read


def _tar() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, data in _PICTURES.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return stream.getvalue()


def _idx(array: np.ndarray) -> bytes:
    return struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def _norb() -> bytes:
    sizes = struct.pack("<II4I", 0x1E3D4C55, 4, 6, 2, 8, 8)
    return sizes + np.stack([_ARRAY, _ARRAY], 1).astype(np.uint8).tobytes()


def _tasks() -> bytes:
    """An export of Label Studio's."""
    result = {"from_name": "kind", "value": {"choices": ["a"]}}
    return json.dumps(
        [{"data": {"image": f"{k}.png"}, "annotations": [{"result": [result]}]} for k in range(9)]
    ).encode()


def _matlab(**arrays: Any) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        write_matlab(Path(folder, "x.mat"), False, **arrays)
        return Path(folder, "x.mat").read_bytes()


def _pixels() -> bytes:
    rows = [",".join(map(str, [k % 2, *image.ravel()])) for k, image in enumerate(_ARRAY)]
    return "\n".join(["label," + ",".join(f"p{k}" for k in range(64)), *rows]).encode()


def _table() -> bytes:
    return b"file,label\n" + b"".join(f"{k}.png,{k % 3}\n".encode() for k in range(9))


def _other_labels() -> bytes:
    """A second label of each picture."""
    lines = [f"{name},{'fm'[k % 2]}" for k, name in enumerate(_PICTURES)]
    return "\n".join(["file,sex", *lines]).encode()


def _objects() -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.array(["cat", "dog", None] * 2, dtype=object), allow_pickle=True)
    return stream.getvalue()


def _pictures_of_all_kinds() -> list[bytes]:
    picture = photograph(1, (24, 20))
    kinds = ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM", "JPEG2000", "AVIF"]
    Image.init()
    return [
        *(encoded(picture, kind) for kind in kinds if kind in Image.SAVE),
        encoded(picture.convert("L"), "TIFF", compression="tiff_lzw"),
        encoded(picture.convert("P"), "PNG", transparency=3),
        encoded(picture.convert("RGBA"), "PNG", icc_profile=b"x" * 4000),
    ]


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
    return _told([*asked, "--size", "4x4"])


def _told(words: list[str]) -> str:
    """What the command prints; a refusal ends it with 2 or 1 and a sentence, nothing else does."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(words)
        except SystemExit as end:
            code = cast(int, end.code)
    assert code in (0, 1, 2), f"{words} ended with {code}"
    assert "Traceback" not in err.getvalue()
    return out.getvalue() + err.getvalue()


def _status() -> bytes:
    status = RunStatus(
        state="finished", total_steps=10, total_samples=1000, samples=900, seconds=3.0, step=9,
        epochs=2, epoch=1.8, created=1.7e9, queued=1.7e9, updated=1.7e9, reason="It is so.",
        test={"elbo": -100.0}, test_half_widths={"elbo": 1.5}, images_per_second=1000.0,
    )  # fmt: skip
    return status.model_dump_json().encode()


def _config() -> bytes:
    document = RunDocument(
        config=RunConfig(dataset="digits", name="mine", data_dir="/nowhere"),
        environment=this_environment(1),
    )
    return document.model_dump_json().encode()


_EVENTS = [
    {"event": "standards", "untrained": -500.0, "mean_image": -200.0},
    {
        "event": "metrics", "step": 5, "samples": 500, "epoch": 1.0, "seconds": 2.0,
        "train": {"elbo": -150.0, "rate": 3.0, "distortion": 147.0}, "test": {"elbo": -151.0},
        "train_half_widths": {"elbo": 1.0}, "vectors": {"rate_per_dim": [1.0, 2.0]},
        "gradient_norm": 1.0, "learning_rate": 0.001, "images_per_second": 900.0,
    },
    {"event": "change", "step": 5, "learning_rate": 0.01},
    {"event": "resume", "step": 5, "note": "so"},
]  # fmt: skip


def _events() -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in _EVENTS)


def _in_a_run(file: str) -> Callable[[bytes, Path], object]:
    """The list of runs where one has this as its `file`; a sound one beside it has to be in it."""

    def read(content: bytes, folder: Path) -> object:
        runs = folder / "runs"
        for name in ("sound", "odd"):
            (runs / name).mkdir(parents=True, exist_ok=True)
            (runs / name / "status.json").write_bytes(_status())
            (runs / name / "config.json").write_bytes(_config())
            (runs / name / "metrics.jsonl").write_bytes(_events())
        (runs / "odd" / file).write_bytes(content)
        listed = _told(["runs", "--runs-dir", str(runs)])
        assert "sound" in listed, listed
        as_json = json.loads(_told(["runs", "--json", "--runs-dir", str(runs)]).split("\n")[0])
        assert "sound" in [each["run"] for each in as_json]
        return read_events(runs / "odd" / "metrics.jsonl")

    return read


def _race() -> bytes:
    point = Point(racer="aevb", samples=2_000, seconds=1.5, log_p=-120.5, half_width=1.0)
    lines = [Begun(course=Course(), entries=entries()), point, Ended(state="finished")]
    return b"".join(each.model_dump_json().encode() + b"\n" for each in lines)


def _raced(content: bytes, folder: Path) -> object:
    (folder / "race.jsonl").write_bytes(content)
    return read_race(folder)


def _command(content: bytes, folder: Path) -> object:
    (folder / "commands").mkdir()
    (folder / "commands" / "1.json").write_bytes(content)
    return take_commands(folder / "commands")


@cache
def _kept() -> tuple[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        files = _PICTURES | {"people.csv": _other_labels()}
        about = import_images(("kept.zip", zipped(files)), folder=Path(folder)).about
        return about.file.name, about.file.read_bytes()


def _found_again(content: bytes, folder: Path) -> object:
    """The own data of a folder where one file is this; a sound one beside it has to be there."""
    file, sound = _kept()
    other = f"{'0' * 64}.npz"
    (folder / other).write_bytes(sound)
    (folder / file).write_bytes(content)
    listed = _told(["data", "--data-dir", str(folder)])
    assert "own-0000000000000000" in listed
    return [load(each.name, folder) for each in own_datasets(folder) if each.file.parent == folder]


def _inside(name: str) -> bytes:
    """An array of the kept file that holds JSON."""
    with np.load(io.BytesIO(_kept()[1])) as content:
        return cast(bytes, content[name].tobytes())


def _kept_with(name: str) -> Callable[[bytes, Path], object]:
    def reading(content: bytes, folder: Path) -> object:
        with np.load(io.BytesIO(_kept()[1])) as arrays:
            changed = {**arrays, name: np.frombuffer(content, np.uint8)}
        return _found_again(npz(**changed), folder)

    return reading


def _owners(content: bytes, folder: Path) -> object:
    (folder / "owners.json").write_bytes(content)
    return owners_of(folder)


def _request(content: bytes, folder: Path) -> object:
    lines = [line.partition(b": ") for line in content.split(b"\r\n") if line]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/_stcore/upload_file",
        "headers": [(name.lower(), value) for name, _, value in lines],
    }
    return refusal(scope, rules_of({}))


_HEADERS = (
    b"Host: 127.0.0.1:8501\r\nOrigin: http://127.0.0.1:8501\r\nSec-Fetch-Site: same-origin",
    b"Host: [::1]:8501\r\nOrigin: null",
    b"Host: localhost",
)


def _view(text: str) -> object:
    return view_from(dict(part.partition("=")[::2] for part in text.split("&")))


def _viewed(content: bytes, folder: Path) -> object:
    try:
        told: Any = json.loads(content)
    except (ValueError, RecursionError):
        return None  # Streamlit reads it, and hands on what it could read
    sheet_from_ = sheet_from(told.get("picture")) if isinstance(told, dict) else None
    return view_from(told) if isinstance(told, dict) else sheet_from_


_SEEN = {
    "z": [0.5, -1], "layers": "both", "axis": "cdf", "zoom": 3, "at": [0, 0], "hide": [1, 2],
    "a": [0, 0, 1, 0, 1, 1], "along": 0.5, "epoch": 3, "dims": [0, 1], "base": [0, 1, 2],
    "path": [0, 0, 1, 1], "way": "line", "guides": True,
}  # fmt: skip

_QUERY = (
    b"z=0.5,-1&layers=both&axis=cdf&zoom=3&at=0,0&hide=1,2&a=0,0,1,0,1,1&along=0.5&epoch=3",
    b"dims=1,2&base=0,1,2&path=0,0,1,1&way=geodesic&background=support&guides=on",
)

PARSERS = [
    Parser("npy", lambda: [npy(_ARRAY), npy(_ARRAY / 255.0)], _looked_into("x.npy")),
    Parser("npz", lambda: [npz(x=_ARRAY, y=np.arange(6) % 2)], _looked_into("x.npz")),
    Parser(
        "npy-within-npz",
        lambda: [npy(_ARRAY), npy(np.arange(6)), npy(np.eye(6))],
        lambda content, folder: _looked_into("x.npz")(
            zipped({"x.npy": npy(_ARRAY), "y.npy": content}), folder
        ),
    ),
    Parser(
        "objects",
        lambda: [_objects()],
        lambda content, folder: _looked_into("x.npz")(
            zipped({"x.npy": npy(_ARRAY), "y.npy": content}), folder
        ),
    ),
    Parser(
        "object-strings",
        lambda: [_objects()[128:]],
        lambda content, folder: strings_in(content, 6),
    ),
    Parser("zip", lambda: [zipped(_PICTURES)], _looked_into("x.zip")),
    Parser("stored-zip", lambda: [zipped(_PICTURES, zipfile.ZIP_STORED)], _looked_into("x.zip")),
    Parser("tar", lambda: [_tar(), gzip.decompress(_tar())], _looked_into("x.tar.gz")),
    Parser("idx", lambda: [_idx(_ARRAY)], _looked_into("train-images-idx3-ubyte")),
    Parser(
        "idx-within-gzip",
        lambda: [_idx(_ARRAY)],
        lambda content, folder: _looked_into("x-idx3-ubyte.gz")(gzip.compress(content), folder),
    ),
    Parser(
        "matlab",
        lambda: [
            _matlab(x=_ARRAY, y=np.arange(6), s=np.array("a")),
            _matlab(dataset={"train": {"images": _ARRAY, "labels": np.arange(6)}}),
        ],
        _looked_into("x.mat"),
    ),
    Parser("norb", lambda: [_norb()], _looked_into("x-dat.mat")),
    Parser("pixels", lambda: [_pixels()], _looked_into("x.csv")),
    *(Parser(each.name, each.examples, _looked_into(each.file)) for each in TABLES),
    Parser(
        "label-table",
        lambda: [_table()],
        lambda content, folder: table_of(content, "t.csv", [f"{k}.png" for k in range(9)]),
    ),
    Parser(
        "picture",
        _pictures_of_all_kinds,
        lambda content, folder: one_image("p.png", content, (1, 8, 8), "any"),
    ),
    Parser("kept-data", lambda: [_kept()[1]], _found_again),
    Parser("kept-about", lambda: [_inside("about")], _kept_with("about"), is_json=True),
    Parser(
        "kept-labels", lambda: [_inside("other_names")], _kept_with("other_names"), is_json=True
    ),
    Parser(
        "idx-of-mnist",
        lambda: [_idx(_ARRAY)],
        as_file(lambda file: read_idx(file, 3, "Remedy.")),
    ),
    Parser(
        "matrix",
        lambda: [_matlab(ff=_ARRAY[0])],
        as_file(lambda file: read_matrix(file, "ff", (8, 8), "Remedy.")),
    ),
    Parser(
        "pickled-bytes",
        lambda: [python_2_pickle(_ARRAY.tobytes())],
        as_file(lambda file: bytes_in_pickle(file, _ARRAY.size, "Remedy.")),
    ),
    Parser(
        "model",
        lambda: [model_bytes(_model(), TrainingRecord(dataset="digits"))],
        lambda content, folder: load_model(content, "model").vae,
    ),
    Parser("model-description", lambda: [_metadata()], _described, is_json=True),
    Parser("snapshot", lambda: [decoder_bytes(_model()), _snapshot()], _read_snapshot),
    Parser("plain-mlp", lambda: [_plain_mlp()], _converted),
    Parser("status", lambda: [_status()], _in_a_run("status.json"), is_json=True),
    Parser("status-bytes", lambda: [_status()], _in_a_run("status.json")),
    Parser("config", lambda: [_config()], _in_a_run("config.json"), is_json=True),
    Parser("config-bytes", lambda: [_config()], _in_a_run("config.json")),
    Parser("events", lambda: [_events()], _in_a_run("metrics.jsonl")),
    Parser("command", lambda: [b'{"command": "change", "beta": 2.0}'], _command, is_json=True),
    Parser(
        "answer",
        lambda: [json.dumps({"question": {}, "result": [], "environment": {}}).encode()],
        lambda content, folder: _or_invalid(Answer, content),
        is_json=True,
    ),
    Parser(
        "label-table-of-json",
        lambda: [
            json.dumps([{"file": f"{k}.png", "label": k % 3} for k in range(9)]).encode(),
            _tasks(),
        ],
        lambda content, folder: table_of(content, "t.json", [f"{k}.png" for k in range(9)]),
        is_json=True,
    ),
    Parser("race", lambda: [_race()], _raced),
    Parser(
        "figure",
        lambda: [figure_document(curves_panel(), images_panel()).json_text().encode()],
        as_file(read_figure),
        is_json=True,
    ),
    Parser("headers", lambda: _HEADERS, _request),
    Parser(
        "hosts",
        lambda: [b"atlas.example.org,10.0.0.1:80"],
        as_text(lambda text: rules_of({"LATENT_ATLAS_HOSTS": text})),
    ),
    Parser(
        "origins",
        lambda: [b"https://hub.example.org:8000,http://10.0.0.1:80"],
        as_text(lambda text: rules_of({"LATENT_ATLAS_ORIGINS": text})),
    ),
    Parser(
        "proxies",
        lambda: [b"127.0.0.1,10.0.0.0/8,::1"],
        as_text(lambda text: proxy_rules({HEADER: "X-Forwarded-User", PROXIES: text})),
    ),
    Parser(
        "user",
        lambda: [b"ana@example.org", "José".encode()],
        lambda content, folder: user_named([content.decode("latin-1")]),
    ),
    Parser("owners", lambda: [b'[{"kind": "user", "name": "ana"}]'], _owners, is_json=True),
    Parser("owners-bytes", lambda: [b'[{"kind": "user", "name": "ana"}]'], _owners),
    Parser("points", lambda: [b"3,14,15"], as_text(asked_points)),
    Parser("leg", lambda: [b"0.5,-1,2,0"], as_text(asked_leg)),
    Parser("base", lambda: [b"0,1,2,0.5"], as_text(lambda text: asked_base(text, 4))),
    Parser(
        "projection",
        lambda: [b"axes", b"axes-1-3", b"pca"],
        as_text(lambda t: asked_projection(t, 4)),
    ),
    Parser("view-of-an-address", lambda: _QUERY, as_text(_view)),
    Parser("view-of-a-component", lambda: [json.dumps(_SEEN).encode()], _viewed, is_json=True),
    Parser(
        "upload",
        lambda: [b'{"name": "a.zip", "bytes": 1200, "packed": true, "files": 12}'],
        lambda content, folder: check_size(announced_in(content), _SMALL),
        is_json=True,
    ),
    Parser(
        "sheet",
        lambda: [b"data:image/png;base64," + base64.b64encode(png())],
        as_text(lambda text: sheet_from({"png": text, "kind": "pasted"})),
    ),
    Parser(
        "command-line",
        lambda: [b"train digits --latent-dim 2 --epochs 1 --hidden 3,4 --beta 1 --nonsense"],
        as_text(
            lambda text: _told(
                [w.replace("\0", "") for w in text.split()][:9] + ["--runs-dir", "/dev/null/x"]
            )
        ),
    ),
]


def _or_invalid(kind: Any, content: bytes) -> object:
    from pydantic import ValidationError

    try:
        return kind.model_validate_json(content)
    except ValidationError:
        return None
