"""Results that are kept in memory for whoever asks again."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """The results that were asked for last, shared between sessions and threads."""

    def __init__(self, most: int) -> None:
        self._found: OrderedDict[Hashable, T] = OrderedDict()
        self._most = most
        self._turn = Lock()

    def get(self, key: Hashable) -> T | None:
        """What is known under this key."""
        with self._turn:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def put(self, key: Hashable, value: T) -> None:
        """Keep it; what nobody has asked for longest goes."""
        with self._turn:
            self._found[key] = value
            self._found.move_to_end(key)
            while len(self._found) > self._most:
                self._found.popitem(last=False)
