"""Frames as a video file that plays wherever films play: in slides, messages and browsers.

GIF and WebP (`strips.film`) hold the grey levels exactly and begin again by themselves; slides,
phones and video editors want H.264 in MP4. Pictures stand on whole multiples of their pixels here
too, and after compression the levels are right to within a few of 255.
"""

import io
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from latent_atlas.reports.lettering import enlarged
from latent_atlas.reports.pixels import image_bytes, pixel_scale
from latent_atlas.reports.strips import MILLISECONDS

# Of 0 (exact) to 51: at this rate nobody sees a difference, and a walk of digits has some 50 kB.
_CRF = "12"


def video(
    images: ArrayLike,
    *,
    scale: int | None = None,
    milliseconds: int = MILLISECONDS,
    there_and_back: bool = True,
) -> bytes:
    """The frames [T, C, H, W] in [0, 1] as an MP4, `milliseconds` each.

    `there_and_back` adds the frames in reverse. `scale` is the number of screen pixels a pixel
    (default: at least 256 a side); a side of an odd length gets one black line more, for H.264
    halves the resolution of colour.
    """
    import av  # a fifth of a second, for those who want a video

    frames = np.asarray(images)
    height, width = frames.shape[2:]
    scale = scale or pixel_scale(height, width, at_least=256)
    shown = [enlarged(image_bytes(frame), scale).convert("RGB") for frame in frames]
    if there_and_back:
        shown += shown[-2:0:-1]
    stream = io.BytesIO()
    with av.open(stream, "w", format="mp4") as file:
        track = file.add_stream(
            "libx264", rate=Fraction(1000, milliseconds), options={"crf": _CRF, "tune": "animation"}
        )
        track.width, track.height = (side + side % 2 for side in shown[0].size)
        track.pix_fmt = "yuv420p"
        for picture in shown:
            even = np.zeros((track.height, track.width, 3), dtype=np.uint8)
            even[: picture.height, : picture.width] = np.asarray(picture)
            file.mux(track.encode(av.VideoFrame.from_ndarray(even, format="rgb24")))
        file.mux(track.encode())
    return stream.getvalue()
