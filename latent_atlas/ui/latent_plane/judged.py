"""What a judge makes of the plane of a model: the regions of its classes, and a path through them.

The browser asks by address. What takes longer is done in the background, once for everybody: until
it is there the answer is a word on how far it is, and the browser asks again in a second.
"""

import json
import re
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from latent_atlas.ui.data.jobs import IsCancelled, Job, Progress, find, forget, start
from latent_atlas.ui.judges.judge import Judge, OwnGraph, graph_of, judge_of
from latent_atlas.ui.judges.kept_classifiers import kept, teaching, train, training
from latent_atlas.ui.judges.words import PLAIN, of_classifier, of_graph, of_standing
from latent_atlas.ui.latent_plane.maps import AXES, EXTENT
from latent_atlas.ui.latent_plane.served import asked_column, fitting
from vae_core.checkpoint import checkpoint_bytes
from vae_core.data import Dataset
from vae_core.errors import AtlasError
from vae_core.latent import Plane, class_path, class_regions
from vae_core.latent.manifold import Axis
from vae_core.models import VAE

SIDE = 96  # cells
MOST_CLASSES = 256  # that a map tells apart
MOST_POINTS = 100  # of a path
_KEPT = 48  # maps of 50 kB
_PATIENCE = 1.0  # seconds in which most are done
_FORSAKEN = 15.0  # seconds after which nobody asks any more
_ASKED = re.compile(rf"judged-({'|'.join(AXES)})-({EXTENT})")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,4})?")

# What the server has to say for now, or what was asked for.
Answer = str | bytes
Told = dict[str, Any]

_maps: OrderedDict[str, bytes] = OrderedDict()
_asked_at: dict[str, float] = {}
_lock = threading.Lock()


@dataclass(frozen=True)
class AskedJudge:
    """As an address names it: by its digest, and the column of labels that it may be of."""

    digest: str
    labels: str | None = None


def why_unjudged(vae: VAE) -> str:
    """Why the plane of a model has no judge, in a sentence; empty where it may have one."""
    if vae.architecture.latent_dim == 2:
        return ""
    return (
        "A judge looks at models of two latent dimensions: of others, what the plane leaves out "
        "would decide what it sees."
    )


def judge_told(digest: str, name: str, labels: str | None) -> Answer:
    """Which judge the program has for a column of labels, as JSON; it learns where it has none yet.

    Raises AtlasError where there is nothing to learn from, or it cannot be kept.
    """
    _, data = _flat(digest, name)
    column = asked_column(data, labels) if labels else 0
    given, known = teaching(name, column, data)
    classifier = kept(known)
    if classifier is not None:
        told = of_classifier(classifier, data.title, PLAIN)
        found = _told(judge_of(classifier, data), told, of_standing(classifier.standing))
        return json.dumps(found).encode()
    job = training(known)
    if job is None or job.state != "running":
        train("The classifier learns", given, known)
        job = training(known)
    if job is not None:
        job.wait(_PATIENCE)
        if job.state == "failed":
            raise AtlasError(job.message)
    return f"The judge learns what the classes look like: {_percent(job)}"


def graph_told(graph: OwnGraph, data: Dataset) -> Told:
    """The same of a graph that was brought."""
    return _told(judge_of(graph, data), of_graph(graph, PLAIN), "")


def judged_map(digest: str, name: str, text: str, asked: AskedJudge) -> Answer:
    """The map that an address names, `judged-cdf-3.5`, as safetensors, row 0 at the top.

    `classes` is uint8 [96, 96], and `values` float32, how probable the judge finds them. Raises
    AtlasError where there is no such model, data, judge or map.
    """
    if not (found := _ASKED.fullmatch(text)):
        raise AtlasError("There is no such map of the plane: reload the page.")
    axis, extent = AXES[found[1]], float(found[2])
    vae, data = _flat(digest, name)
    judge = _judge(data, asked)
    if len(judge.class_names) > MOST_CLASSES:
        raise AtlasError(f"A map tells at most {MOST_CLASSES} classes apart.")
    key = f"judged {judge.digest} {digest} {text}"
    with _lock:
        if (known := _maps.get(key)) is not None:
            _maps.move_to_end(key)
            return known
        _asked_at[key] = time.monotonic()
    job = find(key)
    if job is None or job.state in ("finished", "cancelled"):
        job = _begin(key, vae, judge, axis, extent)
    job.wait(_PATIENCE)
    with _lock:
        if (known := _maps.get(key)) is not None:
            return known
    if job.state == "failed":
        forget(key)
        raise AtlasError(job.message)
    return f"The judge looks at the plane: {_percent(job)}"


def judged_path(digest: str, name: str, points: str, asked: AskedJudge) -> bytes:
    """What the judge makes of each spot of a path, as JSON.

    `classes` and `confidence` have one number each; a crossing is the share of the path after which
    one class gives way to another. Raises AtlasError where there is no such judge or path.
    """
    path = asked_path(points)
    vae, data = _flat(digest, name)
    with _judge(data, asked).opened() as classifier:
        found = class_path(vae, classifier.probabilities, path)
    return json.dumps(
        {
            "classes": found.classes.tolist(),
            "confidence": [round(each, 4) for each in found.confidence.tolist()],
            "crossings": [
                {"at": round(each.at, 4), "before": each.before, "after": each.after}
                for each in found.crossings
            ],
        }
    ).encode()


def asked_path(points: str) -> Tensor:
    """The spots of a request, `?points=0.5,-1,2,0`, [T, 2]. Raises AtlasError for anything else."""
    # The length first: what is far too long need not be read at all.
    parts = points.split(",") if len(points) <= 20 * MOST_POINTS else []
    if len(parts) < 4 or len(parts) % 2 or not all(_NUMBER.fullmatch(part) for part in parts):
        raise AtlasError("Name the spots of a path by their coordinates: points=0.5,-1,2,0.")
    if len(parts) > 2 * MOST_POINTS:
        raise AtlasError(f"A path is judged at {MOST_POINTS} spots at most.")
    return torch.tensor([float(part) for part in parts]).view(-1, 2)


def _flat(digest: str, name: str) -> tuple[VAE, Dataset]:
    vae, data = fitting(digest, name)
    if why := why_unjudged(vae):
        raise AtlasError(why)
    return vae, data


def _judge(data: Dataset, asked: AskedJudge) -> Judge:
    """The judge of this digest. Raises AtlasError where nobody has it any more."""
    if _DIGEST.fullmatch(asked.digest):
        if (graph := graph_of(asked.digest, data.image_shape)) is not None:
            return judge_of(graph, data)
        if data.label_columns:
            column = asked_column(data, asked.labels) if asked.labels else 0
            classifier = kept(teaching(data.name, column, data)[1])
            if classifier is not None and classifier.digest == asked.digest:
                return judge_of(classifier, data)
    raise AtlasError("This judge is not here any more: reload the page, or bring it again.")


def _begin(key: str, vae: VAE, judge: Judge, axis: Axis, extent: float) -> Job:
    def unwanted(cancelled: IsCancelled) -> bool:
        with _lock:
            asked_lately = time.monotonic() - _asked_at.get(key, 0) < _FORSAKEN
        if not asked_lately and (job := find(key)) is not None:
            job.cancel()
        return cancelled()

    def work(told: Progress, cancelled: IsCancelled) -> str:
        done = 0

        def probabilities(x: Tensor) -> Tensor:
            nonlocal done
            found = classifier.probabilities(x)
            done += len(x)
            told(done, SIDE * SIDE)
            return found

        with judge.opened() as classifier:
            found = class_regions(
                vae,
                probabilities,
                Plane.of_axes(2),
                SIDE,
                extent,
                lambda: unwanted(cancelled),
                axis=axis,
            )
        tensors = {
            "values": found.confidence.float().contiguous(),
            "classes": found.classes.to(torch.uint8).contiguous(),
        }
        with _lock:
            _maps[key] = checkpoint_bytes(tensors, {})
            _asked_at.pop(key, None)
            while len(_maps) > _KEPT:
                _maps.popitem(last=False)
        return ""

    return start(key, "The judge looks at the plane", work)


def _told(judge: Judge, told: str, warning: str) -> Told:
    names = list(judge.class_names)
    return {"digest": judge.digest, "names": names, "told": told, "warning": warning}


def _percent(job: Job | None) -> str:
    return f"{round(100 * job.share) if job is not None else 0} %"
