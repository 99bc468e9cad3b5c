"""Which classifier judges: the program's own of a label column, or a graph that was brought."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st
import torch
from torch import Tensor

from latent_atlas.ui.catalog import companion_names, loaded
from latent_atlas.ui.reconstruct.comparison import Comparison
from latent_atlas.ui.reconstruct.identity.onnx_process import onnx_process
from vae_core.data import Dataset, LabelColumn, load_dataset
from vae_core.errors import AtlasError
from vae_core.evaluation import Classifier, Classifies, OnnxClassifier
from vae_core.evaluation.onnx_classifier import LARGEST_MB, names_for
from vae_core.sentences import plain

OWN, PROBLEM = "identity-own-graph", "identity-own-problem"


@dataclass(frozen=True, eq=False)
class OwnGraph:
    """An ``.onnx`` file that was brought and runs, for images of one shape."""

    name: str
    content: bytes
    image_shape: tuple[int, int, int]
    classes: int

    @property
    def digest(self) -> str:
        """SHA-256 of the file."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, eq=False)
class Judge:
    """A classifier by what is known of it without running it; `opened` gives one that runs.

    `column` is the label column that the program's own is of.
    """

    digest: str
    class_names: tuple[str, ...]
    source: Classifier | OwnGraph
    column: str | None = None

    @contextmanager
    def opened(self) -> Iterator[Classifies]:
        """The classifier itself, for as long as the block lasts. Raises AtlasError."""
        if isinstance(self.source, Classifier):
            yield self.source
            return
        graph = self.source
        with onnx_process(graph.content, graph.image_shape) as process:
            yield OnnxClassifier(graph.name, self.digest, self.class_names, process.scores)


def judge_of(source: Classifier | OwnGraph, data: Dataset) -> Judge:
    """A judge of images of a data set."""
    if isinstance(source, Classifier):
        return Judge(source.digest, source.class_names, source, source.lessons.column)
    return Judge(
        source.digest, names_for(source.classes, tuple(map(plain, data.class_names))), source
    )


def own_graph(image_shape: tuple[int, int, int]) -> OwnGraph | None:
    """What this session has brought for images of this shape."""
    graph: OwnGraph | None = st.session_state.get(OWN)
    return graph if graph is not None and graph.image_shape == image_shape else None


def brought_graph(name: str, content: bytes, image_shape: tuple[int, int, int]) -> OwnGraph:
    """A file that was brought, once it has run on two images. Raises AtlasError in one sentence."""
    if len(content) > LARGEST_MB * 2**20:
        raise AtlasError(f"A classifier has up to {LARGEST_MB} MB.")
    with onnx_process(content, image_shape) as process:
        probe = torch.stack([torch.zeros(image_shape), torch.full(image_shape, 0.5)])
        classes = process.scores(probe).shape[1]
    return OwnGraph(plain(name, 80), content, image_shape, classes)


def teacher(comparison: Comparison) -> Dataset:
    """The data set that the program's own classifier learns from.

    That is the one shown; where it has no classes, one with classes that the first model goes with.
    """
    if comparison.data.label_columns:
        return comparison.data
    for name in companion_names(loaded(comparison.columns[0].entry)):
        try:
            data = load_dataset(name)
        except AtlasError:
            continue
        if data.label_columns and data.image_shape == comparison.data.image_shape:
            return data
    return comparison.data


def labels_for(comparison: Comparison, judge: Judge) -> Tensor | None:
    """What the shown images are, int64 [N], in a judge's classes; None where nobody has said.

    From a label column of the data that has these very classes, the judge's own before others.
    """
    data, split = comparison.data, comparison.split
    fitting = [each for each in data.label_columns if _names(each) == judge.class_names]
    fitting.sort(key=lambda each: plain(each.name) != judge.column)
    index = data.splits.get(split.name)
    if not fitting or index is None or len(index) != len(split):
        return None
    return fitting[0].labels[index]


def _names(column: LabelColumn) -> tuple[str, ...]:
    return tuple(plain(name) for name in column.class_names)
