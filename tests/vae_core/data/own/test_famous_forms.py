"""Collections and exports as they are published: their tables, their levels, their conventions."""

import importlib
import io
import json
import struct
from pathlib import Path

import numpy as np
import pytest

from tests.vae_core.data.own.makers import Files, imported, kinds_by_file, laid_out, pictures, png
from vae_core.data import Dataset
from vae_core.data.own import survey

KINDS = ("n01443537", "n01629819")


def lines(*texts: str) -> bytes:
    return ("\n".join(texts) + "\n").encode()


def columns(data: Dataset) -> dict[str, tuple[str, ...]]:
    return {column.name: column.class_names for column in data.label_columns}


def matlab(**arrays: object) -> bytes:
    stream = io.BytesIO()
    importlib.import_module("scipy.io").savemat(stream, arrays, do_compression=True)
    return stream.getvalue()


def test_tiny_imagenet_has_its_validated_classes_in_a_table(tmp_path: Path) -> None:
    files: dict[str, bytes] = {}
    for kind in KINDS:
        files |= pictures(8, f"train/{kind}/images/{kind}_")
    files |= pictures(6, "val/images/val_") | pictures(4, "test/images/test_")
    rows = [f"val_{k}.png\t{KINDS[k % 2]}\t0\t32\t44\t62" for k in range(6)]
    folder = laid_out(tmp_path / "tiny", files | {"val/val_annotations.txt": lines(*rows)})
    data = imported(folder, tmp_path)
    kinds = kinds_by_file(data)
    assert [kinds[f"val/images/val_{k}.png"] for k in range(6)] == [*KINDS] * 3
    assert kinds["test/images/test_0.png"] == "no label"
    assert list(columns(data)) == ["folder"]
    assert any("6 pictures are those of" in note for note in survey(folder).notes)


def celeba() -> Files:
    names = [f"{k:06d}.jpg" for k in range(1, 31)]
    attributes = [
        f"{n}  {-1 if k % 2 else 1:2d} {-1 if k % 3 else 1:2d}" for k, n in enumerate(names)
    ]
    parts = [f"{name} {(k >= 20) + (k >= 25)}" for k, name in enumerate(names)]
    faces = {f"img_align_celeba/{name}": png(8 * k) for k, name in enumerate(names)}
    return faces | {
        "list_attr_celeba.txt": lines("30", "Male Smiling ", *attributes),
        "list_eval_partition.txt": lines(*parts),
    }


def test_celeba_is_read_with_its_attributes_and_its_parts(tmp_path: Path) -> None:
    folder = laid_out(tmp_path / "celeba", celeba())
    found = survey(folder)
    assert found.parts == {"train": 20, "valid": 5, "test": 5}
    assert found.labels == {"Male": {"-1": 15, "1": 15}, "Smiling": {"-1": 20, "1": 10}}


def test_a_column_of_a_table_divides_as_folders_do(tmp_path: Path) -> None:
    rows = [f"{k}.png,{'ab'[k % 2]},{'test' if k % 5 == 0 else 'train'}" for k in range(20)]
    files = pictures(21) | {"labels.csv": lines("file,kind,split", *rows)}
    found = survey(laid_out(tmp_path / "x", files))
    assert found.parts == {"train": 17, "test": 4}
    assert list(found.labels) == ["kind"]
    said = "Train and test are those of “split” in labels.csv; 1 picture not in it, to train on."
    assert said in found.notes


def task(k: int, address: str, value: dict[str, object]) -> dict[str, object]:
    result = [{"from_name": "choice", "to_name": "image", "type": "choices", "value": value}]
    return {"id": k, "annotations": [{"result": result}], "data": {"image": address}}


ADDRESSES = {
    "an upload": "/data/upload/1/0a1b2c3d-my photo {}.png",
    "its own machine": "/data/local-files/?d=images/my%20photo%20{}.png",
    "a bucket": "s3://bucket/images/my photo {}.png?signed=1",
}


@pytest.mark.parametrize("where", ADDRESSES)
def test_a_task_of_label_studio_tells_the_choice_of_its_picture(where: str, tmp_path: Path) -> None:
    tasks = [
        task(k, ADDRESSES[where].format(k), {"choices": [["Cat", "Dog"][k % 2]]}) for k in range(20)
    ]
    files = pictures(20, "images/my photo ") | {"project.json": json.dumps(tasks).encode()}
    found = survey(laid_out(tmp_path / "x", files))
    assert found.labels == {"choice": {"Cat": 10, "Dog": 10}}


def test_the_boxes_in_a_picture_are_its_class_together(tmp_path: Path) -> None:
    boxes = [
        {"image_id": k, "category_id": kind, "bbox": [0, 0, 4, 4]}
        for k in range(20)
        for kind in ([1, 2], [2], [2, 2])[k % 3]
    ]
    export = {
        "images": [{"id": k, "file_name": f"{k}.png"} for k in range(20)],
        "annotations": boxes,
        "categories": [{"id": 1, "name": "bus"}, {"id": 2, "name": "car"}],
    }
    files = pictures(20) | {"_annotations.coco.json": json.dumps(export).encode()}
    found = survey(laid_out(tmp_path / "x", files))
    assert found.labels == {"category": {"bus, car": 7, "car": 13}}


def test_tables_of_each_part_are_told_of_in_one_sentence(tmp_path: Path) -> None:
    files: dict[str, bytes] = {}
    for part, count in (("train", 24), ("valid", 6)):
        rows = [f"{k}.png,{'ab'[k % 2]}" for k in range(count)]
        files |= pictures(count, f"{part}/")
        files[f"{part}/_annotations.csv"] = lines("filename,class", *rows, "0.png,b")
    notes = survey(laid_out(tmp_path / "x", files)).notes
    assert notes == (
        "The classes are those of “class” in train/_annotations.csv and valid/_annotations.csv; "
        "2 pictures of several classes, so without a label.",
    )


def test_omniglot_has_alphabets_and_their_characters(tmp_path: Path) -> None:
    files: dict[str, bytes] = {}
    for place in ("images_background/Greek", "images_background/Latin", "images_evaluation/Ge_ez"):
        for k in (1, 2):
            files |= pictures(3, f"{place}/character{k:02d}/")
    folder = laid_out(tmp_path / "omniglot", files)
    assert survey(folder).parts == {"train": 12, "test": 6}
    data = imported(folder, tmp_path, label="subfolder")
    assert data.class_names[:2] == ("Ge_ez/character01", "Ge_ez/character02")
    assert columns(data)["folder"] == ("Ge_ez", "Greek", "Latin")


def emnist(count: int) -> dict[str, np.ndarray]:
    images = np.zeros((count, 28, 28), np.uint8)
    images[:, 3, :20] = 255 - np.arange(count)[:, None]  # a bar that lies
    # As the authors wrote them: column after column.
    return {
        "images": images.swapaxes(1, 2).reshape(count, 784),
        "labels": (np.arange(count) % 3).reshape(-1, 1),
        "writers": (np.arange(count) % 5).reshape(-1, 1).astype(float),
    }


def test_emnist_lies_in_a_struct_and_is_turned_upright(tmp_path: Path) -> None:
    mapping = np.array([[0, 65, 97], [1, 66, 98], [2, 67, 99]], np.uint8)
    content = {"train": emnist(30), "test": emnist(12), "mapping": mapping}
    file = tmp_path / "emnist-letters.mat"
    file.write_bytes(matlab(dataset=content))
    found = survey(file)
    assert found.parts == {"train": 30, "test": 12}
    assert found.labels["labels"] == {"Aa": 14, "Bb": 14, "Cc": 14}
    assert list(found.labels) == ["labels", "writers"]
    assert any("turned upright" in note for note in found.notes)
    bars = imported(file, tmp_path).images[0, 0] > 0
    assert bars[3, :20].all()
    assert bars.sum() == 20


def test_the_ten_of_svhn_is_a_zero_and_that_of_other_files_is_none(tmp_path: Path) -> None:
    arrays = {
        "X": np.random.RandomState(0).randint(0, 256, (32, 32, 3, 40)).astype(np.uint8),
        "y": (np.arange(40) % 10 + 1).reshape(-1, 1).astype(np.uint8),
    }
    for name, last in (("train_32x32.mat", "9"), ("mine.mat", "10")):
        (tmp_path / name).write_bytes(matlab(**arrays))
        found = survey(tmp_path / name)
        assert list(found.labels["y"])[-1] == last
        assert any("SVHN" in note for note in found.notes) == (last == "9")


def norb(kind: int, array: np.ndarray) -> bytes:
    sizes = [*array.shape, *[1] * (3 - array.ndim)]
    return struct.pack(f"<II{len(sizes)}I", kind, array.ndim, *sizes) + array.tobytes()


def test_norb_is_read_from_its_own_format(tmp_path: Path) -> None:
    pairs = np.random.RandomState(0).randint(0, 256, (10, 2, 96, 96)).astype(np.uint8)
    files: dict[str, bytes] = {}
    for part, own in (("training", pairs), ("testing", pairs[::-1].copy())):
        stem = f"smallnorb-5x46789x9x18x6x2x96x96-{part}"
        files[f"{stem}-dat.mat"] = norb(0x1E3D4C55, own)
        files[f"{stem}-cat.mat"] = norb(0x1E3D4C54, np.arange(10, dtype="<i4") % 5)
        files[f"{stem}-info.mat"] = norb(0x1E3D4C54, np.arange(40, dtype="<i4").reshape(10, 4) % 3)
    folder = laid_out(tmp_path / "norb", files)
    found = survey(folder)
    assert found.parts == {"train": 10, "test": 10}
    assert list(found.labels["category"]) == ["airplane", "animal", "car", "human", "truck"]
    assert {"elevation", "azimuth", "lighting"} <= set(found.labels)
    data = imported(folder, tmp_path, size=(96, 96))
    np.testing.assert_array_equal(data.images[10:, 0], pairs[:, 0])
