"""Labels that lie beside pictures, in whatever form people and competitions write them."""

import json
from pathlib import Path

import pytest

from tests.vae_core.data.own.makers import imported, png, zipped
from vae_core.data import Dataset
from vae_core.data.own import import_images, survey

COUNT = 24
KINDS = ("oak", "elm")
NAMES = [f"tree {k:03d}.png" for k in range(COUNT)]
LABELS = {name: KINDS[k % 3 == 0] for k, name in enumerate(NAMES)}
PICTURES = {name: png(9 * k) for k, name in enumerate(NAMES)}


def joined(between: str, *, header: str = "", strip: bool = False) -> str:
    rows = [
        f"{n.removesuffix('.png') if strip else n}{between}{kind}" for n, kind in LABELS.items()
    ]
    return "\n".join([*([header] if header else []), *rows])


def bare(name: str) -> str:
    return name.removesuffix(".png").removeprefix("tree ").lstrip("0") or "0"


FORMS: dict[str, tuple[str, str]] = {
    "a header": ("labels.csv", joined(",", header="file,species")),
    "no header": ("labels.csv", joined(",")),
    "no suffixes": ("labels.csv", joined(",", header="id,label", strip=True)),
    "semicolons": ("labels.csv", joined(";", header="file;species")),
    "bars": ("labels.csv", joined("|", header="file|species")),
    "tabs": ("labels.tab", joined("\t", header="file\tspecies")),
    "a text": ("labels.txt", joined(" ")),
    "capitals": ("labels.csv", joined(",", header="file,species").replace("tree", "TREE")),
    "another suffix": ("labels.csv", joined(",", header="file,species").replace(".png", ".tif")),
    "paths of elsewhere": (
        "labels.csv",
        joined(",", header="file,species").replace("tree", "C:\\me\\tree"),
    ),
    "quotes": (
        "labels.csv",
        joined('","', header='file","species').replace("\n", '"\n"').join('""'),
    ),
    "one line each": (
        "metadata.jsonl",
        "\n".join(json.dumps({"file_name": n, "species": k}) for n, k in LABELS.items()),
    ),
    "names and classes": ("labels.json", json.dumps(LABELS)),
    "a list": ("labels.json", json.dumps([{"file": n, "species": k} for n, k in LABELS.items()])),
    "in order": ("labels.txt", "\n".join(LABELS.values())),
    "in order, with a title": ("labels.csv", "\n".join(["species", *LABELS.values()])),
}


def kinds(data: Dataset) -> dict[str, str]:
    assert data.labels is not None
    called = [data.class_names[k] for k in data.labels.tolist()]
    return dict(zip(data.image_names, called, strict=True))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("form", FORMS)
def test_classes_are_found_in_a_table_of_any_form(form: str, encoding: str, tmp_path: Path) -> None:
    file, text = FORMS[form]
    source = ("trees.zip", zipped(PICTURES | {file: text.encode(encoding)}))
    assert kinds(imported(source, tmp_path)) == LABELS
    notes = " ".join(survey(source).notes)
    assert file in notes
    assert "skipped" not in notes  # it was used


def test_numbers_that_are_filled_up_name_the_same_pictures(tmp_path: Path) -> None:
    pictures = {f"{k:05d}.png": png(9 * k) for k in range(COUNT)}
    table = "\n".join(["id,kind", *(f"{k},{KINDS[k % 2]}" for k in range(COUNT))])
    data = imported(("x.zip", zipped(pictures | {"labels.csv": table.encode()})), tmp_path)
    assert kinds(data) == {f"{k:05d}.png": KINDS[k % 2] for k in range(COUNT)}


def test_pictures_that_a_table_leaves_out_have_no_label_and_are_counted(tmp_path: Path) -> None:
    rows = list(LABELS.items())[: COUNT * 3 // 4]
    table = "\n".join(["file,kind", *(f"{name},{kind}" for name, kind in rows)])
    source = ("x.zip", zipped(PICTURES | {"labels.csv": table.encode()}))
    found = kinds(imported(source, tmp_path))
    assert {name: found[name] for name, _ in rows} == dict(rows)
    assert {found[name] for name in NAMES[len(rows) :]} == {"no label"}
    assert any(f"{COUNT - len(rows)} pictures not in it" in note for note in survey(source).notes)


@pytest.mark.parametrize("missing", ["", "nan", "NaN", "NA", "n/a", "#N/A", "<NA>", "null", "NULL"])
def test_what_programs_write_into_an_empty_cell_is_no_class(missing: str, tmp_path: Path) -> None:
    cells = {name: missing if k % 3 == 0 else kind for k, (name, kind) in enumerate(LABELS.items())}
    table = "\n".join(["file,kind", *(f"{name},{kind}" for name, kind in cells.items())])
    data = imported(("x.zip", zipped(PICTURES | {"labels.csv": table.encode()})), tmp_path)
    assert kinds(data) == {name: cell or "no label" for name, cell in cells.items()} | {
        name: "no label" for name, cell in cells.items() if cell == missing
    }


def test_columns_of_one_title_are_all_kept_and_numbered(tmp_path: Path) -> None:
    rows = [f"{name},{kind},{k % 3},{k % 4}" for k, (name, kind) in enumerate(LABELS.items())]
    table = "\n".join(["file,x,x,x", *rows])
    data = imported(("x.zip", zipped(PICTURES | {"labels.csv": table.encode()})), tmp_path)
    assert kinds(data) == LABELS
    assert [column.name for column in data.label_columns] == ["x", "x (2)", "x (3)"]


def test_a_table_of_fewer_than_half_of_the_pictures_is_named_with_how_many_it_names() -> None:
    rows = list(LABELS.items())[: COUNT // 4]
    table = "\n".join(["file,kind", *(f"{name},{kind}" for name, kind in rows)])
    notes = survey(("x.zip", zipped(PICTURES | {"labels.csv": table.encode()}))).notes
    assert [note for note in notes if "labels.csv" in note] == [
        f"No classes in labels.csv: it names {len(rows)} of {COUNT} pictures, and at least half "
        "are needed."
    ]


def test_texts_that_are_no_tables_are_skipped_in_one_sentence(tmp_path: Path) -> None:
    texts = {"README.txt": b"Trees.\nSeen in May.", "config.json": b'{"by": "me"}'}
    notes = survey(("x.zip", zipped(PICTURES | texts))).notes
    assert [note for note in notes if "README" in note or "config" in note] == [
        "2 files skipped, because they are not PNG, JPEG, TIFF, WebP, AVIF, JPEG 2000, BMP, GIF or "
        "PGM pictures (README.txt, …)."
    ]


def test_a_text_beside_each_picture_is_not_looked_into() -> None:
    boxes = {name.replace(".png", ".txt"): b"0 0.5 0.5 0.1 0.1" for name in NAMES}
    notes = survey(("x.zip", zipped(PICTURES | boxes))).notes
    assert any(f"{COUNT} files skipped" in note for note in notes)


def test_where_only_what_is_trained_on_has_classes_in_its_names_these_are_kept(
    tmp_path: Path,
) -> None:
    files = {f"train/{KINDS[k % 2]}.{k}.png": png(9 * k) for k in range(20)}
    files |= {f"test1/{k}.png": png(9 * k + 4) for k in range(8)}
    found = kinds(imported(("x.zip", zipped(files)), tmp_path))
    assert found["train/elm.3.png"] == "elm"
    assert {kind for name, kind in found.items() if name.startswith("test1/")} == {"no label"}


def test_rows_of_numbers_are_no_names_of_pictures(tmp_path: Path) -> None:
    """A column of few values names no pictures, though some are called by such numbers."""
    pictures = {f"{k}.png": png(9 * k) for k in range(COUNT)}
    table = "\n".join(["age,kind", *(f"{k % 9},{KINDS[k % 2]}" for k in range(COUNT))])
    about = import_images(
        ("x.zip", zipped(pictures | {"people.csv": table.encode()})), folder=tmp_path
    ).about
    assert about.class_names == ()


@pytest.mark.parametrize(
    ("file", "first"), [("{}.jpg", 1), ("images/{}.png", 1), ("{:04d}.png", 0), ("pics/{}.PNG", 0)]
)
def test_rows_by_number_never_win_over_a_column_of_files(
    file: str, first: int, tmp_path: Path
) -> None:
    """However loosely the files are written: their rows are in another order."""
    order = [(7 * k) % COUNT for k in range(COUNT)]
    rows = [f"{r + first},{file.format(k)},{KINDS[k % 3 == 0]}" for r, k in enumerate(order)]
    pictures = {f"{k}.png": png(9 * k) for k in range(COUNT)}
    table = "\n".join(["row,file,species", *rows]).encode()
    found = kinds(imported(("x.zip", zipped(pictures | {"labels.csv": table})), tmp_path))
    assert found == {f"{k}.png": KINDS[k % 3 == 0] for k in range(COUNT)}


@pytest.mark.parametrize("odd", [".", "..", "/", "", "a/.", "\x00", "." * 300, "9" * 5000])
def test_odd_cells_among_the_names_are_no_names(odd: str, tmp_path: Path) -> None:
    text = joined(",", header="file,species").replace("tree", "TREE") + f"\n{odd},oak"
    found = kinds(imported(("x.zip", zipped(PICTURES | {"a.csv": text.encode()})), tmp_path))
    assert found == LABELS


def test_tables_that_share_the_pictures_between_them_are_all_used(tmp_path: Path) -> None:
    rows = [f"{name},{kind}" for name, kind in LABELS.items()]
    tables = {
        "a.csv": "\n".join(["file,species", *rows[: COUNT // 2]]).encode(),
        "b.csv": "\n".join(["file,species", *rows[COUNT // 2 :]]).encode(),
    }
    assert kinds(imported(("x.zip", zipped(PICTURES | tables)), tmp_path)) == LABELS


@pytest.mark.parametrize("head", ["file,x,y,w,breed", "file,split,Y,X,breed"])
def test_places_in_a_picture_and_parts_are_no_classes(head: str, tmp_path: Path) -> None:
    _, *others = head.split(",")
    rows = [
        ",".join([name, *("train" if o == "split" else str(k) for o in others[:-1]), kind])
        for k, (name, kind) in enumerate(LABELS.items())
    ]
    table = "\n".join([head, *rows]).encode()
    assert kinds(imported(("x.zip", zipped(PICTURES | {"a.csv": table})), tmp_path)) == LABELS


def test_a_picture_with_two_classes_has_no_label(tmp_path: Path) -> None:
    text = joined(",", header="file,species") + f"\n{NAMES[1]},elm"
    found = kinds(imported(("x.zip", zipped(PICTURES | {"a.csv": text.encode()})), tmp_path))
    assert found == LABELS | {NAMES[1]: "no label"}


@pytest.mark.parametrize("fault", ["a title in place of a class", "an order that is not clear"])
def test_lines_that_may_be_shifted_are_no_classes(fault: str) -> None:
    lines, pictures = list(LABELS.values()), PICTURES
    if fault.startswith("a title"):
        lines = ["species", *lines[1:]]
    else:
        pictures = {f"{k}.png": png(9 * k) for k in range(COUNT)}
    found = survey(("x.zip", zipped(pictures | {"labels.txt": "\n".join(lines).encode()})))
    assert found.counts == {}
