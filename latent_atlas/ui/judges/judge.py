"""Which classifier judges: the program's own of a label column, or a graph that was brought."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakValueDictionary

import streamlit as st
import torch

from latent_atlas.ui.judges.onnx_process import onnx_process
from vae_core.data import Dataset
from vae_core.errors import AtlasError
from vae_core.evaluation import Classifier, Classifies, OnnxClassifier
from vae_core.evaluation.onnx_classifier import LARGEST_MB, names_for
from vae_core.sentences import plain

OWN = "judge-own-graph"  # in the session


@dataclass(frozen=True, eq=False)
class OwnGraph:
    """An ``.onnx`` file that was brought and runs, for images of one shape."""

    name: str
    content: bytes
    image_shape: tuple[int, int, int]
    classes: int

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the file."""
        return hashlib.sha256(self.content).hexdigest()


# Whoever knows the digest of a graph is judged by it, as long as a session keeps it.
_graphs: WeakValueDictionary[tuple[str, tuple[int, int, int]], OwnGraph] = WeakValueDictionary()


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
    graph = OwnGraph(plain(name, 80), content, image_shape, classes)
    _graphs[graph.digest, image_shape] = graph
    return graph


def graph_of(digest: str, image_shape: tuple[int, int, int]) -> OwnGraph | None:
    """The graph with this digest that a session has brought and still keeps."""
    return _graphs.get((digest, image_shape))
