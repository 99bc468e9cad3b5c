"""What the server does before it answers anybody: checks, and what the first visitor asks for."""

import contextlib
import os
import sys
import threading
from collections.abc import AsyncIterator

import streamlit as st

from latent_atlas.ui.border import check_binding, rules_of
from latent_atlas.ui.catalog import companion_names
from latent_atlas.ui.classroom import check_mode
from latent_atlas.ui.latent_plane.served import model_decoder, prepare
from latent_atlas.ui.limits import Limits
from latent_atlas.ui.model_files import list_models, load_by_digest
from latent_atlas.ui.proxies import check_proxies
from latent_atlas.ui.server_process import answer_without_delay, limit_torch_threads
from latent_atlas.ui.time_limits import stop_those_before_in_time
from latent_atlas.ui.uninterrupted import finish_callbacks
from vae_core.errors import AtlasError
from vae_core.runs import runs_folder


@contextlib.asynccontextmanager
async def warm_up(_app: object) -> AsyncIterator[None]:
    """Prepare what the first visitor will ask for, beside the starting server: about a second.

    Where the app would be open to a network that it was not told of, it ends with a sentence.
    """
    try:
        check_binding(st.get_option("server.address"), os.environ)
        rules_of(os.environ)
        check_mode(os.environ)
        check_proxies(os.environ)
        Limits.from_environment(os.environ)
    except AtlasError as problem:
        print(problem, file=sys.stderr, flush=True)
        os._exit(2)  # any other end is told with a traceback, or the server goes on without this
    limit_torch_threads()
    answer_without_delay()
    finish_callbacks()
    threading.Thread(target=_prepare, name="warm-up", daemon=True).start()
    yield


def _prepare() -> None:
    stop_those_before_in_time(runs_folder())
    _prepare_first_model()


def _prepare_first_model() -> None:
    with contextlib.suppress(AtlasError):  # whoever asks for it will be told
        for entry in list_models()[:1]:
            model_decoder(entry.digest)
            for name in companion_names(load_by_digest(entry.digest))[:1]:
                prepare(entry.digest, name)
