"""Reading a run for one drawing of the page: how it fares, and what was changed on the way."""

from dataclasses import dataclass

import numpy as np

from latent_atlas.ui.train.history import LogContent
from vae_core.algorithms.schedules import Progress
from vae_core.options import options_of
from vae_core.quantities import DISTORTION, RATE
from vae_core.runs import ChangeEvent, Run, RunConfig, RunStatus, changeable
from vae_core.runs.in_force import SettingsInForce


@dataclass(frozen=True)
class Story:
    """One run as the page tells it, read once a drawing."""

    run: Run
    status: RunStatus
    log: LogContent

    @property
    def begun(self) -> bool:
        """Whether anything was measured yet."""
        return len(self.log.steps) > 0


def as_typed(value: float) -> str:
    """A setting as people write it, with a true minus sign: 0.001, or 1e−05."""
    return f"{value:g}".replace("-", "−")


def settings_now(story: Story) -> dict[str, float]:
    """What the next step is made with, by name: as scheduled, or as changed by hand since."""
    status, log = story.status, story.log
    # Of status and log, either may be a moment ahead.
    step = max([status.step, *map(int, log.steps[-1:])])
    samples = max([status.samples, *map(int, log.samples[-1:])])
    images = max(1, round(status.total_samples / status.epochs)) if status.epochs else 1
    progress = Progress(step, samples, status.total_samples, images)
    return SettingsInForce(story.run.config.algorithm, log.changes)(progress)


def scheduled(config: RunConfig) -> list[str]:
    """Which of the settings that can be changed move by themselves."""
    settings = config.algorithm
    options = options_of(type(settings))
    schedules = {name: options.get(f"{name}_schedule") for name in changeable(config)}
    return [
        name
        for name, schedule in schedules.items()
        if schedule is not None and getattr(settings, schedule.name) != schedule.default
    ]


def marks(story: Story) -> list[tuple[int, str]]:
    """Where settings were changed (images seen) and to what, for the chart."""
    config, log = story.run.config, story.log
    now = {name: getattr(config.algorithm, name) for name in changeable(config)}
    moving, found = set(scheduled(config)), []
    for change in log.changes:
        words = []
        for name, value in change.values().items():
            leaves = name in moving
            if leaves or value != now[name]:
                label = changeable(config)[name].label.lower()
                off = ", off its schedule" if leaves else ""
                words.append(f"{label} {as_typed(value)}{off}")
            moving.discard(name)
            now[name] = value
        if words and (at := _samples_at(change, log)) is not None:
            found.append((at, ", ".join(words)))
    return found


def _samples_at(change: ChangeEvent, log: LogContent) -> int | None:
    """The images seen where it was made, but none before the curves begin.

    An older log does not say: then where it was next measured, once it was.
    """
    if not len(log.samples):
        return None
    if change.samples is not None:
        return max(change.samples, int(log.samples[0]))
    after = int(np.searchsorted(log.steps, change.step))
    return int(log.samples[after]) if after < len(log.samples) else None


def what_is_climbed(story: Story) -> str:
    """What training climbs where that is not the bound, in words; empty where it is."""
    now = settings_now(story)
    beta, capacity, free = now.get("beta", 1.0), now.get("capacity"), now.get("free_bits", 0.0)
    code = RATE.noun
    if capacity is not None:
        code = f"|{code} − {as_typed(float(f'{capacity:.3g}'))}|"
    elif free > 0:
        code = f"{code}, at least {as_typed(free)} a dimension"
    if beta != 1:
        weighed = f"({code})" if "," in code else code
        code = f"{as_typed(float(f'{beta:.3g}'))} × {weighed}"
    return "" if code == RATE.noun else f"−\N{WORD JOINER}({DISTORTION.noun} + {code})"
