"""From picture to picture: as a film or a video, and, along a path, as a strip and a table."""

import csv
import io
from abc import ABC, abstractmethod
from dataclasses import dataclass

import streamlit as st
import torch
from torch import Tensor

from latent_atlas.reports.strips import Film, film, path_strip
from latent_atlas.reports.videos import video
from latent_atlas.ui.catalog import ModelEntry, companion_dataset, companion_names, loaded
from latent_atlas.ui.shown_data import companion_kinship
from vae_core.latent import Support, SupportMeter, encode_images
from vae_core.latent.support_levels import whole_percent
from vae_core.sentences import counted

# A fair sample of so many images tells the support; more would make people wait.
_MEASURED = 12_000


@dataclass(frozen=True)
class Animation(ABC):
    """A model and so many frames; nothing is computed before it is asked for."""

    entry: ModelEntry
    frames: int

    @abstractmethod
    def images(self) -> Tensor:
        """The frames, [T, C, H, W] in [0, 1]. Raises AtlasError when the model is gone."""

    def film(self, kind: Film) -> bytes:
        """The frames there and back, as a picture that moves."""
        return film(self.images(), kind)

    def video(self) -> bytes:
        """The frames there and back, as an MP4."""
        return video(self.images())


class PathAnimation(Animation):
    """Frames that are the decoded means of points, one after the other."""

    @abstractmethod
    def path(self) -> Tensor:
        """The z of each frame, [T, J]. Raises AtlasError where there is none."""

    @abstractmethod
    def words(self) -> tuple[str, str]:
        """From where to where, and along what way."""

    @torch.no_grad()
    def images(self) -> Tensor:
        """The decoded means, [T, C, H, W]."""
        return loaded(self.entry).vae.decode(self.path()).mean

    @torch.no_grad()
    def strip(self) -> bytes:
        """All frames on one PNG, with what backs each of them."""
        path = self.path()
        support = _support(self.entry, path)
        ends, way = self.words()
        note = f"{way}, {counted(self.frames, 'frame')}"
        if support is not None:
            what = "how many real images lie near it"
            if not _counted(path):
                what = "the share of images that lie in emptier spots"
            note += f". Under each: {what}; - marks unsupported frames"
            kin = companion_kinship(self.entry)
            if kin is not None and kin.strange:
                note += f". {kin.sentence}"
        picture = path_strip(
            loaded(self.entry).vae.decode(path).mean,
            title=f"{self.entry.title}: {ends}",
            note=note,
            told=None if support is None else _told(support, counted=_counted(path)),
            supported=None if support is None else support.supported.tolist(),
        )
        stream = io.BytesIO()
        picture.save(stream, format="PNG")
        return stream.getvalue()

    @torch.no_grad()
    def table(self) -> bytes:
        """The z of each frame as CSV, with what backs it.

        `share` of the images lies in emptier spots; `near` is how many lie near, where a model has
        no more than two dimensions.
        """
        path = self.path()
        support = _support(self.entry, path)
        stream = io.StringIO()
        near = ["near"] if _counted(path) else []
        writer = csv.writer(stream, lineterminator="\n")
        names = [f"z{number + 1}" for number in range(path.shape[1])]
        known = [] if support is None else [*near, "share", "supported"]
        writer.writerow(["frame", *names, *known])
        for number, z in enumerate(path.tolist()):
            row = [number + 1, *(f"{value:.6g}" for value in z)]
            if support is not None:
                row += [int(support.neighbours[number])] if near else []
                row += [f"{float(support.percentile[number]):z.4f}", int(support.supported[number])]
            writer.writerow(row)
        return stream.getvalue().encode()


def _support(entry: ModelEntry, path: Tensor) -> Support | None:
    meter = _meter(entry.digest, entry, tuple(companion_names(loaded(entry))))
    return None if meter is None else meter.measure(path)


def _counted(path: Tensor) -> bool:
    """Whether images near are counted: in many dimensions hardly one lies near any other."""
    return path.shape[1] <= 2


def _told(support: Support, *, counted: bool) -> list[str]:
    """What stands under each frame, as in the strip of the plane."""
    if counted:
        return [f"{count:,}" for count in support.neighbours.tolist()]
    return [f"{whole_percent(share)} %" for share in support.percentile.tolist()]


@st.cache_resource(max_entries=4, show_spinner=False)
def _meter(digest: str, _entry: ModelEntry, names: tuple[str, ...]) -> SupportMeter | None:
    """That of the first of the datasets `names` that can be read: not everybody sees the same."""
    data = companion_dataset(_entry)
    if data is None:
        return None
    order = torch.randperm(len(data.images), generator=torch.Generator().manual_seed(0))
    return SupportMeter(encode_images(loaded(_entry).vae, data.images[order[:_MEASURED]]))
