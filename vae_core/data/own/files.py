"""Picture files, wherever they come from: a folder, a ZIP or an upload."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from PIL import Image

from vae_core.data.own.entries import Entry
from vae_core.data.own.file_labels import FileLabels, labels_of_files
from vae_core.data.own.folder_classes import outside_of_folders, places_of_all, told_of_outside
from vae_core.data.own.held_labels import labels_held
from vae_core.data.own.limits import PREFIX, Budget
from vae_core.data.own.masks import masks, masks_left_out
from vae_core.data.own.naming import (
    KINDS,
    begins_as_picture,
    is_litter,
    is_picture,
    natural,
    path_of,
    same_everywhere,
)
from vae_core.data.own.parts import Part, is_division, outside_of_parts
from vae_core.data.own.pictures import LIGHT_INK, Ground, decode, looked_into, shown_size
from vae_core.data.own.scales import Scale, reading, together
from vae_core.data.own.table_rows import is_table
from vae_core.data.own.unread import unread_form
from vae_core.errors import AtlasError
from vae_core.sentences import counted, plain

LOOKED_INTO = 100  # files that are no pictures, where none is
NEARLY_BLACK = 16  # of 256 upper bytes: below are 12 bits and fewer, in twice eight


class PictureFiles:
    """The pictures among some files, sorted by name; the others are counted and left out.

    Attributes:
        title: what to call the data set.
        names: the path of each picture inside the source.
        parts: the part that the source has each picture in, or None where it has none.
        labels: the columns of labels, that which counts first; none where there are no classes.
        outside: how many pictures were left out that lie beside the parts of the others.
        scale: of pictures of more than 8 bits, None as long as none was seen.
        ground: what lies below transparency, None as long as none was seen.
        notes: sentences about what was left out.
    """

    def __init__(
        self, title: str, entries: Sequence[Entry], budget: Budget, *, own_parts: bool = True
    ) -> None:
        """Without `own_parts`, pictures that lie beside the parts of the others are taken in.

        Raises AtlasError when there are fewer than two pictures, or too many.
        """
        wanted = [entry for entry in entries if not is_litter(entry.name)]
        kept = [entry for entry in wanted if _is_picture(entry)]
        there = {id(entry) for entry in kept}
        beside = masks([entry.name for entry in kept])
        outside = _outside([e for e in kept if e.name not in beside]) if own_parts else []
        left = beside | frozenset(outside)
        self.outside = len(outside)
        pictures = [entry for entry in kept if entry.name not in left]
        self._entries = sorted(pictures, key=lambda entry: natural(same_everywhere(entry.name)))
        self.budget, self.title = budget, title
        paths = [path_of(entry.name) for entry in self._entries]
        self.names = [plain(path) for path in paths]
        self.scale: Scale | None = None
        self.ground: Ground | None = None
        others = [entry for entry in wanted if id(entry) not in there]
        self.parts, labels, taken_in = _labelled(self._entries, paths, others)
        self.labels = labels.columns
        notes = list(labels.notes)
        if skipped := [entry for entry in others if entry.name not in labels.used]:
            notes.append(_skipped(skipped))
        if beside:
            notes.append(masks_left_out(beside))
        self._notes = tuple(n for n in (*notes, told_of_outside(outside), taken_in) if n)
        self._cut: set[int] = set()
        _check_count(len(self.names), others, budget)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to tell; of values that were cut off, once the pictures were read."""
        if not self._cut:
            return self._notes
        count, first = len(self._cut), self.names[min(self._cut)]
        return (
            *self._notes,
            f"{counted(count, 'picture has', 'pictures have')} values beyond the scale "
            f"{self.scale}, which were cut off (such as {first}). Choose a wider one to keep them.",
        )

    def size(self, i: int) -> tuple[int, int]:
        """(H, W) of picture `i`, upright."""
        return shown_size(self._entries[i].read(), self._label(i), self.budget.limits)

    def choose_reading(self, indices: Sequence[int]) -> None:
        """Choose scale and ground by some pictures: the closest scale, and what contrasts.

        Raises AtlasError where deep pictures hold values of no scale.
        """
        found = [
            looked_into(self._entries[i].read(), self._label(i), self.budget.limits)
            for i in indices
        ]
        if deep := [each.values for each in found if each.values is not None]:
            chosen = reading(together(deep), self.budget)
            self.scale = chosen.scale
            self._notes = tuple(each for each in (*self._notes, chosen.note) if each)
        uppers = [
            (each.upper, i)
            for i, each in zip(indices, found, strict=True)
            if each.upper is not None
        ]
        if uppers and max(uppers)[0] < NEARLY_BLACK:
            raise AtlasError(
                f"{self._label(uppers[0][1])} has 16 bits a colour, and no value above 4,095 of "
                "65,535: as 8 bits it would be black. Save such pictures with 8 bits a colour."
            )
        if inks := [each.ink for each in found if each.ink is not None]:
            self.ground = "black" if sum(inks) / len(inks) > LIGHT_INK else "white"
            self._notes = (*self._notes, f"Transparent parts lie on {self.ground}.")
        several = [i for i, each in zip(indices, found, strict=True) if each.frames > 1]
        if several:
            note = f"Of pictures with several frames or pages (such as {self.names[several[0]]}) "
            self._notes = (*self._notes, f"{note}the first is used.")

    def read_as(self, scale: Scale | None, ground: Ground | None) -> None:
        """Have `picture` read deep and transparent pictures so."""
        self.scale, self.ground = scale, ground

    def picture(self, i: int, at_least: int | None = None) -> Image.Image:
        """Picture `i`, mode L or RGB (see `pictures.decode`)."""
        self.budget.check()
        return decode(
            self._entries[i].read(),
            self._label(i),
            self.budget.limits,
            at_least,
            scale=self.scale or "16-bit",
            ground=self.ground or "white",
            cut=lambda: self._cut.add(i),
        )

    def _label(self, i: int) -> str:
        return self.budget.within(self.names[i])


def _labelled(
    entries: Sequence[Entry], paths: Sequence[str], others: Sequence[Entry]
) -> tuple[list[Part] | None, FileLabels, str]:
    """The parts, the labels, and what to say of files beside the parts that were taken in.

    What the table says that holds the pictures, else what folders, files and names tell.
    """
    if all(entry.in_table for entry in entries):
        parts = [entry.part for entry in entries]
        own = [part for part in parts if part is not None] if is_division(parts) else None
        return own, labels_held(entries), ""
    found, taken_in = places_of_all(paths)
    if len(paths) < 2:
        return found.parts, FileLabels(None), taken_in
    beside = {entry.name: entry.read for entry in others}
    labels = labels_of_files(paths, found.parts, found, beside)
    return found.parts or labels.parts, labels, taken_in


def _outside(entries: Sequence[Entry]) -> list[str]:
    """Those beside the parts of the others: tables of none, or files beside their folders."""
    if all(entry.in_table for entry in entries):
        return outside_of_parts({entry.name: entry.part for entry in entries})
    return outside_of_folders([entry.name for entry in entries])


def _is_picture(entry: Entry) -> bool:
    """By its suffix, or where it has none by how it begins."""
    if PurePosixPath(entry.name).suffix:
        return is_picture(entry.name)
    return begins_as_picture(entry.head())


def _skipped(entries: Sequence[Entry]) -> str:
    """What to say of files that are no pictures; of those of a known form, what to do with them."""
    first = plain(entries[0].name)
    known = [
        (entry, form)
        for entry in entries
        if not is_table(entry.name) and (form := unread_form(entry.name, b""))
    ]
    if known and all(form is known[0][1] for _, form in known):
        entry, form = known[0]
        rest = len(entries) - len(known)
        others = f" {counted(rest, 'other file')} skipped, too." if rest else ""
        return (
            f"{counted(len(known), 'file')} skipped, which cannot be read: {plain(entry.name)} is "
            f"{form.what}. To have them, {form.remedy}.{others}"
        )
    if len(entries) == 1:
        return f"1 file skipped, because it is not a {KINDS} picture: {first}."
    return (
        f"{counted(len(entries), 'file')} skipped, because they are not {KINDS} pictures "
        f"({first}, …)."
    )


def _check_count(count: int, others: Sequence[Entry], budget: Budget) -> None:
    if count > budget.limits.images:
        raise AtlasError(
            f"{budget.source} holds {counted(count, 'picture')}, more than the "
            f"{budget.limits.images:,} allowed: bring a part of them, or raise {PREFIX}IMAGES."
        )
    if count >= 2:
        return
    if count == 0 and not others:
        found = "is empty"
    elif count == 0:
        found = f"holds no pictures among its {counted(len(others), 'file')}"
        where = PurePosixPath(budget.source).name
        for entry in others[:LOOKED_INTO]:
            if (form := unread_form(f"{where}/{entry.name}", entry.head())) is not None:
                raise AtlasError(
                    f"{budget.source} {found}: {plain(entry.name)} is {form.what}, and is not read "
                    f"here: {form.remedy}."
                )
    else:
        found = "holds one picture only"
    raise AtlasError(f"{budget.source} {found}: bring at least two {KINDS} pictures.")
