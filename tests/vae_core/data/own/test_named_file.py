"""Files under another name than their own: one as it came, and several in one that was made."""

import io
import zipfile
from dataclasses import replace
from functools import partial

import pytest

from tests.vae_core.data.own.makers import encoded, npz, photograph, png, zipped
from vae_core.data.own import ImportCancelled, NamedFile, Survey, look, survey
from vae_core.errors import AtlasError

PICTURES = {f"pets/{kind}/{i}.png": encoded(photograph(9 * i)) for kind in "ab" for i in range(5)}


def same(one: Survey, other: Survey) -> bool:
    """Whether two looks found the same; of what was inspected, what is said of it."""
    told = one.inspected.summary() == other.inspected.summary()
    return told and replace(one, inspected=other.inspected) == other


def named(name: str, content: bytes) -> NamedFile:
    return NamedFile(name, partial(io.BytesIO, content))


def packed(files: dict[str, bytes]) -> NamedFile:
    content = zipped(files, zipfile.ZIP_STORED)
    return NamedFile("", partial(io.BytesIO, content), packed=True)


def test_a_file_is_read_as_under_its_own_name() -> None:
    content = zipped(PICTURES)
    assert same(survey(named("pets.zip", content)), survey(("pets.zip", content)))
    content = npz(images=[[[i, 40], [90, 250]] for i in range(4)])
    with pytest.raises(AtlasError) as one:
        survey(named("x.npz", content[:90]))
    with pytest.raises(AtlasError) as other:
        survey(("x.npz", content[:90]))
    assert str(one.value) == str(other.value)


def test_several_files_in_one_are_what_they_are_one_by_one() -> None:
    files = PICTURES | {"pets/notes.txt": b"hello", "pets/more.zip": zipped({"c.png": png()})}
    found, by_themselves = survey(packed(files)), survey(list(files.items()))
    assert same(found, by_themselves)
    assert (found.title, found.count, sorted(found.counts)) == ("pets", 10, ["a", "b"])
    seen = look(packed(files), found.proposal, found.samples)
    assert [each.name for each in seen] == [list(PICTURES)[i] for i in found.samples]


def test_the_one_that_was_made_of_them_is_never_named() -> None:
    for files in ({"a.png": png()}, {"a.txt": b"x"}, {"a.png": png(), "b.png": b"no"}):
        with pytest.raises(AtlasError) as told:
            survey(packed(files))
        with pytest.raises(AtlasError) as by_themselves:
            survey(list(files.items()))
        assert str(told.value) == str(by_themselves.value)
        assert str(told.value).startswith(("This upload holds", "b.png is"))


def test_a_look_tells_how_far_it_is_and_ends_when_it_is_called_off() -> None:
    told: list[tuple[int, int]] = []
    survey(packed(PICTURES), progress=lambda done, total: told.append((done, total)))
    assert told == [(i + 1, 10) for i in range(10)]
    with pytest.raises(ImportCancelled, match="nothing was kept"):
        survey(packed(PICTURES), cancelled=lambda: True)
