from pathlib import Path

import numpy as np
import pytest

from tests.vae_core.data.files import pixels, write_matlab
from vae_core.data.matlab import is_matlab, read_matrix
from vae_core.errors import AtlasError

MATRIX = pixels(20, 30)


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("kind", ["u1", "i2", "u8", "f4", "f8"])
def test_a_matrix_is_what_scipy_wrote_among_other_things(
    tmp_path: Path, compressed: bool, kind: str
) -> None:
    file = tmp_path / "file.mat"
    others = {
        "u": np.full((70, 80), 0.1),
        "p": np.arange(3),
        "words": np.array(["a", "bb"], object),
    }
    write_matlab(file, compressed, **others, ff=MATRIX.astype(kind), after=np.zeros(2))
    assert is_matlab(file)
    found = read_matrix(file, "ff", (20, 30), "Remedy.")
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, MATRIX)


def test_a_matrix_of_another_name_or_size_is_told_with_what_there_is(tmp_path: Path) -> None:
    file = tmp_path / "file.mat"
    write_matlab(file, faces=MATRIX.T, x=np.zeros((2, 3)))
    with pytest.raises(
        AtlasError, match=r"file.mat holds faces 30 x 20, x 2 x 3, not a matrix faces of 20 x 30. R"
    ):
        read_matrix(file, "faces", (20, 30), "Remedy.")


@pytest.mark.parametrize("value", [-1.0, 256.0, 0.5, np.nan, np.inf])
def test_values_that_are_no_bytes_are_refused(tmp_path: Path, value: float) -> None:
    matrix = MATRIX.astype(float)
    matrix[3, 4] = value
    write_matlab(tmp_path / "file.mat", ff=matrix)
    with pytest.raises(AtlasError, match="values in ff that are not 0 to 255"):
        read_matrix(tmp_path / "file.mat", "ff", (20, 30), "Remedy.")


def test_complex_numbers_and_text_are_no_matrix_of_pixels(tmp_path: Path) -> None:
    for matrix in (MATRIX * 1j, np.full((20, 30), True)[0, :].astype("U1")):
        write_matlab(tmp_path / "file.mat", ff=matrix)
        with pytest.raises(AtlasError, match=r"holds ff .*, not a matrix ff of 20 x 30"):
            read_matrix(tmp_path / "file.mat", "ff", (20, 30), "Remedy.")


@pytest.mark.parametrize("compressed", [False, True])
def test_a_file_cut_anywhere_is_refused_in_a_sentence(tmp_path: Path, compressed: bool) -> None:
    file = tmp_path / "file.mat"
    write_matlab(file, compressed, ff=MATRIX)
    whole = file.read_bytes()
    for length in range(0, len(whole) - 8, 7):
        file.write_bytes(whole[:length])
        with pytest.raises(AtlasError, match=r"Remedy\.$"):
            read_matrix(file, "ff", (20, 30), "Remedy.")


def test_altered_bytes_give_a_sentence_or_pixels_never_another_error(tmp_path: Path) -> None:
    random = np.random.RandomState(0)
    file = tmp_path / "file.mat"
    refused = 0
    for compressed in (False, True):
        write_matlab(file, compressed, ff=MATRIX, other=np.arange(3))
        whole = np.frombuffer(file.read_bytes(), np.uint8)
        for _ in range(300):
            altered = whole.copy()
            altered[random.randint(124, 230, 3)] = random.choice([0, 1, 14, 15, 255], 3)
            file.write_bytes(altered.tobytes())
            try:
                assert read_matrix(file, "ff", (20, 30), "Remedy.").shape == (20, 30)
            except AtlasError:
                refused += 1
    assert refused > 400


def test_a_file_of_another_kind_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "file.mat"
    file.write_text("<html>404</html>")
    assert not is_matlab(file)
    with pytest.raises(AtlasError, match=r"file\.mat is not a MATLAB file of version 5"):
        read_matrix(file, "ff", (20, 30), "Remedy.")
    with pytest.raises(AtlasError, match=r"absent\.mat is missing\. Remedy\."):
        read_matrix(tmp_path / "absent.mat", "ff", (20, 30), "Remedy.")
