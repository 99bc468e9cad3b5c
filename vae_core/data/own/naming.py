"""What the names of files tell: which are pictures, which are nothing, and the classes."""

import re
import unicodedata
from pathlib import PurePosixPath

from vae_core.sentences import plain

LONGEST_PATH = 4096
PICTURES = frozenset(
    {
        *(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp", ".gif"),
        *(".pgm", ".ppm", ".pbm", ".pnm", ".apng", ".tif", ".tiff", ".avif"),
        *(".jp2", ".j2k", ".jpx"),
    }
)
# How a picture begins, for files without a suffix.
MAGICS = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"RIFF")
HEAD = 512  # bytes at the beginning of a file that tell what it is; tar and NIfTI need most
ARCHIVES = frozenset({".zip", ".7z", ".rar", ".tar", ".tgz", ".bz2", ".xz", ".zst"})
KINDS = "PNG, JPEG, TIFF, WebP, AVIF, JPEG 2000, BMP, GIF or PGM"
# Left by file managers and by the systems of NAS boxes; nobody wants to hear of them.
LITTER = frozenset(
    {"thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", "@eadir", "#recycle", "$recycle.bin"}
    | {"@recycle", "@recently-snapshot", "lost+found", "system volume information", "@tmp"}
)
# What Windows notes down about where a file came from, once it is on another system.
STREAM = re.compile(r".+:Zone\.Identifier(:\$DATA)?", re.IGNORECASE)
# What lies beside images and has their shape, but shows where something is.
MASKS = frozenset(
    {"mask", "masks", "segmentation", "segmentations", "annotation", "annotations", "groundtruth"}
)
OTHERS = "other"  # the class of pictures that lie beside the folders of the others


def is_litter(name: str) -> bool:
    """Whether a file is one of those that macOS, Windows and editors leave about."""
    parts = PurePosixPath(name).parts
    if parts and STREAM.fullmatch(parts[-1]):
        return True
    return any(part.startswith(".") or part.lower() in LITTER for part in parts)


def is_picture(name: str) -> bool:
    """Whether the name says that this is a picture of a kind that is read."""
    return PurePosixPath(name).suffix.lower() in PICTURES


def begins_as_picture(head: bytes) -> bool:
    """Whether a file that begins so is a picture of a kind that is read."""
    return head.startswith(MAGICS)


def is_archive(name: str) -> bool:
    """Whether the name says that this file holds other files."""
    path = PurePosixPath(name.lower())
    return path.suffix in ARCHIVES or path.name.endswith(".tar.gz")


def same_everywhere(name: str) -> str:
    """`name` with composed accents: macOS writes é as e and an accent, others as one character.

    Old systems wrote names in Latin-1, which Python hands on as bytes in disguise: two that differ
    in such a letter stay different.
    """
    try:
        name.encode()
    except UnicodeEncodeError:
        name = name.encode("utf-8", "surrogateescape").decode("latin-1")
    return unicodedata.normalize("NFC", name)


def path_of(name: str) -> str:
    """The path of a file as it is compared with those of others."""
    return plain(same_everywhere(name), LONGEST_PATH)


_DIGITS = 1_000  # of a number in a name: far longer ones are none that Python reads


def natural(name: str) -> list[tuple[int, int, str]]:
    """A key that sorts s2 before s10."""
    parts = re.findall(r"[0-9]+|[^0-9]+", name)
    return [
        (0, int(part[:_DIGITS]), "") if part[0] in "0123456789" else (1, 0, part) for part in parts
    ]
