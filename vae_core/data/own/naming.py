"""What the names of files tell: which are pictures, which are nothing, and the classes."""

import re
import unicodedata
from collections.abc import Sequence
from pathlib import PurePosixPath

PICTURES = frozenset(
    {".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp", ".gif", ".pgm", ".ppm", ".pbm"}
)
ARCHIVES = frozenset({".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst"})
KINDS = "PNG, JPEG, WebP, BMP, GIF or PGM"
# Left by file managers; nobody wants to hear of them.
LITTER = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
# Folders that divide a data set for machines, not by what is in the pictures.
PARTS = frozenset({"train", "test", "val", "valid", "validation", "training", "testing"})
OTHERS = "other"  # the class of pictures that lie beside the folders of the others


def is_litter(name: str) -> bool:
    """Whether a file is one of those that macOS, Windows and editors leave about."""
    return any(part.startswith(".") or part.lower() in LITTER for part in PurePosixPath(name).parts)


def is_picture(name: str) -> bool:
    """Whether the name says that this is a picture of a kind that is read."""
    return PurePosixPath(name).suffix.lower() in PICTURES


def is_archive(name: str) -> bool:
    """Whether the name says that this file holds other files."""
    return PurePosixPath(name).suffix.lower() in ARCHIVES


def same_everywhere(name: str) -> str:
    """`name` with composed accents: macOS writes é as e and an accent, others as one character."""
    return unicodedata.normalize("NFC", name)


def natural(name: str) -> list[tuple[int, int, str]]:
    """A key that sorts s2 before s10."""
    parts = re.findall(r"[0-9]+|[^0-9]+", name)
    return [(0, int(part), "") if part[0] in "0123456789" else (1, 0, part) for part in parts]


def classes(names: Sequence[str]) -> list[str] | None:
    """The class of each file: the first folder in which they differ; None where none does.

    Folders that all share are passed over (a ZIP often has one around everything), and so are
    folders called train, test and the like.
    """
    folders = [PurePosixPath(name).parts[:-1] for name in names]
    while True:
        firsts = {folder[0] if folder else None for folder in folders}
        shared = len(firsts) == 1 and None not in firsts
        divided = all(first is not None and first.lower() in PARTS for first in firsts)
        if folders and (shared or (divided and all(len(folder) > 1 for folder in folders))):
            folders = [folder[1:] for folder in folders]
        else:
            break
    if len(firsts) < 2:
        return None
    return [folder[0] if folder else OTHERS for folder in folders]
