"""What people take away from a model to use elsewhere: networks as ONNX, encodings as CSV.

The model file itself (``vae_core.models.model_bytes``) is a take-away too.
"""

from vae_core.export.csv_file import cell, encodings_csv, images_csv
from vae_core.export.onnx_file import PARTS, Part, onnx_bytes

__all__ = ["PARTS", "Part", "cell", "encodings_csv", "images_csv", "onnx_bytes"]
