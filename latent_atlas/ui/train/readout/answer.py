"""What the readout of a run says now, and whether the page around it is still as it should be."""

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from latent_atlas.ui.train.reading import Story
from latent_atlas.ui.train.run_view import Seen, read_runs, read_story, signature
from latent_atlas.ui.train.words import epochs_done, message, number, time_left
from vae_core.runs import runs_folder
from vae_core.runs.commands import waiting_commands

# So many seconds of training, and those between two drawings of a younger run's curves: they move
# as much while a training doubles its age, so those of an old one need not hurry.
_CADENCE = ((30.0, 0.8), (80.0, 1.6), (160.0, 3.2))
_SLOWEST = 5.0


def drawn_every(seen: Sequence[Seen]) -> float | None:
    """Seconds between two drawings of curves; None where no run is active."""
    ages = [each.status.seconds for each in seen if each.active]
    if not ages:
        return None
    return next((every for age, every in _CADENCE if min(ages) < age), _SLOWEST)


def page_state(story: Story, seen: Sequence[Seen]) -> str:
    """Another text where the page has to be drawn anew.

    That is when a run came, went or changed its state, when the first point is there, when a run
    at rest has taken a step, when a setting was changed, and when curves are to be drawn less
    often.
    """
    rests = None if story.status.active else story.status.step
    changes = len(story.log.changes)
    return _digest(signature(seen), story.begun, rests, changes, drawn_every(seen))


def _digest(*told: object) -> str:
    return sha256(repr(told).encode()).hexdigest()[:16]


def told_of(story: Story, seen: Sequence[Seen]) -> dict[str, Any]:
    """The words of the readout; `page` is its `page_state`.

    `said` is another text where the sentences on the run, which stand below it, are others. They
    hold numbers that move, for which not all of the page is drawn.
    """
    status, log = story.status, story.log
    return {
        "page": page_state(story, seen),
        "said": _digest(
            message(story, [(each.run, each.status) for each in seen]),
            status.note,
            [each.id for each in waiting_commands(story.run.commands_path)],
        ),
        "begun": story.begun,
        "epoch": epochs_done(status),
        "left": time_left(status.seconds_left) if status.state == "running" else "",
        "done": min(max(status.epoch / status.epochs, 0.0), 1.0) if status.epochs else 0.0,
        "gauges": [
            number(status.images_per_second, 0),
            number(log.gradient_norm, 2),
            "–" if log.learning_rate is None else f"{log.learning_rate:.3g}".replace("-", "−"),
        ],
    }


def readout_answer(run_id: str) -> bytes | None:
    """The same as JSON; None where there is no such run, or not any more."""
    seen = read_runs(runs_folder()).seen
    found = next((each for each in seen if each.run.id == run_id), None)
    return None if found is None else json.dumps(told_of(read_story(found), seen)).encode()
