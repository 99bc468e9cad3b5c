"""Several labels an image: all of them are kept, within bounds, and one of them counts."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.vae_core.data.own.makers import encoded, grey, imported, npy, npz, png, zipped
from vae_core.data import Dataset, LabelColumn, load_dataset
from vae_core.data.own import Source, import_images, survey
from vae_core.data.own.label_columns import MOST_COLUMNS, sorts
from vae_core.data.own.store import about
from vae_core.errors import AtlasError

COUNT = 40
NAMES = [f"scan {k:02d}.png" for k in range(COUNT)]
PICTURES = {name: png(6 * k) for k, name in enumerate(NAMES)}
X = np.random.RandomState(0).randint(0, 256, (COUNT, 8, 8)).astype(np.uint8)
FINE, COARSE = np.arange(COUNT) % 6, np.arange(COUNT) % 6 // 3
PATIENTS = {
    "diagnosis": ["naevus" if k % 3 else "melanoma" for k in range(COUNT)],
    "sex": ["f" if k % 2 else "m" for k in range(COUNT)],
    "hospital": [f"H{k % 4}" for k in range(COUNT)],
    "id": [f"P-{k}" for k in range(COUNT)],
    "age": [str(20 + k % 7) for k in range(COUNT)],
    "bmi": [f"{18 + 0.31 * (k % 19):.2f}" for k in range(COUNT)],
    "remark": [
        f"seen again after {k // 2} days, nothing that one would speak of here"
        for k in range(COUNT)
    ],
}


def table(columns: dict[str, list[str]], names: list[str] = NAMES) -> bytes:
    rows = zip(names, *(values[: len(names)] for values in columns.values()), strict=True)
    lines = [",".join(["file", *columns]), *(",".join(f'"{cell}"' for cell in row) for row in rows)]
    return "\n".join(lines).encode()


def said(data: Dataset) -> dict[str, list[str]]:
    """The class of each image, in the order of the names, by each column."""
    return {
        column.name: [column.class_names[k] for k in column.labels.tolist()]
        for column in data.label_columns
    }


def test_a_table_of_patients_keeps_all_columns_that_sort_them(tmp_path: Path) -> None:
    source: Source = ("x.zip", zipped(PICTURES | {"patients.csv": table(PATIENTS)}))
    data = imported(source, tmp_path)
    found = said(data)
    assert list(found) == ["diagnosis", "sex", "hospital", "age"]
    assert found == {name: PATIENTS[name] for name in found}
    assert data.label_name == "diagnosis"
    assert [*data.image_names] == NAMES
    [note] = [note for note in survey(source).notes if "“id”" in note]
    assert "“bmi”" in note
    assert "“remark”" in note
    told = import_images(source, folder=tmp_path / "others").notes
    assert "Kept as factors too: “sex”, “hospital” and “age”." in told


def test_another_column_counts_where_somebody_says_so(tmp_path: Path) -> None:
    source: Source = ("x.zip", zipped(PICTURES | {"patients.csv": table(PATIENTS)}))
    data = imported(source, tmp_path, label="HOSPITAL")
    assert list(said(data)) == ["hospital", "diagnosis", "sex", "age"]
    assert data.class_names == ("H0", "H1", "H2", "H3")
    with pytest.raises(AtlasError, match=r"no labels called “hospitl” \(did you mean hospital"):
        import_images(source, label="hospitl", folder=tmp_path)


def test_folders_count_and_the_table_beside_them_is_kept(tmp_path: Path) -> None:
    files = {f"{PATIENTS['diagnosis'][k]}/{name}": PICTURES[name] for k, name in enumerate(NAMES)}
    source: Source = ("x.zip", zipped(files | {"patients.csv": table(PATIENTS)}))
    data = imported(source, tmp_path)
    assert list(said(data)) == ["folder", "sex", "hospital", "age"]
    by_name = dict(zip(data.image_names, said(data)["sex"], strict=True))
    assert by_name[f"melanoma/{NAMES[3]}"] == "f"
    assert not any("skipped" in note for note in survey(source).notes)  # the table was used


def test_two_tables_of_the_same_pictures_are_both_kept(tmp_path: Path) -> None:
    tables = {
        "a.csv": table({"diagnosis": PATIENTS["diagnosis"]}),
        "b.csv": table({"sex": PATIENTS["sex"], "hospital": PATIENTS["hospital"]}),
    }
    found = said(imported(("x.zip", zipped(PICTURES | tables)), tmp_path))
    assert found == {name: PATIENTS[name] for name in ("diagnosis", "sex", "hospital")}


def test_a_table_never_fills_the_gaps_of_one_about_something_else(tmp_path: Path) -> None:
    tables = {
        "a.csv": table({"diagnosis": PATIENTS["diagnosis"]}, NAMES[:-6]),
        "b.csv": table({"sex": PATIENTS["sex"]}),
    }
    found = said(imported(("x.zip", zipped(PICTURES | tables)), tmp_path))
    assert found["diagnosis"] == [*PATIENTS["diagnosis"][:-6], *["no label"] * 6]
    assert found["sex"] == PATIENTS["sex"]


def test_arrays_keep_fine_and_coarse_labels_with_their_own_names(tmp_path: Path) -> None:
    data = imported(
        (
            "x.npz",
            npz(
                images=X,
                y_fine=FINE,
                y_coarse=COARSE,
                fine_label_names=np.array(list("abcdef")),
                coarse_label_names=np.array(["low", "high"]),
                weight=np.linspace(0, 1, COUNT),
            ),
        ),
        tmp_path,
    )
    found = said(data)
    assert list(found) == ["y_fine", "y_coarse"]
    assert found["y_fine"] == ["abcdef"[k] for k in FINE]
    assert found["y_coarse"] == [("low", "high")[k] for k in COARSE]


def test_names_of_some_classes_are_not_those_of_others(tmp_path: Path) -> None:
    content = npz(images=X, y_fine=FINE, y_coarse=COARSE, class_names=np.array(list("abcdef")))
    found = said(imported(("x.npz", content), tmp_path))
    assert set(found["y_fine"]) == set("abcdef")
    assert set(found["y_coarse"]) == {"0", "1"}


def test_the_columns_of_one_array_of_labels_are_told_apart(tmp_path: Path) -> None:
    labels = np.stack([FINE % 2, COARSE, FINE % 3 == 0], axis=1).astype(np.uint8)
    found = said(imported(("x.npz", npz(images=X, labels=labels)), tmp_path))
    assert list(found) == ["labels 1", "labels 2", "labels 3"]
    assert found["labels 2"] == [str(k) for k in COARSE]


def test_arrays_of_parts_are_joined_column_by_column(tmp_path: Path) -> None:
    content = npz(
        x_train=X[:30], y_train=FINE[:30], sex_train=COARSE[:30],
        x_test=X[30:], y_test=FINE[30:], sex_test=COARSE[30:],
    )  # fmt: skip
    data = imported(("x.npz", content), tmp_path)
    assert said(data) == {"y": [str(k) for k in FINE], "sex": [str(k) for k in COARSE]}
    assert list(data.splits) == ["train", "test"]


def rows(its: slice) -> dict[str, np.ndarray]:
    return {"images": X[its], "labels": FINE[its], "sex": COARSE[its]}


def in_many_files(k: int, its: slice) -> dict[str, bytes]:
    return {f"{name}_{k}.npy": npy(array) for name, array in rows(its).items()}


def in_many_folders(k: int, its: slice) -> dict[str, bytes]:
    return {f"{name}/{k:03d}.npy": npy(array) for name, array in rows(its).items()}


def in_batches(k: int, its: slice) -> dict[str, bytes]:
    return {f"batch_{k}.npz": npz(**rows(its))}


def of_several_columns(k: int, its: slice) -> dict[str, bytes]:
    both = np.stack([FINE[its], COARSE[its]], axis=1)
    return {f"images_{k}.npy": npy(X[its]), f"labels_{k}.npy": npy(both)}


@pytest.mark.parametrize(
    ("made", "names"),
    [
        (in_many_files, ["labels", "sex"]),
        (in_many_folders, ["labels", "sex"]),
        (in_batches, ["labels", "sex"]),
        (of_several_columns, ["labels_1", "labels_2"]),
    ],
)
def test_the_columns_of_shards_are_joined_in_their_order(
    made: Callable[[int, slice], dict[str, bytes]], names: list[str], tmp_path: Path
) -> None:
    files: dict[str, bytes] = {}
    for k in reversed(range(10)):
        files |= made(k + 1, slice(4 * k, 4 * k + 4))
    data = imported(("x.zip", zipped(files)), tmp_path)
    assert np.array_equal(data.images[:, 0].numpy(), X)
    assert list(said(data)) == names
    assert list(said(data).values()) == [[str(k) for k in FINE], [str(k) for k in COARSE]]


def test_a_file_of_one_class_beside_each_picture_counts_before_a_table(tmp_path: Path) -> None:
    """As WebDataset has them."""
    kinds = {f"{name[:-4]}.cls": PATIENTS["diagnosis"][k] for k, name in enumerate(NAMES)}
    files = PICTURES | {name: kind.encode() for name, kind in kinds.items()}
    source: Source = ("x.zip", zipped(files | {"a.csv": table({"sex": PATIENTS["sex"]})}))
    found = said(imported(source, tmp_path))
    assert found == {"cls": PATIENTS["diagnosis"], "sex": PATIENTS["sex"]}


def test_parquet_keeps_several_class_labels(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow", reason="PyArrow reads Parquet")
    import pyarrow.parquet as pq

    pictures = [{"bytes": encoded(grey(6 * k)), "path": None} for k in range(COUNT)]
    columns = {"image": pictures, "coarse_label": COARSE, "fine_label": FINE}
    text = {"caption": [f"the {k}th" for k in range(COUNT)], "ward": PATIENTS["hospital"]}
    features = {
        "coarse_label": {"names": ["low", "high"], "_type": "ClassLabel"},
        "fine_label": {"names": list("abcdef"), "_type": "ClassLabel"},
    }
    told = {"huggingface": json.dumps({"info": {"features": features}})}
    stream = io.BytesIO()
    pq.write_table(pa.table(columns | text).replace_schema_metadata(told), stream)
    found = said(imported(("x.parquet", stream.getvalue()), tmp_path))
    assert list(found) == ["coarse_label", "fine_label", "ward"]
    assert found["fine_label"] == ["abcdef"[k] for k in FINE]


def test_labels_stay_with_their_images_when_some_cannot_be_read(tmp_path: Path) -> None:
    damaged = {NAMES[4]: PICTURES[NAMES[4]][:40]}
    source: Source = ("x.zip", zipped(PICTURES | damaged | {"a.csv": table(PATIENTS)}))
    data = imported(source, tmp_path, leave_out=True)
    by_name = dict(zip(data.image_names, said(data)["hospital"], strict=True))
    assert by_name == {n: PATIENTS["hospital"][k] for k, n in enumerate(NAMES) if k != 4}


def test_columns_are_found_again_under_the_name_of_their_content(tmp_path: Path) -> None:
    source: Source = ("x.zip", zipped(PICTURES | {"patients.csv": table(PATIENTS)}))
    first = import_images(source, folder=tmp_path).about
    assert import_images(source, folder=tmp_path).about == first
    assert about(first.file).label_names == ("diagnosis", "sex", "hospital", "age")
    less = {name: PATIENTS[name] for name in ("diagnosis", "sex")}
    other = ("x.zip", zipped(PICTURES | {"patients.csv": table(less)}))
    assert import_images(other, folder=tmp_path).about.name != first.name


def test_one_column_is_kept_under_the_name_that_it_always_had(tmp_path: Path) -> None:
    """The name is that of the content, and runs know their images by it."""
    named = import_images(
        ("x.zip", zipped(PICTURES | {"a.csv": table({"kind": PATIENTS["sex"]})})), folder=tmp_path
    ).about
    assert named.name == "own-06d47fa819004c49"


def test_data_that_were_kept_with_one_column_are_read_as_they_were(tmp_path: Path) -> None:
    source: Source = ("x.zip", zipped(PICTURES | {"a.csv": table({"kind": PATIENTS["sex"]})}))
    kept = import_images(source, folder=tmp_path).about
    with np.load(kept.file) as content:
        arrays = dict(content)
    told = json.loads(arrays["about"].tobytes())
    del told["label_names"]
    arrays["about"] = np.frombuffer(json.dumps(told | {"format": 2}).encode(), np.uint8)
    kept.file.write_bytes(npz(**arrays))
    data = load_dataset(kept.name, tmp_path)
    [column] = data.label_columns
    assert (column.name, data.label_name, data.other_labels) == ("class", "", ())
    assert said(data)["class"] == PATIENTS["sex"]
    assert about(kept.file).label_names == ()


@pytest.mark.parametrize("fault", ["too few", "no such class", "not numbers", "a name of nothing"])
def test_kept_columns_that_are_wrong_are_damage(fault: str, tmp_path: Path) -> None:
    source: Source = ("x.zip", zipped(PICTURES | {"patients.csv": table(PATIENTS)}))
    kept = import_images(source, folder=tmp_path).about
    with np.load(kept.file) as content:
        arrays = dict(content)
    columns = arrays["other_labels"]
    arrays["other_labels"] = {
        "too few": columns[:, :-1],
        "no such class": columns + 99,
        "not numbers": columns.astype("U1"),
        "a name of nothing": columns,
    }[fault]
    if fault == "a name of nothing":
        arrays["other_names"] = np.frombuffer(b"[1, 2, 3]", np.uint8)
    kept.file.write_bytes(npz(**arrays))
    with pytest.raises(AtlasError, match="damaged"):
        load_dataset(kept.name, tmp_path)


def test_there_are_so_many_columns_at_most_and_the_rest_is_told_of(tmp_path: Path) -> None:
    random = np.random.RandomState(0)
    many = {f"question {q}": random.choice(list("abcde"), COUNT).tolist() for q in range(60)}
    source: Source = ("x.zip", zipped(PICTURES | {"answers.csv": table(many)}))
    assert len(imported(source, tmp_path).label_columns) == MOST_COLUMNS
    assert any("9 other columns" in note for note in survey(source).notes)


@pytest.mark.parametrize(
    ("values", "classes"),
    [
        (["a", "b"] * 10, True),
        (["a"] * 20, False),  # nothing to tell apart
        ([f"P{k}" for k in range(20)], False),
        ([str(k % 60) for k in range(240)], True),  # ages
        ([str(k % 120) for k in range(480)], False),  # grams
        ([f"{k % 30 / 7:.3f}" for k in range(240)], False),
        (["0.5", "1.0", None, ""] * 10, True),
        (["x" * 61, "y" * 61] * 10, False),
        (["no label", "a"] * 10, False),
    ],
)
def test_classes_come_again_and_are_neither_measures_nor_remarks(
    values: list[str | None], classes: bool
) -> None:
    assert sorts("column", values) is classes


def test_labels_of_another_shape_are_a_fault() -> None:
    digits = load_dataset("digits")
    column = LabelColumn("shape", torch.zeros(3, dtype=torch.int64), ("round",))
    with pytest.raises(ValueError, match="labels must be int64"):
        replace(digits, other_labels=(column,))
