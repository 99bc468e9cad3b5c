"""The Reconstruct page as its script draws it, of models that nobody has trained."""

import json
from pathlib import Path
from typing import Any

import torch
from streamlit.testing.v1 import AppTest

from latent_atlas.ui.catalog import open_upload
from latent_atlas.ui.data import jobs
from latent_atlas.ui.model_files import ModelEntry
from vae_core.models import VAE, Architecture, TrainingRecord, model_bytes

APP = f"""
from pathlib import Path
import streamlit as st
pages = Path({str(Path(__file__).parents[2] / "pages")!r})
st.navigation([st.Page(pages / f"{{name}}.py") for name in ("reconstruct", "explore")]).run()
"""


def untrained(
    name: str, shape: tuple[int, int, int], latent_dim: int = 2, dataset: str | None = None
) -> ModelEntry:
    """A small model as it begins; another name is another model."""
    torch.manual_seed(len(name))
    vae = VAE(Architecture(image_shape=shape, latent_dim=latent_dim, hidden=(4,)))
    return open_upload(f"{name}.safetensors", model_bytes(vae, TrainingRecord(dataset=dataset)))


def opened(state: dict[str, object] | None = None, **query: str) -> AppTest:
    """The page of an address."""
    at = AppTest.from_string(APP, default_timeout=60)
    for key, value in (state or {}).items():
        at.session_state[key] = value
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def ended(at: AppTest) -> AppTest:
    """The page once what it has begun has come to its end."""
    for job in list(jobs._jobs.values()):
        job.wait(60)
    at.run()
    assert not at.exception
    return at


def components(at: AppTest, name: str) -> list[dict[str, Any]]:
    """What the components of this name have been given, in the page's order."""
    drawn = [each.proto for each in at.get("bidi_component")]
    return [json.loads(each.json) for each in drawn if each.component_name.endswith(name)]
