"""Tables with an image in each line: which column is the label, and which is none."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.vae_core.data.own.makers import imported, npy, zipped
from vae_core.data import Dataset
from vae_core.data.own import survey
from vae_core.errors import AtlasError

RANDOM = np.random.RandomState(5)
GREY = RANDOM.randint(0, 256, (40, 8, 8))
BINARY = RANDOM.randint(0, 2, (40, 8, 8))
DIGITS = RANDOM.permutation(np.arange(40) % 10)
TWO = np.arange(40) % 2


def csv(
    columns: Sequence[Sequence[object] | np.ndarray], titles: Sequence[object] | None = None
) -> bytes:
    """A table of these columns; an array [N, k] gives k of them."""
    every: list[list[object]] = []
    for column in columns:
        array = np.asarray(column)
        every += [list(each) for each in (array.T if array.ndim == 2 else [array])]
    rows = [list(row) for row in zip(*every, strict=True)]
    lines = [",".join(map(str, row)) for row in [*([] if titles is None else [titles]), *rows]]
    return "\n".join(lines).encode()


def flat(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1)


def kinds(data: Dataset) -> list[str]:
    assert data.labels is not None
    return [data.class_names[k] for k in data.labels.tolist()]


def check(data: Dataset, images: np.ndarray, labels: Sequence[object] | np.ndarray) -> None:
    found = data.images[:, 0].numpy()
    assert np.array_equal(found, images if images.max() > 1 else images * 255)
    assert kinds(data) == [str(each) for each in labels]


@pytest.mark.parametrize("images", [GREY, BINARY], ids=["grey", "binary"])
@pytest.mark.parametrize("last", [True, False], ids=["last", "first"])
@pytest.mark.parametrize(
    "labels", [DIGITS, DIGITS + 65, TWO + 5], ids=["digits", "codes", "two kinds"]
)
def test_the_label_is_the_column_whose_values_are_no_pixels(
    images: np.ndarray, last: bool, labels: np.ndarray, tmp_path: Path
) -> None:
    """Of binary images as of grey ones, at either end and without a title."""
    columns = [flat(images), labels] if last else [labels, flat(images)]
    source = ("x.csv", csv(columns))
    check(imported(source, tmp_path), images, labels)
    assert any(f"from “{'last' if last else 'first'} column”" in n for n in survey(source).notes)


def test_a_label_that_may_stand_at_either_end_is_asked_for(tmp_path: Path) -> None:
    columns = [flat(BINARY), TWO]
    with pytest.raises(AtlasError, match="whether the first or the last is the label"):
        survey(("x.csv", csv(columns)))
    titles = [*(f"p{k}" for k in range(64)), "label"]
    check(imported(("x.csv", csv(columns, titles)), tmp_path), BINARY, TWO)


@pytest.mark.parametrize("title", ["letter", "emotion", "Character"])
def test_the_one_title_that_is_none_of_a_pixel_is_that_of_the_label(
    title: str, tmp_path: Path
) -> None:
    titles = [*(f"pixel{k}" for k in range(64)), title]
    source = ("x.csv", csv([flat(BINARY), TWO], titles))
    check(imported(source, tmp_path), BINARY, TWO)
    assert any(f"from “{title}”" in note for note in survey(source).notes)


@pytest.mark.parametrize("titled", [True, False])
def test_classes_in_words_are_read(titled: bool, tmp_path: Path) -> None:
    words = [f"character_{k:02d}_ka" for k in DIGITS]
    titles = [*(f"pixel_{k:04d}" for k in range(64)), "character"] if titled else None
    check(imported(("x.csv", csv([flat(GREY), words], titles)), tmp_path), GREY, words)


ROWS = np.arange(40)
NUMBERED = {
    "counted from 0": (ROWS, [*range(65)]),
    "counted from 1": (ROWS + 1, ["", *(f"V{k}" for k in range(64))]),
    "identities": (ROWS * 7 + 1000, ["id", *(f"V{k}" for k in range(64))]),
    "without titles": (ROWS, None),
}


@pytest.mark.parametrize("form", NUMBERED)
def test_a_column_that_numbers_the_lines_makes_no_class_of_each(form: str, tmp_path: Path) -> None:
    column, titles = NUMBERED[form]
    source = ("x.csv", csv([column, flat(GREY)], titles))
    data = imported(source, tmp_path)
    assert data.labels is None
    assert np.array_equal(data.images[:, 0].numpy(), GREY)
    assert any("counts the lines" in note for note in survey(source).notes)


def repeated(values: Sequence[int]) -> list[str]:
    """As pandas writes a line of numbers that it took for titles."""
    seen: dict[int, int] = {}
    titles = []
    for value in values:
        titles.append(f"{value}.{seen[value]}" if value in seen else str(value))
        seen[value] = seen.get(value, 0) + 1
    return titles


@pytest.mark.parametrize(
    "titles", [[*range(65)], ["label", *range(64)], repeated([0] * 60 + [7, 0, 7, 3, 3])]
)
def test_numbers_that_are_titles_are_no_image(titles: Sequence[object], tmp_path: Path) -> None:
    check(imported(("x.csv", csv([DIGITS, flat(GREY)], titles)), tmp_path), GREY, DIGITS)


def test_pixels_in_one_cell_with_a_column_of_parts_are_read(tmp_path: Path) -> None:
    """As FER2013 has them."""
    cells = [" ".join(map(str, row)) for row in flat(GREY)]
    usage = ["Training"] * 30 + ["PublicTest"] * 5 + ["PrivateTest"] * 5
    table = csv([DIGITS, cells, usage], ["emotion", "pixels", "Usage"])
    data = imported(("x.csv", table), tmp_path)
    check(data, GREY, DIGITS)
    assert {name: len(index) for name, index in data.splits.items()} == {"train": 30, "test": 10}


@pytest.mark.parametrize("shuffled", [False, True])
def test_a_table_beside_an_array_gives_its_labels_in_the_order_of_its_numbers(
    shuffled: bool, tmp_path: Path
) -> None:
    order = RANDOM.permutation(40) if shuffled else np.arange(40)
    table = csv([order, [f"c{k}" for k in DIGITS[order]]], ["id", "label"])
    data = imported(("x.zip", zipped({"X.npy": npy(GREY), "labels.csv": table})), tmp_path)
    check(data, GREY, [f"c{k}" for k in DIGITS])


def test_a_sample_of_what_is_to_be_submitted_gives_no_labels(tmp_path: Path) -> None:
    titles = [f"pixel{k}" for k in range(64)]
    files = {
        "train.csv": csv([DIGITS, flat(GREY)], ["label", *titles]),
        "test.csv": csv([flat(GREY[:10] // 2)], titles),
        "sample_submission.csv": csv([np.arange(1, 11), [0] * 10], ["ImageId", "Label"]),
    }
    data = imported(("digit-recognizer.zip", zipped(files)), tmp_path)
    assert {name: len(index) for name, index in data.splits.items()} == {"train": 40, "test": 10}
    test = data.split("test")
    assert test.labels is not None
    assert {data.class_names[k] for k in test.labels.tolist()} == {"no label"}


@pytest.mark.parametrize(
    "content", [b"a,b\n", b"\0\0\0", b'"' + b"x" * 200_000, b"\xff\xfe\0", b"\n\n"]
)
def test_what_is_no_table_is_refused_in_one_sentence(content: bytes) -> None:
    with pytest.raises(AtlasError, match=r"x\.csv.*\.$"):
        survey(("x.csv", content))
