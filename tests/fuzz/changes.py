"""Sound files with something changed: bytes anywhere, and values in JSON."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from hypothesis import strategies as st

# Numbers and words that a program did not expect, as text.
EXTREMES = (
    b"1e20",
    b"-1e308",
    b"1e999",
    b"NaN",
    b"-Infinity",
    b"9" * 10_000,
    b"-1",
    b"0",
    b"null",
    b"true",
    b'"' + b"x" * 5_000 + b'"',
    b'"\\u0000\\u202e![i](http://example.org/i)"',
    b"[]",
    b"{}",
    b"[" * 3_000,
    b'{"a":' * 500 + b"1" + b"}" * 500,
)
# Counts and sizes as binary headers hold them.
_WORDS = (
    b"\0" * 4,
    b"\xff" * 4,
    b"\xff\xff\xff\x7f",
    b"\x7f\xff\xff\xff",
    b"\0\0\0\x80",
    b"\xff" * 8,
)
_PLACE = st.floats(0, 1, exclude_max=True)


@st.composite
def changed_bytes(draw: st.DrawFn, seeds: Sequence[bytes]) -> bytes:
    """One of the seeds with one to four changes; at times bytes that are no seed's."""
    if draw(st.integers(0, 30)) == 0:
        return draw(st.binary(max_size=200))
    content = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(1, 4))):
        content = _changed(draw, content)
    return content


def _changed(draw: st.DrawFn, content: bytes) -> bytes:
    # Headers stand at an end, and that is where most is to be broken.
    share = draw(_PLACE) ** draw(st.sampled_from((1, 3, 6)))
    at = int(share * len(content))
    at = len(content) - at if draw(st.booleans()) and share < 0.5 else at
    length = draw(st.sampled_from((1, 2, 4, 8, 40)))
    kind = draw(st.sampled_from(("flip", "cut", "drop", "twice", "word", "text", "number")))
    before, here, after = content[:at], content[at : at + length], content[at + length :]
    if kind == "flip":
        return before + bytes(byte ^ (1 << draw(st.integers(0, 7))) for byte in here) + after
    if kind == "cut":
        return before
    if kind == "drop":
        return before + after
    if kind == "twice":
        return before + here + here + after
    if kind == "word":
        word = draw(st.sampled_from(_WORDS))
        return before + word + content[at + len(word) :]
    if kind == "text":
        return before + draw(st.sampled_from(EXTREMES)) + content[at:]
    return _other_number(draw, content)


def _other_number(draw: st.DrawFn, content: bytes) -> bytes:
    """With a run of digits replaced by an extreme."""
    starts = [i for i in range(len(content)) if content[i : i + 1].isdigit()][:2000]
    if not starts:
        return content
    at = end = draw(st.sampled_from(starts))
    while content[end : end + 1].isdigit():
        end += 1
    return content[:at] + draw(st.sampled_from(EXTREMES)) + content[end:]


@st.composite
def changed_json(draw: st.DrawFn, seeds: Sequence[bytes]) -> bytes:
    """A JSON document with one to three of its values replaced or taken away."""
    document = json.loads(draw(st.sampled_from(seeds)))
    extremes: dict[str, bytes] = {}
    for k in range(draw(st.integers(1, 3))):
        places = list(_places(document))
        if not places:
            break
        holder, key = draw(st.sampled_from(places))
        if draw(st.integers(0, 5)) == 0:
            del holder[key]
            continue
        holder[key] = f"extreme {k}"
        extremes[json.dumps(holder[key])] = draw(st.sampled_from(EXTREMES))
    text = json.dumps(document).encode()
    for mark, extreme in extremes.items():
        text = text.replace(mark.encode(), extreme)
    return text


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each value within a document, as what holds it and under which key."""
    keys: Sequence[Any] = ()
    if isinstance(value, dict):
        keys = list(value)
    elif isinstance(value, list):
        keys = range(len(value))
    for key in keys:
        yield value, key
        yield from _places(value[key])
