"""Verbs for tests that handle the latent plane."""

import base64
import hashlib
import re
import struct
from pathlib import Path

import torch
from playwright.sync_api import Locator, Page
from torch import Tensor

from tests.browser.helpers import box_of
from tests.browser.server import AppServer
from vae_core.models import VAE, Architecture, Model, TrainingRecord, model_bytes


def atlas(page: Page, state: str = "true") -> Locator:
    """The component, once it shows its picture and its points."""
    found = page.locator(f".atlas[data-ready='{state}']")
    found.wait_for(timeout=30_000)
    return found


def open_views(page: Page) -> None:
    """Unfolds what experts look at: backgrounds, guides, uncertainty and Φ(z)."""
    page.locator(".views-tool[aria-expanded=false]").click()


def shown_z(page: Page) -> list[float]:
    """The point that the picture is decoded from."""
    return [float(part) for part in (atlas(page).get_attribute("data-z") or "").split(",")]


def told(page: Page, what: str) -> Locator:
    """What the live region says of the "spot", the "magnification" or a "selection"."""
    return page.locator(f".live [data-told={what}]")


def link_to(z: list[float]) -> str:
    """A pattern for what the address says once a point is pinned, and the app has heard of it."""
    return re.escape("z=" + "%2C".join(f"{round(value, 4):.6g}" for value in z))


def move_to(page: Page, x: float, y: float) -> None:
    """Moves the mouse to a place on the field: shares of its sides, from the top left."""
    box = box_of(page, page.locator(".field"))
    page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])


def picture_pixels(page: Page, canvas: str = ".picture") -> Tensor:
    """The decoded picture as it is drawn, or what another canvas shows. uint8 [H, W, 4]."""
    encoded, height, width = page.locator(canvas).evaluate(
        """canvas => {
            const image = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            let text = "";
            for (const byte of image.data) text += String.fromCharCode(byte);
            return [btoa(text), image.height, image.width];
        }"""
    )
    values = torch.frombuffer(bytearray(base64.b64decode(encoded)), dtype=torch.uint8)
    return values.view(height, width, 4)


def is_drawn(page: Page, expected: Tensor, canvas: str = ".picture", within: float = 1.0) -> bool:
    """Whether a canvas shows these values in [0, 1], [C, H, W] or [H, W], to so many levels."""
    values = expected if expected.dim() == 3 else expected[None]
    drawn = picture_pixels(page, canvas)[..., : len(values)].permute(2, 0, 1).float()
    return drawn.shape == values.shape and bool((drawn - 255 * values).abs().max() <= within)


def random_vae(seed: int = 0, **sizes: object) -> VAE:
    """A model as it is before training, with weights that use their range."""
    torch.manual_seed(seed)
    vae = VAE(Architecture.model_validate(sizes))
    with torch.no_grad():
        for parameter in vae.parameters():
            parameter.mul_(2)
    return vae.eval()


def keep_opened(
    server: AppServer, model: Model, name: str = "model", dataset: str | None = None
) -> str:
    """Puts a model where opened files are kept; returns the key that links to it."""
    content = model_bytes(model, TrainingRecord(dataset=dataset))
    digest = hashlib.sha256(content).hexdigest()[:12]
    folder = server.cache_folder / "models"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{digest}-{name}.safetensors").write_bytes(content)
    return f"file:{digest}"


def floats(values: Tensor) -> str:
    """float32 in base64, for a page."""
    flat = values.float().flatten().tolist()
    return base64.b64encode(struct.pack(f"<{len(flat)}f", *flat)).decode()


def write_file(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path
