"""Reading a run for one drawing of the page: how it fares, and what was changed on the way."""

from dataclasses import dataclass

import numpy as np

from latent_atlas.ui.train.history import LogContent
from vae_core.runs import Run, RunStatus


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


def settings_now(story: Story) -> tuple[float, float]:
    """The learning rate and beta in force: as asked for, or as changed since."""
    rate, beta = story.run.config.learning_rate, story.run.config.beta
    for change in story.log.changes:
        rate = rate if change.learning_rate is None else change.learning_rate
        beta = beta if change.beta is None else change.beta
    return rate, beta


def marks(story: Story) -> list[tuple[int, str]]:
    """Where settings were changed (images seen) and to what, for the chart."""
    found = []
    rate, beta = story.run.config.learning_rate, story.run.config.beta
    for change in story.log.changes:
        words = []
        if change.learning_rate is not None and change.learning_rate != rate:
            rate = change.learning_rate
            words.append(f"learning rate {rate:g}".replace("-", "−"))
        if change.beta is not None and change.beta != beta:
            beta = change.beta
            words.append(f"beta {beta:g}")
        after = int(np.searchsorted(story.log.steps, change.step))
        if words and after < len(story.log.steps):
            found.append((int(story.log.samples[after]), ", ".join(words)))
    return found
