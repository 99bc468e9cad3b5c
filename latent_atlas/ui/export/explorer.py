"""The explorer as one HTML file: the plane's own modules, and the model and its points inside.

It needs no server, no network and no installation, and works from the file system. What is inside
is gathered from `latent_atlas/ui/latent_plane`, so that the file does what the app does.
"""

import base64
import json
from dataclasses import asdict, replace
from html import escape
from pathlib import Path
from string import Template

import torch

from latent_atlas.reports.data_words import SIZES, size_and_colour, treated
from latent_atlas.stored_models import recorded_test
from latent_atlas.ui.components.bundle import bundle
from latent_atlas.ui.components.modules import js_sources
from latent_atlas.ui.latent_plane.assets import MODULES, markup, stylesheet
from latent_atlas.ui.latent_plane.encodings import column_bytes, encodings_part, part_count, shown
from latent_atlas.ui.latent_plane.view import PlaneView
from latent_atlas.ui.palette import CLASS_COLOURS, UNCLASSED
from vae_core.data import Dataset, Kinship, kinship
from vae_core.models import NETWORKS, VAE, SavedModel, decoder_bytes
from vae_core.version import __version__

_HERE = Path(__file__).parent
_FIRST_PART = "encodings-0.safetensors"


def explorer_html(
    saved: SavedModel,
    dataset: Dataset | None,
    *,
    title: str,
    points: int | None = None,
    digest: str | None = None,
) -> bytes:
    """The page as a file, in UTF-8.

    `dataset` gives the points, at most `points` of them (a fair sample; all by default); without
    it there are none. Its images must be of the model's size. `digest` is the SHA-256 of the
    model's file, by which a shipped one has a card.
    """
    files = {"decoder.safetensors": decoder_bytes(saved.vae, widths=True)}
    kin = None
    if points == 0:
        dataset = None
    if dataset is not None:
        kin = kinship(title, saved.training.dataset, saved.training.split, dataset.name)
        files |= _encodings(saved.vae, dataset, points)
    data: dict[str, object] = {
        "worker": "decode/tiles_worker.js",
        "decoder": "decoder.safetensors",
        "encodings": _FIRST_PART if _FIRST_PART in files else None,
        "deviations": None,  # the decoder tells them itself
        "names": None,
        "labels": ".",  # they lie beside the points
        "table": None,  # the server writes it
        "images": None,  # 784 bytes a point would be 55 MB for MNIST
        "maps": None,  # the server draws them
        "judge": None,  # and knows who judges
        "paths": None,  # and searches for geodesics
        "dims": None,  # as are other planes
        "epochs": None,  # each would be as large as the model
        "colours": [*CLASS_COLOURS, UNCLASSED],
        "view": asdict(PlaneView()),
        "twin": None,
    }
    page = Template(_own("explorer.html")).substitute(
        title=escape(f"{title} · Latent Atlas"),
        heading=escape(title),
        banner=_banner(kin),
        style=_own("explorer.css") + stylesheet(),
        plane=markup(),
        card=_card(saved, digest, dataset, "" if kin is None or kin.strange else kin.sentence),
        version=__version__,
        files=_carried(files, data),
        script=_inside_script(bundle(js_sources(), "export/explorer")),
    )
    return page.encode()


def _encodings(vae: VAE, dataset: Dataset, points: int | None) -> dict[str, bytes]:
    """The parts of the points, under names that follow from the first one's as in the app."""
    plane = shown(vae, dataset)
    if points is not None and points < len(dataset.images):
        order = torch.randperm(len(dataset.images), generator=torch.Generator().manual_seed(0))
        chosen = order[:points]
        labels = None if dataset.labels is None else dataset.labels[chosen]
        dataset = replace(
            dataset,
            images=dataset.images[chosen],
            labels=labels,
            splits={},
            test_splits={},
            factors=None,
            image_names=(),
            other_labels=tuple(
                replace(column, labels=column.labels[chosen]) for column in dataset.other_labels
            ),
        )
    parts = {
        _FIRST_PART.replace("0", str(part)): encodings_part(vae, dataset, part, plane)
        for part in range(part_count(dataset))
    }
    further = range(1, len(dataset.label_columns))
    return parts | {f"labels-{n}.safetensors": column_bytes(dataset, n) for n in further}


def _carried(files: dict[str, bytes], data: dict[str, object]) -> str:
    """What the page brings along, as scripts that no browser runs."""
    lines = [
        f'<script type="application/octet-stream" data-file="{name}">'
        f"{base64.b64encode(content).decode()}</script>"
        for name, content in files.items()
    ]
    sources = js_sources()
    for name in sources:
        if not (name.startswith(f"{MODULES}/") and name.endswith("_worker")):
            continue
        script = _inside_script(bundle(sources, "export/worker", name))
        address = f"{name.removeprefix(f'{MODULES}/')}.js"
        lines.append(f'<script type="text/plain" data-worker="{address}">\n{script}\n</script>')
    document = json.dumps(data).replace("<", "\\u003c")
    return "\n".join([*lines, f'<script type="application/json">{document}</script>'])


def _banner(kin: Kinship | None) -> str:
    """That the points are of images that the model was not trained on, where it is so."""
    if kin is None or not kin.strange:
        return ""
    return f'<p role="note"><strong>{escape(kin.sentence)}</strong></p>'


def _card(saved: SavedModel, digest: str | None, dataset: Dataset | None, note: str) -> str:
    """What is known of the model, as far as its file tells, and of the points."""
    training, a = saved.training, saved.vae.architecture
    words = [
        f"{a.latent_dim} latent dimension{'s' if a.latent_dim > 1 else ''}",
        f"{NETWORKS[a.network].label} networks",
        f"{a.likelihood} p(x|z)",
        f"images of {size_and_colour(a.image_shape)} ({SIZES.removesuffix('.').lower()})",
    ]
    test = recorded_test(training, digest)
    bound = test and f"{test.text} nats per image; {test.quantity.better} is better"
    if bound and test and test.half_width is not None:
        bound += "; ± in 95 of 100 cases, over images"
    rows = {
        "Model": " · ".join(words),
        "Trained on": " · ".join(filter(None, [training.dataset, training.split])),
        "Points": " · ".join(filter(None, [dataset.title if dataset else "", note])),
        "Data treatment": training.treatment and treated(training.treatment, a.image_shape[0]),
        f"Test {test.quantity.label if test else 'ELBO'}": bound,
        "Command": training.command,
        "Made": training.created and training.created[:10],
    }
    told = {name: escape(text) for name, text in rows.items() if text}
    if training.command:
        told["Command"] = f"<code>{told['Command']}</code>"
    return "\n".join(f"    <dt>{name}</dt><dd>{text}</dd>" for name, text in told.items())


def _own(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _inside_script(source: str) -> str:
    """JavaScript without what would end the script element that it stands in."""
    return source.replace("</script", "<\\/script").replace("<!--", "<\\!--")
