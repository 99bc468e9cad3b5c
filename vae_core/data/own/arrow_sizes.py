"""How much the batches of an Arrow file unpack to, told before any of them is unpacked.

PyArrow unpacks a whole batch at once, whatever its buffers announce. Where they lie stands in the
batch's metadata, a table of FlatBuffers, and before each compressed one the length that it has
unpacked (https://arrow.apache.org/docs/format/Columnar.html). Only those numbers are read here.
"""

import struct
from collections.abc import Iterator

FILE = b"ARROW1"
_STREAMED = -1  # four bytes before the length of a message, which old writers left out
_DICTIONARY, _BATCH = 2, 3  # what a message may hold, beside a schema
_OLD_COMPRESSION = b"ARROW:experimental_compression"  # where it stood before the format had a place
_WHOLE = -1  # announced by a buffer that was not worth compressing


def unpacked_sizes(data: bytes) -> Iterator[int]:
    """The bytes of each batch and dictionary once they are unpacked, as a file or stream says.

    Raises ValueError or struct.error where it is damaged.
    """
    messages = _of_file(data) if data.startswith(FILE) else _of_stream(data)
    for metadata, body in messages:
        yield _announced(_Table(data, metadata), body, data)


class _Table:
    """A table of FlatBuffers whose root lies at `start`: fields are found by their numbers."""

    def __init__(self, data: bytes, start: int, root: bool = True) -> None:
        self._data = data
        self.place = start + _number("<I", data, start) if root else start
        self._fields = self.place - _number("<i", data, self.place)
        self._size = _number("<H", data, self._fields)

    def at(self, field: int) -> int | None:
        """Where a field lies, None where it is not there."""
        if 4 + 2 * field + 2 > self._size:
            return None
        offset = _number("<H", self._data, self._fields + 4 + 2 * field)
        return self.place + offset if offset else None

    def number(self, field: int, form: str) -> int:
        """A number, 0 where it is not there."""
        place = self.at(field)
        return 0 if place is None else _number(form, self._data, place)

    def table(self, field: int) -> "_Table | None":
        """A table inside of this one."""
        place = self.at(field)
        return None if place is None else _Table(self._data, place)

    def structs(self, field: int, form: str) -> Iterator[tuple[int, ...]]:
        """The structs of a vector."""
        place = self.at(field)
        if place is None:
            return
        place += _number("<I", self._data, place)
        count, size = _number("<I", self._data, place), struct.calcsize(form)
        content = memoryview(self._data)[place + 4 : place + 4 + count * size]
        if len(content) < count * size:
            raise ValueError("it ends early")
        yield from struct.iter_unpack(form, content)


def _of_file(data: bytes) -> Iterator[tuple[int, int]]:
    """Where the metadata and the body of each message lie, as the end of a file says."""
    end = len(data) - len(FILE) - 4
    footer = _Table(data, end - _number("<i", data, end))
    for field in (2, 3):  # dictionaries, batches
        for start, length, _ in footer.structs(field, "<qi4xq"):
            yield start + _prefix(data, start), start + length


def _of_stream(data: bytes) -> Iterator[tuple[int, int]]:
    """The same of a stream, whose messages follow each other."""
    place = 0
    while place + 4 <= len(data):
        start = place + _prefix(data, place)
        length = _number("<i", data, start - 4)
        if length == 0:
            return
        body = start + length
        yield start, body
        place = body + _Table(data, start).number(3, "<q")
        if length < 0 or place < body:
            raise ValueError("a message of less than nothing")


def _prefix(data: bytes, place: int) -> int:
    return 8 if _number("<i", data, place) == _STREAMED else 4


def _announced(message: _Table, body: int, data: bytes) -> int:
    """The bytes of all buffers of a message, unpacked; 0 of one that has none."""
    kind, held = message.number(1, "<B"), message.table(2)
    batch = held.table(1) if held is not None and kind == _DICTIONARY else held
    if batch is None or kind not in (_DICTIONARY, _BATCH):
        return 0
    packed = batch.at(3) is not None or _OLD_COMPRESSION in data[message.place : body]
    total = 0
    for offset, length in batch.structs(2, "<qq"):
        announced = _number("<q", data, body + offset) if packed and length else _WHOLE
        if length < 0 or announced < _WHOLE:
            raise ValueError("a buffer of less than nothing")
        total += length if announced == _WHOLE else announced
    return total


def _number(form: str, data: bytes, place: int) -> int:
    if place < 0:
        raise ValueError("it points before its beginning")
    (number,) = struct.unpack_from(form, data, place)
    return int(number)
