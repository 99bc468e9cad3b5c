"""Collections as people really bring them: what lies where, and which labels are whose."""

import gzip
import io
import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.vae_core.data.files import write_matlab
from tests.vae_core.data.own.makers import encoded, imported, npy, npz, png, zipped
from vae_core.data import Dataset
from vae_core.data.own import Choice, import_images, look, survey
from vae_core.errors import AtlasError

RANDOM = np.random.RandomState(3)
X = RANDOM.randint(0, 256, (50, 8, 8)).astype(np.uint8)
Y = np.arange(50) % 4


def idx(array: np.ndarray) -> bytes:
    head = struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return head + array.astype(np.uint8).tobytes()


def check(data: Dataset, split: str, images: np.ndarray, labels: np.ndarray) -> None:
    """That a split holds just these images with the classes of these numbers."""
    found = data.split(split)
    assert np.array_equal(found.images[:, 0].numpy(), images)
    assert found.labels is not None
    assert [data.class_names[k] for k in found.labels.tolist()] == [str(k) for k in labels]


@pytest.mark.parametrize("dot", ["-", "."])
@pytest.mark.parametrize("twice", [False, True])
def test_the_files_of_mnist_keep_their_test_set_and_its_labels(
    dot: str, twice: bool, tmp_path: Path
) -> None:
    files = {
        f"raw/train-images{dot}idx3-ubyte": idx(X[:35]),
        f"raw/train-labels{dot}idx1-ubyte": idx(Y[:35]),
        f"raw/t10k-images{dot}idx3-ubyte": idx(X[35:]),
        f"raw/t10k-labels{dot}idx1-ubyte": idx(Y[35:]),
    }
    if twice:  # as they were downloaded, beside what was unpacked from them
        files |= {f"{name}.gz": gzip.compress(data) for name, data in files.items()}
    data = imported(("mnist.zip", zipped(files)), tmp_path)
    check(data, "train", X[:35], Y[:35])
    check(data, "test", X[35:], Y[35:])
    assert len(data.images) == 50


def of_folders() -> Mapping[str, bytes]:
    return {
        "train/X.npy": npy(X[:35]), "train/y.npy": npy(Y[:35]),
        "test/X.npy": npy(X[35:]), "test/y.npy": npy(Y[35:]),
    }  # fmt: skip


def of_matrices(folder: Path) -> Mapping[str, bytes]:
    parts = {"train_8x8.mat": slice(None, 35), "test_8x8.mat": slice(35, None)}
    for name, part in parts.items():
        write_matlab(folder / name, False, X=X[part], y=Y[part][:, None])
    return {name: (folder / name).read_bytes() for name in parts}


@pytest.mark.parametrize("form", ["folders", "matrices"])
def test_arrays_of_one_name_in_several_files_are_all_read(form: str, tmp_path: Path) -> None:
    files = of_folders() if form == "folders" else of_matrices(tmp_path)
    data = imported(("x.zip", zipped(files)), tmp_path / "own")
    check(data, "train", X[:35], Y[:35])
    check(data, "test", X[35:], Y[35:])


def test_batches_beside_a_test_batch_are_what_is_trained_on(tmp_path: Path) -> None:
    parts = {
        "data_batch_1": slice(0, 20),
        "data_batch_2": slice(20, 40),
        "test_batch": slice(40, 50),
    }
    for name, part in parts.items():
        write_matlab(tmp_path / f"{name}.mat", False, data=X[part], labels=Y[part][:, None])
    files = {f"{name}.mat": (tmp_path / f"{name}.mat").read_bytes() for name in parts}
    data = imported(("cifar.zip", zipped(files)), tmp_path / "own")
    check(data, "train", X[:40], Y[:40])
    check(data, "test", X[40:], Y[40:])


@pytest.mark.parametrize("side", [8, 16, 28])
def test_half_the_side_shrinks_flat_images_and_never_makes_four_channels_of_them(
    side: int, tmp_path: Path
) -> None:
    ramp = np.tile(np.linspace(0, 255, side), (side, 1))
    flat = np.stack([ramp.ravel(), ramp.T.ravel(), (255 - ramp).ravel()]).astype(np.uint8)
    data = imported(("flat.npy", npy(flat)), tmp_path, size=(side // 2, side // 2))
    assert data.image_shape == (1, side // 2, side // 2)
    across = data.images[0, 0].numpy().astype(int)
    assert (np.diff(across, axis=1) > 0).all()
    assert (np.diff(across, axis=0) == 0).all()


@pytest.mark.parametrize("ids", ["ids", "id", "idx", "train_idx", "image_id"])
def test_numbers_of_images_are_no_classes(ids: str, tmp_path: Path) -> None:
    content = npz(images=X, **{ids: np.arange(50) + 1000}, labels=Y)
    data = imported(("x.npz", content), tmp_path)
    assert data.class_names == ("0", "1", "2", "3")


@pytest.mark.parametrize("first", [0, 1])
def test_names_of_classes_are_counted_from_where_the_labels_are(first: int, tmp_path: Path) -> None:
    names = np.array(["ant", "bee", "cat", "dog"])
    content = npz(images=X, labels=Y + first, class_names=names)
    data = imported(("x.npz", content), tmp_path)
    assert data.labels is not None
    called = [data.class_names[k] for k in data.labels.tolist()]
    order = np.concatenate([data.splits["train"].numpy(), data.splits["test"].numpy()])
    assert len(order) == 50
    assert called == [str(names[k]) for k in Y]


def test_labels_in_a_column_of_another_length_are_refused_as_a_row_is(tmp_path: Path) -> None:
    for labels in (Y[:40], Y[:40, None]):
        with pytest.raises(AtlasError, match="holds 50 images but 40 labels"):
            survey(("x.npz", npz(images=X, labels=labels)))


def pictures(count: int, folder: str = "") -> dict[str, bytes]:
    return {f"{folder}{k}.png": png(5 * k + len(folder)) for k in range(count)}


def kinds_by_file(data: Dataset) -> dict[str, str]:
    assert data.labels is not None
    called = [data.class_names[k] for k in data.labels.tolist()]
    return dict(zip(data.image_names, called, strict=True))


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


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["TIFF", "JPEG", "PNG"])
def test_a_picture_is_turned_once(kind: str, orientation: int) -> None:
    upright = Image.new("L", (40, 24), 255)
    ImageDraw.Draw(upright).polygon([(2, 2), (20, 2), (2, 20)], fill=0)
    back = {
        2: [Image.Transpose.FLIP_LEFT_RIGHT], 3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM], 5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90], 7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }  # fmt: skip
    stored = upright
    for turn in back.get(orientation, []):
        stored = stored.transpose(turn)
    exif = Image.Exif()
    exif[274] = orientation
    content = encoded(stored, kind, exif=exif)
    other = encoded(Image.new("L", (40, 24), 9), "PNG")
    source = ("x.zip", zipped({f"a.{kind.lower()}": content, "b.png": other}))
    sight, _ = look(source, Choice((24, 40), "grey", "crop"), (0, 1))
    assert np.abs(sight.image[0].astype(int) - np.asarray(upright)).mean() < 6


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


def of_numbers(k: int) -> np.ndarray:
    return RANDOM.randint(0, 256, (8, 8)).astype(np.uint8) // 2 + 5 * k


@pytest.mark.parametrize("form", ["npy", "npz", "float", "colour", "parts"])
def test_files_of_an_array_each_are_an_image_each_of_the_class_of_its_folder(
    form: str, tmp_path: Path
) -> None:
    images = {f"{'ab'[k % 2]}/{k:02d}": of_numbers(k) for k in range(12)}
    if form == "float":
        images = {name: (image / 255).astype(np.float32) for name, image in images.items()}
    if form == "colour":
        images = {name: np.stack([image] * 3, axis=2) for name, image in images.items()}
    if form == "parts":
        images = {
            f"{'test' if k > 7 else 'train'}/{n}": a for k, (n, a) in enumerate(images.items())
        }
    if form == "npz":
        files = {f"{name}.npz": npz(x=image) for name, image in images.items()}
    else:
        files = {f"{name}.npy": npy(image) for name, image in images.items()}
    data = imported(("x.zip", zipped(files)), tmp_path)
    assert len(data.images) == 12
    found = kinds_by_file(data)
    assert {name: name.split("/")[-2] for name in found} == found
    if form == "parts":
        assert len(data.split("test").images) == 4
    assert sorted(found) == sorted(files)


def test_a_folder_of_npz_files_with_images_and_labels_is_read_as_one(tmp_path: Path) -> None:
    files = {"train.npz": npz(x=X[:35], y=Y[:35]), "test.npz": npz(x=X[35:], y=Y[35:])}
    data = imported(("x.zip", zipped(files)), tmp_path)
    check(data, "train", X[:35], Y[:35])
    check(data, "test", X[35:], Y[35:])


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


@pytest.mark.parametrize(
    ("own", "mask"),
    [
        ("{}.png", "{}_mask.png"),
        ("img {}.png", "img {}-segmentation.png"),
        ("{}.png", "mask_{}.png"),
        ("case ({}).png", "case ({})_mask_1.png"),
        ("images/{}.png", "masks/{}.png"),
        ("train/{}.png", "train_masks/{}_mask.png"),
    ],
)
def test_masks_are_left_out_by_their_names_and_told_of(own: str, mask: str, tmp_path: Path) -> None:
    files = {own.format(k): png(9 * k) for k in range(12)}
    files |= {mask.format(k): png(3 * k + 100) for k in range(12)}
    source = ("x.zip", zipped(files))
    data = imported(source, tmp_path)
    assert sorted(data.image_names) == sorted(own.format(k) for k in range(12))
    assert any("12 pictures" in note and "left out" in note for note in survey(source).notes)


@pytest.mark.parametrize(
    ("with_it", "without"),
    [("mask", "nomask"), ("with_mask", "without_mask"), ("Mask", "Non Mask")],
)
def test_faces_with_a_mask_and_without_are_two_classes(
    with_it: str, without: str, tmp_path: Path
) -> None:
    files = {
        f"{folder}/{k}.png": png(9 * k + len(folder))
        for folder in (with_it, without)
        for k in range(8)
    }
    data = imported(("x.zip", zipped(files)), tmp_path)
    assert set(data.class_names) == {with_it, without}


def test_of_pictures_with_several_frames_the_first_is_used_and_that_is_said(tmp_path: Path) -> None:
    frames = [Image.fromarray(image) for image in X[:3]]
    folder = tmp_path / "moving"
    folder.mkdir()
    for k in range(4):
        frames[0].save(folder / f"{k}.tif", save_all=True, append_images=frames[1:])
    notes = survey(folder).notes
    assert any("several frames or pages (such as 0.tif)" in note for note in notes)
    assert not any("frames" in note for note in survey(("x.zip", zipped(pictures(5)))).notes)


def test_an_image_in_each_column_is_read_where_labels_lie_in_a_row(tmp_path: Path) -> None:
    content = npz(data=X.reshape(50, 64).T, label=Y[None])
    source = ("x.npz", content)
    data = imported(source, tmp_path)
    places = np.concatenate([data.splits["train"].numpy(), data.splits["test"].numpy()])
    assert sorted(places.tolist()) == list(range(50))
    assert np.array_equal(data.images[:, 0].numpy(), X)
    assert data.labels is not None
    assert [data.class_names[k] for k in data.labels.tolist()] == [str(k) for k in Y]
    assert any("Each column" in note for note in survey(source).notes)


def test_the_same_images_under_another_name_keep_the_one_they_have_and_that_is_said(
    tmp_path: Path,
) -> None:
    source = ("x.zip", zipped(pictures(6)))
    first = import_images(source, title="Mine", folder=tmp_path)
    assert not any("already" in note for note in first.notes)
    again = import_images(source, title="Yours", folder=tmp_path)
    assert again.about.title == "Mine"
    assert any("kept already, as “Mine”" in note for note in again.notes)


def test_a_table_that_holds_one_picture_over_and_over_is_refused_while_it_is_small() -> None:
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    large = png(3) + bytes(2_000_000)
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 100, pa.int32()), pa.array([large]))
    stream = io.BytesIO()
    plain = pa.table({"image": column.cast(pa.binary())})
    pq.write_table(plain, stream, compression="zstd", dictionary_pagesize_limit=1 << 30)
    assert len(stream.getvalue()) < 100_000
    with pytest.raises(AtlasError, match="times its own size"):
        survey(("x.parquet", stream.getvalue()))


def test_rows_beside_a_mean_are_not_turned() -> None:
    flat = RANDOM.randint(0, 256, (900, 64)).astype(np.uint8)
    mean = flat.mean(axis=0, keepdims=True).astype(np.float32)
    for labels in ({}, {"labels": (np.arange(900) % 4)[:, None]}):
        assert survey(("x.npz", npz(images=flat, mean=mean, **labels))).count == 900


@pytest.mark.parametrize("kinds", [("photo", "cartoon", "sketch"), ("data", "noise"), ("jpg", "b")])
def test_a_class_called_as_folders_of_images_are_stays_one(
    kinds: tuple[str, ...], tmp_path: Path
) -> None:
    files = {f"{kind}/{k}.png": png(9 * k + len(kind)) for kind in kinds for k in range(8)}
    assert imported(("x.zip", zipped(files)), tmp_path).class_names == tuple(sorted(kinds))


def test_a_class_of_masks_beside_other_classes_stays_one(tmp_path: Path) -> None:
    kinds = ("gloves", "helmet", "mask")
    files = {f"{kind}/{k}.png": png(9 * k + len(kind)) for kind in kinds for k in range(8)}
    assert imported(("x.zip", zipped(files)), tmp_path).class_names == kinds


def test_masks_of_the_sun_are_masks(tmp_path: Path) -> None:
    files = {
        f"{part}/{k}.png": png(9 * k + len(part)) for part in ("sun", "sun_masks") for k in range(8)
    }
    assert len(imported(("x.zip", zipped(files)), tmp_path).images) == 8


def test_names_without_end_are_read_in_time() -> None:
    names = ["_" * 60_000, "a/" * 20_000 + "b", "9" * 60_000]
    assert (
        survey(("x.zip", zipped({f"{name}.png": png(9 * k) for k, name in enumerate(names)}))).count
        == 3
    )
