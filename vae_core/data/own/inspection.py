"""A look at images after they were read: what people should know before they train on them.

A scale that was misread, ink on paper of its own colour, one picture fifty times: all of it trains
to the end without a word. So what came is counted, and what is surely a mistake is refused.
"""

import hashlib
from dataclasses import dataclass, field

import numpy as np

from vae_core.errors import AtlasError
from vae_core.sentences import counted

DARK = 48  # of 255: where the lightest pixel of all is darker, pictures can hardly be seen
MANY = 0.01  # of the images: more that are blank, or repeat another, are told of
STRAYS = 0.001  # of the pixels, at either end, that tell nothing of the images


@dataclass
class Inspection:
    """What was found in the images seen so far.

    Attributes:
        count: images.
        flat: images of one colour all over.
        levels: how often each of the 256 levels was seen, int64 [256].
        hashes: one for each different image.
    """

    count: int = 0
    flat: int = 0
    levels: np.ndarray = field(default_factory=lambda: np.zeros(256, np.int64))
    hashes: set[bytes] = field(default_factory=set)

    def see(self, image: np.ndarray) -> None:
        """Look at one image, uint8 [C, H, W]."""
        self.count += 1
        self.flat += bool((image == image[:, :1, :1]).all())
        self.levels += np.bincount(image.reshape(-1), minlength=256)
        self.hashes.add(hashlib.blake2b(np.ascontiguousarray(image).data, digest_size=16).digest())

    @property
    def distinct(self) -> int:
        """How many different images there are."""
        return len(self.hashes)

    @property
    def used(self) -> int:
        """How many of the 256 levels occur."""
        return int(np.count_nonzero(self.levels))

    @property
    def span(self) -> tuple[int, int]:
        """The darkest and the lightest level that occurs."""
        there = np.flatnonzero(self.levels)
        return (int(there[0]), int(there[-1])) if len(there) else (0, 0)

    def check(self, source: str) -> None:
        """Raises AtlasError where all images are the same one: nobody can have meant that."""
        if self.count < 3 or self.distinct > 1:
            return
        if self.flat:
            raise AtlasError(
                f"{source} gives {counted(self.count, 'image')} that are {self._colour()}, with "
                "nothing on them: choose another scale or ground, or bring other images."
            )
        raise AtlasError(
            f"{source} gives the same image {self.count:,} times: a model has nothing to learn "
            "from it. Bring different ones."
        )

    def summary(self) -> str:
        """One line: levels used, different images, empty ones."""
        low, high = self.span
        parts = [f"{self.used} of 256 levels used ({low} to {high})"]
        parts.append(
            "all images differ"
            if self.distinct == self.count
            else f"{self.distinct:,} of {counted(self.count, 'image')} are different"
        )
        if self.flat:
            parts.append(f"{counted(self.flat, 'image is', 'images are')} of one colour all over")
        return "; ".join(parts)

    def warnings(self) -> tuple[str, ...]:
        """What may be a mistake, in sentences."""
        told = []
        low, high = self.nearly_all()
        among = "all" if (low, high) == self.span else "999 in a thousand"
        if high < DARK:
            told.append(
                f"The lightest pixel of {among} has level {high} of 255: the images are nearly "
                "black. Is the scale right?"
            )
        if low > 255 - DARK:
            told.append(
                f"The darkest pixel of {among} has level {low} of 255: the images are nearly "
                "white. Is the ground right?"
            )
        repeated = self.count - self.distinct
        if repeated > MANY * self.count:
            told.append(
                f"{counted(repeated, 'image repeats', 'images repeat')} another one exactly: what "
                "is tested may have been trained on."
            )
        if self.flat > MANY * self.count:
            told.append(
                f"{counted(self.flat, 'image shows', 'images show')} nothing but one colour."
            )
        return tuple(told)

    def nearly_all(self) -> tuple[int, int]:
        """The levels that all pixels lie between, but for one in a thousand at either end.

        A few pixels that are wrong, or a frame, do not make other images.
        """
        share = np.cumsum(self.levels) / max(1, int(self.levels.sum()))
        return int(np.argmax(share > STRAYS)), int(np.argmax(share >= 1 - STRAYS))

    def _colour(self) -> str:
        low, high = self.span
        one = {0: "all black", 255: "all white"}.get(low, f"all of level {low}")
        return one if low == high else "all of one colour"
