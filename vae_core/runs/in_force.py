"""Which settings a run's every step is made with: its schedules, and what was changed by hand.

A setting that was changed by hand keeps that value from its step on: the hand takes it off its
schedule. So the values at a step follow from the config and the changes alone, and a run that goes
on from any checkpoint, also one before a change, makes the same steps.
"""

from collections.abc import Iterable

from vae_core.algorithms import Settings
from vae_core.algorithms.schedules import Progress
from vae_core.runs.metrics import ChangeEvent


class SettingsInForce:
    """The values by name for a step, as the loop asks for them.

    Args:
        settings: the algorithm's, with its schedules.
        changes: by step.
    """

    def __init__(self, settings: Settings, changes: Iterable[ChangeEvent] = ()) -> None:
        self._settings = settings
        self._changes = list(changes)

    @property
    def changes(self) -> tuple[ChangeEvent, ...]:
        """All of them, by step."""
        return tuple(self._changes)

    def change(self, change: ChangeEvent) -> None:
        """From its step on. Of two at one step the later one counts."""
        self._changes.append(change)
        self._changes.sort(key=lambda each: each.step)

    def __call__(self, progress: Progress) -> dict[str, float]:
        """What is in force for the step after this progress."""
        values = self._settings.at(progress)
        for change in self._changes:
            if change.step > progress.step:
                break
            values |= {name: v for name, v in change.values().items() if name in values}
        return values
