"""How much an import may take, in one place, and the account of what it has taken so far."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field, fields

from vae_core.errors import AtlasError

PREFIX = "LATENT_ATLAS_MAX_"
MEGABYTE = 1 << 20

Progress = Callable[[int, int], None]  # images done, images in all
Cancelled = Callable[[], bool]


@dataclass(frozen=True)
class Limits:
    """What is refused beyond. Each can be set in the environment as `LATENT_ATLAS_MAX_<NAME>`.

    Attributes:
        images: pictures in one data set.
        files: entries in a ZIP or folder, pictures or not.
        pixels: height × width of one picture, before it is resized.
        longest: height and width of one picture, before it is resized.
        side: height and width of an image as the model sees it.
        file_bytes: one picture file.
        source_bytes: the ZIP, .npz or .npy itself.
        unpacked_bytes: all that is read out of a source, counted as it comes, whatever headers say.
        ratio: unpacked bytes for each packed byte, once `ratio_floor` bytes are unpacked.
        ratio_floor: bytes below which the ratio is not looked at: plain pictures pack very well.
        kept_bytes: the finished data set, at one byte a value.
        seconds: an import, from its start to its end.
    """

    images: int = 200_000
    files: int = 500_000
    pixels: int = 50_000_000
    longest: int = 20_000
    side: int = 256
    file_bytes: int = 100 * MEGABYTE
    source_bytes: int = 2048 * MEGABYTE
    unpacked_bytes: int = 4096 * MEGABYTE
    ratio: int = 200
    ratio_floor: int = 32 * MEGABYTE
    kept_bytes: int = 1024 * MEGABYTE
    seconds: int = 1800

    @classmethod
    def from_environment(cls) -> "Limits":
        """The limits, as the environment changes them. Raises AtlasError if it holds no number."""
        given: dict[str, int] = {}
        for each in fields(cls):
            variable = PREFIX + each.name.upper()
            text = os.environ.get(variable, "").strip()
            if not text:
                continue
            if not (text.isascii() and text.isdigit() and int(text) > 0):
                raise AtlasError(f"{variable} is “{text}”: set it to a whole number above zero.")
            given[each.name] = int(text)
        return cls(**given)


class ImportCancelled(AtlasError):
    """The user called the import off; nothing was kept."""


UPLOAD = "This upload"  # as sentences call several files that came together


@dataclass
class Budget:
    """What one import may still take. `source` is how it is called in sentences."""

    limits: Limits
    source: str
    packed_bytes: int = 0
    cancelled: Cancelled | None = None
    unpacked: int = 0
    began: float = field(default_factory=time.monotonic)

    def within(self, name: str) -> str:
        """How something in the source is called in sentences; an upload needs no name."""
        return name if self.source == UPLOAD else f"{name} in {self.source}"

    def check(self) -> None:
        """Raises AtlasError when time is up, ImportCancelled when the user has enough."""
        if self.cancelled is not None and self.cancelled():
            raise ImportCancelled("The import was cancelled: nothing was kept.")
        if time.monotonic() - self.began > self.limits.seconds:
            raise AtlasError(
                f"{self.source} takes longer than {self.limits.seconds:,} seconds to read: "
                f"bring fewer or smaller pictures, or raise {PREFIX}SECONDS."
            )

    def unpack(self, count: int) -> None:
        """Note that `count` bytes came out of the source. Raises AtlasError at too many."""
        self.unpacked += count
        if self.unpacked > self.limits.unpacked_bytes:
            raise AtlasError(
                f"{self.source} unpacks to more than {megabytes(self.limits.unpacked_bytes)}: "
                f"bring fewer or smaller pictures, or raise {PREFIX}UNPACKED_BYTES."
            )
        packed = self.packed_bytes
        if packed and self.unpacked > max(self.limits.ratio_floor, self.limits.ratio * packed):
            raise AtlasError(
                f"{self.source} unpacks to more than {self.limits.ratio:,} times its own size, as "
                "ZIP bombs do: pack the pictures again as PNG or JPEG."
            )
        self.check()


def megabytes(count: int) -> str:
    """`count` bytes in words: "200 MB", or bytes where that would be nothing."""
    return f"{count / MEGABYTE:z,.0f} MB" if count >= MEGABYTE else f"{count:,} bytes"
