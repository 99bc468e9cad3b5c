"""The one large file that the first picture of a plane waits for, from the address of a page.

It can be on its way while Streamlit starts, long before its script has said which one it is.
"""

from urllib.parse import parse_qs

from latent_atlas.ui.latent_plane import decoder_address
from latent_atlas.ui.latent_plane.live import training_run
from latent_atlas.ui.model_files import find_model, list_models
from vae_core.errors import AtlasError
from vae_core.models import Encodes, ShowsMeans, inability, model_outline


def first_file(query: str) -> str | None:
    """The address of the decoder that Explore shows first to somebody who has just come.

    `query` is that of the page's own address, of any origin. None where there is no such model, or
    where one trains and its plane lives on frames, or where it has no plane.
    """
    wanted = parse_qs(query, max_num_fields=100).get("model", [])
    entry = find_model(wanted[0]) if wanted else next(iter(list_models()), None)
    if entry is None or training_run(entry.key) is not None:
        return None
    try:
        if inability(model_outline(entry.source), Encodes, ShowsMeans):
            return None
        return decoder_address(entry.digest)
    except AtlasError:  # its file has just gone, or is no sound one
        return None
