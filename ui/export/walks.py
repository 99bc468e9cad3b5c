"""A walk between two spots of the latent space, decoded: as a strip, and as a film."""

import io
from dataclasses import dataclass
from typing import Literal

import streamlit as st
import torch
from torch import Tensor

from reports.strips import Film, film, path_strip
from ui.catalog import ModelEntry, companion_dataset, loaded
from ui.export.ends import Here, end
from vae_core.latent import (
    Support,
    SupportMeter,
    constant_speed,
    encode_images,
    geodesic,
    line,
    slerp,
)

Way = Literal["Straight line", "Great circle", "Geodesic"]
WAYS: dict[Way, str] = {
    "Straight line": "the shortest in z",
    "Great circle": "keeps its distance from the origin, as most of a many-dimensional prior does",
    "Geodesic": "along it the picture changes least in all; takes some seconds",
}
MOST_FRAMES = 120
# A fair sample of so many images tells the support; more would make people wait.
_MEASURED = 12_000


@dataclass(frozen=True)
class Walk:
    """From one end to another, in so many frames, each as different from the last as the next.

    `first` and `last` are what `ends.end` understands; nothing is computed before it is asked for.
    """

    here: Here
    first: str
    last: str
    way: Way
    frames: int

    @torch.no_grad()
    def path(self) -> Tensor:
        """The z of each frame, [frames, J]. Raises AtlasError at an end that is none."""
        vae = loaded(self.here.entry).vae
        anchors = torch.stack([end(self.here, self.first), end(self.here, self.last)])
        if self.way == "Geodesic":
            found = geodesic(vae, anchors)
        else:
            found = (line if self.way == "Straight line" else slerp)(anchors)
        return constant_speed(vae, found, self.frames)

    @torch.no_grad()
    def strip(self) -> bytes:
        """All frames on one PNG, with the number of real images near each."""
        path = self.path()
        entry = self.here.entry
        support = _support(entry, path)
        counts = None if support is None else support.neighbours.tolist()
        picture = path_strip(
            loaded(entry).vae.decode(path).mean,
            title=f"{entry.title}: {self.first} to {self.last}",
            note=f"{self.way}, {self.frames} frames" + _about_counts(counts),
            counts=counts,
            supported=None if support is None else support.supported.tolist(),
        )
        stream = io.BytesIO()
        picture.save(stream, format="PNG")
        return stream.getvalue()

    @torch.no_grad()
    def film(self, kind: Film) -> bytes:
        """The frames as a film that goes there and back."""
        return film(loaded(self.here.entry).vae.decode(self.path()).mean, kind)


def _about_counts(counts: list[int] | None) -> str:
    if counts is None:
        return ""
    return ". Under each: how many real images lie near it; - marks frames that none support"


def _support(entry: ModelEntry, path: Tensor) -> Support | None:
    meter = _meter(entry.digest, entry)
    return None if meter is None else meter.measure(path)


@st.cache_resource(max_entries=4, show_spinner=False)
def _meter(digest: str, _entry: ModelEntry) -> SupportMeter | None:
    data = companion_dataset(_entry)
    if data is None:
        return None
    order = torch.randperm(len(data.images), generator=torch.Generator().manual_seed(0))
    return SupportMeter(encode_images(loaded(_entry).vae, data.images[order[:_MEASURED]]))
