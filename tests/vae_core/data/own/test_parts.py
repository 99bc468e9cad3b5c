"""A source's own split is kept, wherever it is written; classes are found below it."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from tests.vae_core.data.own.makers import imported, npy, npz, png, tarred, zipped
from vae_core.data.own import import_images
from vae_core.data.own.folder_classes import classes_in_names, places
from vae_core.data.own.parts import part_of

X = np.random.RandomState(0).randint(0, 256, (60, 8, 8)).astype(np.uint8)
Y = np.arange(60) % 3


@pytest.mark.parametrize(
    ("name", "part"),
    [
        *(
            (name, "train")
            for name in ("train", "Train", "training", "x_train", "xtrain", "X_TRAIN")
        ),
        *(
            (name, "train")
            for name in ("train_images", "trainImages", "seg_train", "images_background")
        ),
        *(
            (name, "test")
            for name in ("test", "Testing", "x_test", "test-images", "images_evaluation")
        ),
        *((name, "valid") for name in ("val", "valid", "validation", "dev", "val_labels")),
        *(
            (name, None)
            for name in ("images", "cats", "attest", "train_test", "latest", "texture", "")
        ),
    ],
)
def test_a_name_tells_the_part(name: str, part: str | None) -> None:
    assert part_of(name) == part


ARRAYS = {
    "keras": {"x_train": X[:40], "y_train": Y[:40], "x_test": X[40:], "y_test": Y[40:]},
    "medmnist": {
        "train_images": X[:30],
        "train_labels": Y[:30, None],
        "val_images": X[30:40],
        "val_labels": Y[30:40, None],
        "test_images": X[40:],
        "test_labels": Y[40:, None],
    },
    "written together": {"Xtrain": X[:40], "Ytrain": Y[:40], "Xtest": X[40:], "Ytest": Y[40:]},
    "labels first": {
        "labels_train": Y[:40],
        "images_train": X[:40],
        "images_test": X[40:],
        "labels_test": Y[40:],
    },
}


@pytest.mark.parametrize("name", ARRAYS)
def test_the_parts_of_arrays_are_kept_with_their_labels(name: str, tmp_path: Path) -> None:
    data = imported(("a.npz", npz(**ARRAYS[name])), tmp_path)
    counts = {split: len(index) for split, index in data.splits.items()}
    assert counts["test"] == 20
    assert sum(counts.values()) == 60
    test = data.split("test")
    assert np.array_equal(test.images[:, 0].numpy(), X[40:])
    assert test.labels is not None
    assert test.labels.tolist() == Y[40:].tolist()


def test_a_new_division_is_one_option_away(tmp_path: Path) -> None:
    source = ("a.npz", npz(**ARRAYS["keras"]))
    kept, new = (imported(source, tmp_path, own_parts=own) for own in (True, False))
    assert len(kept.splits["test"]) == 20
    assert len(new.splits["test"]) == 6
    assert kept.name != new.name


def folders(*patterns: str, count: int = 4) -> dict[str, bytes]:
    """Pictures under each pattern, all different."""
    names = [f"{pattern}/{i}.png" for pattern in patterns for i in range(count)]
    return {name: png(place % 250, (8, 8 + place // 250)) for place, name in enumerate(names)}


FOLDERS = {
    "train and test": (("train/a", "train/b", "test/a", "test/b"), {"train": 8, "test": 8}, "ab"),
    "capitals": (("Train/a", "Train/b", "Test/a", "Test/b"), {"train": 8, "test": 8}, "ab"),
    "three": (
        ("train/a", "train/b", "valid/a", "valid/b", "test/a", "test/b"),
        {"train": 8, "valid": 8, "test": 8},
        "ab",
    ),
    "wrapped": (
        ("d/seg_train/seg_train/a", "d/seg_train/seg_train/b", "d/seg_test/seg_test/a"),
        {"train": 8, "test": 4},
        "ab",
    ),
    "below the classes": (
        ("a/train", "a/test", "b/train", "b/test"),
        {"train": 8, "test": 8},
        "ab",
    ),
    "dev for valid": (("train/a", "train/b", "dev/a", "dev/b"), {"train": 8, "valid": 8}, "ab"),
    "subjects above": (
        ("train/s1/a", "train/s1/b", "train/s2/a", "test/s3/a", "test/s3/b"),
        {"train": 12, "test": 8},
        "ab",
    ),
}


@pytest.mark.parametrize("name", FOLDERS)
def test_the_parts_of_folders_are_kept_and_classes_found_below(name: str, tmp_path: Path) -> None:
    patterns, counts, kinds = FOLDERS[name]
    data = imported(("a.zip", zipped(folders(*patterns))), tmp_path)
    assert {split: len(index) for split, index in data.splits.items()} == counts
    assert data.class_names == tuple(kinds)
    if "test" not in counts:
        assert data.test_split("train") == "valid"


def test_a_flat_test_folder_is_tested_on_without_a_class(tmp_path: Path) -> None:
    data = imported(("a.zip", zipped(folders("train/a", "train/b", "test"))), tmp_path)
    assert len(data.splits["test"]) == 4
    assert data.class_names == ("a", "b", "no label")


@pytest.mark.parametrize("patterns", [("tr", "te"), ("texture", "testimony"), ("a", "b")])
def test_words_that_only_look_like_parts_are_classes(patterns: tuple[str, ...]) -> None:
    found = places(list(folders(*patterns)))
    assert found.parts is None
    assert set(found.classes or ()) == set(patterns)


@pytest.mark.parametrize(
    ("names", "kinds"),
    [
        (["cat.0.jpg", "cat.1.jpg", "dog.0.jpg", "dog.1.jpg"], {"cat", "dog"}),
        (["0_0001.png", "0_0002.png", "1_0001.png", "1_0002.png"], {"0", "1"}),
        (["great_dane_1.jpg", "great_dane_2.jpg", "pug_1.jpg", "pug_2.jpg"], {"great_dane", "pug"}),
        (["oak12.png", "oak13.png", "elm1.png", "elm2.png"], {"oak", "elm"}),
        (["img_001.png", "img_002.png", "img_003.png", "img_004.png"], None),
        (["2021-05-01.png", "2021-05-02.png", "2021-06-01.png", "2021-06-02.png"], None),
        (["a.png", "b.png", "c.png", "d.png"], None),
    ],
)
def test_names_that_say_a_class_before_a_number_are_classes(
    names: list[str], kinds: set[str] | None
) -> None:
    found = classes_in_names(names)
    assert (None if found is None else set(found)) == kinds


@pytest.mark.parametrize(
    "table",
    [
        "id,label\r\n" + "".join(f"{i},c{i % 2}\r\n" for i in range(8)),
        "filename\tclass\n" + "".join(f"{i}.png\tc{i % 2}\n" for i in range(8)),
        "\ufeffimage;split;species\n" + "".join(f"train/{i}.png;x;c{i % 2}\n" for i in range(8)),
        "image,c0,c1\n" + "".join(f"{i},{1 - i % 2}.0,{i % 2}.0\n" for i in range(8)),
    ],
    ids=["id", "file name", "path, semicolons", "one column a class"],
)
def test_a_table_beside_the_pictures_names_their_classes(table: str, tmp_path: Path) -> None:
    files = {f"train/{i}.png": png(i) for i in range(8)} | {"labels.csv": table.encode()}
    found = import_images(("a.zip", zipped(files)), folder=tmp_path)
    assert found.about.class_names == ("c0", "c1")
    assert any("labels.csv" in note for note in found.notes)


def test_a_tar_is_read_as_a_zip_is(tmp_path: Path) -> None:
    content = gzip.compress(tarred(folders("train/a", "test/a")))
    data = imported(("a.tar.gz", content), tmp_path)
    assert {split: len(index) for split, index in data.splits.items()} == {"train": 4, "test": 4}


def test_file_names_stay_with_images(tmp_path: Path) -> None:
    data = imported(("a.zip", zipped(folders("a", "b"))), tmp_path)
    assert data.image_names == tuple(f"{kind}/{i}.png" for kind in "ab" for i in range(4))
    array = imported(("a.npy", npy(X)), tmp_path)
    assert len(array.image_names) == 60


STRAYS: dict[str, dict[str, bytes]] = {
    "pictures": folders("train/a", "train/b", "test/a", "test/b")
    | folders("extra", "unlabeled", count=2),
    "arrays": {
        f"{name}.npy": npy(array)
        for name, array in {
            "X_train": X[:30], "y_train": Y[:30], "X_test": X[30:50], "y_test": Y[30:50],
            "X_unlabeled": X[50:],
        }.items()
    },
    "an array each": {
        f"{where}/{k}.npy": npy(X[k])
        for k, where in enumerate(["train/a", "train/b", "test/a", "extra"] * 3)
    },
}  # fmt: skip


@pytest.mark.parametrize("form", STRAYS)
def test_what_lies_beside_the_parts_is_told_of_and_taken_in_by_new_ones(
    form: str, tmp_path: Path
) -> None:
    source = ("a.zip", zipped(STRAYS[form]))
    kept = import_images(source, folder=tmp_path)
    new = import_images(source, folder=tmp_path, own_parts=False)
    every = {"pictures": 20, "arrays": 60, "an array each": 12}[form]
    outside = {"pictures": 4, "arrays": 10, "an array each": 3}[form]
    assert sum(kept.about.counts.values()) == every - outside
    assert any("beside the parts of the others" in note for note in kept.notes)
    assert sum(new.about.counts.values()) == every
    assert new.about.class_names == (*kept.about.class_names, "no label")
    assert any("without a class" in n or "have no label" in n for n in new.notes)


def test_a_table_of_no_part_beside_others_is_left_out_and_told_of(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    files = {}
    for place, name in enumerate(["train-0", "test-0", "unsupervised-0"]):
        sink = pa.BufferOutputStream()
        pictures = [png(50 * place + k) for k in range(4)]
        pq.write_table(pa.table({"image": pictures, "label": [0, 1, 0, 1]}), sink)
        files[f"{name}.parquet"] = bytes(sink.getvalue())
    found = import_images(("a.zip", zipped(files)), folder=tmp_path)
    assert found.about.counts == {"train": 4, "test": 4}
    assert any("4 pictures left out, beside the parts" in note for note in found.notes)
    assert (
        import_images(("a.zip", zipped(files)), folder=tmp_path, own_parts=False).inspected.count
        == 12
    )
