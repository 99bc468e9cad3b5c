"""Folders of pictures as people bring them: which are classes, and which tables are about them."""

from pathlib import Path

import numpy as np
import pytest

from tests.vae_core.data.own.makers import imported, kinds_by_file, pictures, png, zipped
from vae_core.data.own import survey

RANDOM = np.random.RandomState(3)


def test_a_column_of_file_names_wins_over_one_of_row_numbers(tmp_path: Path) -> None:
    shuffled = RANDOM.permutation(20)
    rows = [f"{row},{k}.png,{'ab'[k % 2]}" for row, k in enumerate(shuffled)]
    table = "\n".join([",filename,label", *rows]).encode()
    data = imported(("x.zip", zipped(pictures(20) | {"labels.csv": table})), tmp_path)
    assert kinds_by_file(data) == {f"{k}.png": "ab"[k % 2] for k in range(20)}


def test_a_table_is_about_the_part_that_it_is_called_after(tmp_path: Path) -> None:
    files = pictures(20, "train/") | pictures(8, "test/")
    for part, count, kinds in (("train", 20, "ab"), ("test", 8, "ba")):
        rows = [f"{k}.png,{kinds[k % 2]}" for k in range(count)]
        files[f"{part}.csv"] = "\n".join(["file,label", *rows]).encode()
    found = kinds_by_file(imported(("x.zip", zipped(files)), tmp_path / "both"))
    assert {name: kind for name, kind in found.items() if name.startswith("test")} == {
        f"test/{k}.png": "ba"[k % 2] for k in range(8)
    }
    del files["test.csv"]
    found = kinds_by_file(imported(("x.zip", zipped(files)), tmp_path / "one"))
    assert {kind for name, kind in found.items() if name.startswith("test")} == {"no label"}
    assert found["train/3.png"] == "b"


def test_a_table_of_each_part_in_its_folder_is_read(tmp_path: Path) -> None:
    files = pictures(12, "train/") | pictures(6, "valid/")
    for part, count in (("train", 12), ("valid", 6)):
        rows = [f"{k}.png,{'ab'[k % 2]}" for k in range(count)]
        files[f"{part}/_classes.csv"] = "\n".join(["filename,class", *rows]).encode()
    found = kinds_by_file(imported(("x.zip", zipped(files)), tmp_path))
    assert [found[f"valid/{k}.png"] for k in range(6)] == list("ababab")


@pytest.mark.parametrize("path", ["/home/me/data/{}.png", "C:\\\\data\\\\{}.png", "data/{}.png"])
def test_paths_of_another_machine_name_pictures_by_their_last_part(
    path: str, tmp_path: Path
) -> None:
    rows = [f"{path.format(k)}, {'ab'[k % 2]}" for k in range(20)]
    table = "\n".join(["image, label", *rows]).encode()
    data = imported(("x.zip", zipped(pictures(20) | {"labels.csv": table})), tmp_path)
    assert kinds_by_file(data) == {f"{k}.png": "ab"[k % 2] for k in range(20)}


def test_a_table_that_is_not_used_is_told_of(tmp_path: Path) -> None:
    files = pictures(20) | {"labels.csv": b"file,label\nother.png,a\nelse.png,b\n"}
    assert any(
        "No classes in labels.csv" in note for note in survey(("x.zip", zipped(files))).notes
    )


@pytest.mark.parametrize(
    "stray", ["seg_pred/{}.png", "unlabeled/{}.png", "Meta/{}.png", "sample{}.png"]
)
@pytest.mark.parametrize("around", ["", "intel/"])
def test_what_lies_beside_the_parts_turns_them_into_no_classes(
    stray: str, around: str, tmp_path: Path
) -> None:
    files: dict[str, bytes] = {}
    for part, count in (("seg_train", 8), ("seg_test", 4)):
        for kind in ("forest", "sea"):
            files |= pictures(count, f"{around}{part}/{part}/{kind}/")
    strays = {around + stray.format(k): png(200 + k) for k in range(3)}
    source = ("intel.zip", zipped(files | strays))
    data = imported(source, tmp_path)
    assert data.class_names == ("forest", "sea")
    assert {name: len(index) for name, index in data.splits.items()} == {"train": 16, "test": 8}
    assert any("3 pictures left out, beside the parts" in n for n in survey(source).notes)


def test_numbered_parts_are_parts(tmp_path: Path) -> None:
    files: dict[str, bytes] = {}
    for part in ("train", "test1"):
        files |= pictures(6, f"{part}/cat/") | pictures(6, f"{part}/dog/")
    data = imported(("x.zip", zipped(files)), tmp_path)
    assert (data.class_names, len(data.splits["test"])) == (("cat", "dog"), 12)


def test_a_folder_called_images_in_each_class_is_no_class(tmp_path: Path) -> None:
    files = {f"train/n{k % 3}/images/{k}.JPEG": png(9 * k) for k in range(18)}
    files |= {f"val/images/{k}.JPEG": png(9 * k + 4) for k in range(6)}
    found = kinds_by_file(imported(("x.zip", zipped(files)), tmp_path))
    assert found["train/n1/images/4.JPEG"] == "n1"
    assert {kind for name, kind in found.items() if name.startswith("val")} == {"no label"}


def test_characters_that_are_counted_anew_in_each_alphabet_are_not_taken_for_the_same(
    tmp_path: Path,
) -> None:
    files = {
        f"{part}/{alphabet}/character{c:02d}/{k}.png": png(30 * c + 5 * k + len(alphabet))
        for part, alphabets in (
            ("images_background", ("Greek", "Latin")),
            ("images_evaluation", ("Tengwar", "Manipuri")),
        )
        for alphabet in alphabets
        for c in range(1, 4)
        for k in range(2)
    }
    data = imported(("x.zip", zipped(files)), tmp_path)
    assert data.class_names == ("Greek", "Latin", "Manipuri", "Tengwar")


@pytest.mark.parametrize("kinds", [("photo", "cartoon", "sketch"), ("data", "noise"), ("jpg", "b")])
def test_a_class_called_as_folders_of_images_are_stays_one(
    kinds: tuple[str, ...], tmp_path: Path
) -> None:
    files = {f"{kind}/{k}.png": png(9 * k + len(kind)) for kind in kinds for k in range(8)}
    assert imported(("x.zip", zipped(files)), tmp_path).class_names == tuple(sorted(kinds))


def test_names_without_end_are_read_in_time() -> None:
    names = ["_" * 60_000, "a/" * 20_000 + "b", "9" * 60_000]
    assert (
        survey(("x.zip", zipped({f"{name}.png": png(9 * k) for k, name in enumerate(names)}))).count
        == 3
    )
