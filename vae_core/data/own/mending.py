"""What is wrong around the pixels of a picture and does not concern them, put right.

A large colour profile, a comment with a wrong checksum, bytes after the end, an end that is
missing: none of it is in the picture, and a reader that stops at it stops somebody's import.
"""

import io
import struct
import zlib

from PIL import Image

PNG = b"\x89PNG\r\n\x1a\n"
# The chunks that say what the pixels are, and how the camera was held.
_NEEDED = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
_TURN = b"eXIf"
_LARGEST_TURN = 1 << 16
_END = b"\x00\x00\x00\x00IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
_MORE = bytes(range(1, 128))  # as pixels it would be anything but grey
JPEG, JPEG_SCAN, JPEG_END = b"\xff\xd8", b"\xff\xda", b"\xff\xd9"


def mended(data: bytes, most_pixels: int) -> bytes:
    """The same picture with nothing in its file but what makes its pixels.

    One of more than `most_pixels` is not looked into.
    """
    if data.startswith(PNG):
        return _png(data)
    if data.startswith(JPEG) and data.rfind(JPEG_END) < data.rfind(JPEG_SCAN):
        return data + JPEG_END if _is_whole(data, most_pixels) else data
    return data


def _is_whole(jpeg: bytes, most_pixels: int) -> bool:
    """Whether a JPEG without its end has all its pixels: then what comes after changes none."""
    seen = []
    try:
        for more in (b"", _MORE):
            stream = io.BytesIO(jpeg + more + JPEG_END)
            with Image.open(stream, formats=["JPEG"]) as picture:
                if picture.width * picture.height > most_pixels:
                    return False
                seen.append(picture.tobytes())
    except (OSError, SyntaxError, ValueError):
        return False
    return seen[0] == seen[1]


def _png(data: bytes) -> bytes:
    """A PNG of its needed chunks alone; what comes after a damaged length is left as it is."""
    view, kept, place = memoryview(data), [PNG], len(PNG)
    while place + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, place)
        kind, end = bytes(view[place + 4 : place + 8]), place + 12 + length
        if end > len(data):
            kept.append(bytes(view[place:]))  # cut off inside a chunk: the reader says so
            return b"".join(kept)
        sound = kind in _NEEDED or (
            kind == _TURN
            and length <= _LARGEST_TURN
            and zlib.crc32(view[place + 4 : end - 4]) == struct.unpack_from(">I", data, end - 4)[0]
        )
        if sound:
            kept.append(bytes(view[place:end]))
        if kind == b"IEND":
            return b"".join(kept)
        place = end
    return b"".join([*kept, _END])
