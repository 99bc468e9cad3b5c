"""What reads requests, addresses, settings, and what browsers and terminals send."""

import base64
import json
from pathlib import Path
from typing import Any

from latent_atlas.ui.border import refusal, rules_of
from latent_atlas.ui.data.upload_routes import announced_in, check_size
from latent_atlas.ui.draw import sheet_from
from latent_atlas.ui.latent_plane.images import asked_points
from latent_atlas.ui.latent_plane.paths import asked_leg
from latent_atlas.ui.latent_plane.projections import asked_base, asked_projection
from latent_atlas.ui.latent_plane.view import view_from
from latent_atlas.ui.owners import owners_of
from latent_atlas.ui.proxies import HEADER, PROXIES, proxy_rules, user_named
from tests.fuzz.commands import told
from tests.fuzz.makers import SMALL
from tests.fuzz.parser import Parser, as_text
from tests.vae_core.data.own.makers import png


def _owners(content: bytes, folder: Path) -> object:
    (folder / "owners.json").write_bytes(content)
    return owners_of(folder)


def _request(content: bytes, folder: Path) -> object:
    lines = [line.partition(b": ") for line in content.split(b"\r\n") if line]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/_stcore/upload_file",
        "headers": [(name.lower(), value) for name, _, value in lines],
    }
    return refusal(scope, rules_of({}))


_HEADERS = (
    b"Host: 127.0.0.1:8501\r\nOrigin: http://127.0.0.1:8501\r\nSec-Fetch-Site: same-origin",
    b"Host: [::1]:8501\r\nOrigin: null",
    b"Host: localhost",
)


def _view(text: str) -> object:
    return view_from(dict(part.partition("=")[::2] for part in text.split("&")))


def _viewed(content: bytes, folder: Path) -> object:
    try:
        state: Any = json.loads(content)
    except (ValueError, RecursionError):
        return None  # Streamlit reads it, and hands on what it could read
    sheet_from_ = sheet_from(state.get("picture")) if isinstance(state, dict) else None
    return view_from(state) if isinstance(state, dict) else sheet_from_


_SEEN = {
    "z": [0.5, -1], "layers": "both", "axis": "cdf", "zoom": 3, "at": [0, 0], "hide": [1, 2],
    "a": [0, 0, 1, 0, 1, 1], "along": 0.5, "epoch": 3, "dims": [0, 1], "base": [0, 1, 2],
    "path": [0, 0, 1, 1], "way": "line", "guides": True,
}  # fmt: skip

_QUERY = (
    b"z=0.5,-1&layers=both&axis=cdf&zoom=3&at=0,0&hide=1,2&a=0,0,1,0,1,1&along=0.5&epoch=3",
    b"dims=1,2&base=0,1,2&path=0,0,1,1&way=geodesic&background=support&guides=on",
)


PARSERS = [
    Parser("headers", lambda: _HEADERS, _request),
    Parser(
        "hosts",
        lambda: [b"atlas.example.org,10.0.0.1:80"],
        as_text(lambda text: rules_of({"LATENT_ATLAS_HOSTS": text})),
    ),
    Parser(
        "origins",
        lambda: [b"https://hub.example.org:8000,http://10.0.0.1:80"],
        as_text(lambda text: rules_of({"LATENT_ATLAS_ORIGINS": text})),
    ),
    Parser(
        "proxies",
        lambda: [b"127.0.0.1,10.0.0.0/8,::1"],
        as_text(lambda text: proxy_rules({HEADER: "X-Forwarded-User", PROXIES: text})),
    ),
    Parser(
        "user",
        lambda: [b"ana@example.org", "José".encode()],
        lambda content, folder: user_named([content.decode("latin-1")]),
    ),
    Parser("owners", lambda: [b'[{"kind": "user", "name": "ana"}]'], _owners, is_json=True),
    Parser("owners-bytes", lambda: [b'[{"kind": "user", "name": "ana"}]'], _owners),
    Parser("points", lambda: [b"3,14,15"], as_text(asked_points)),
    Parser("leg", lambda: [b"0.5,-1,2,0"], as_text(asked_leg)),
    Parser("base", lambda: [b"0,1,2,0.5"], as_text(lambda text: asked_base(text, 4))),
    Parser(
        "projection",
        lambda: [b"axes", b"axes-1-3", b"pca"],
        as_text(lambda t: asked_projection(t, 4)),
    ),
    Parser("view-of-an-address", lambda: _QUERY, as_text(_view)),
    Parser("view-of-a-component", lambda: [json.dumps(_SEEN).encode()], _viewed, is_json=True),
    Parser(
        "upload",
        lambda: [b'{"name": "a.zip", "bytes": 1200, "packed": true, "files": 12}'],
        lambda content, folder: check_size(announced_in(content), SMALL),
        is_json=True,
    ),
    Parser(
        "sheet",
        lambda: [b"data:image/png;base64," + base64.b64encode(png())],
        as_text(lambda text: sheet_from({"png": text, "kind": "pasted"})),
    ),
    Parser(
        "command-line",
        lambda: [b"train digits --latent-dim 2 --epochs 1 --hidden 3,4 --beta 1 --nonsense"],
        as_text(
            lambda text: told(
                [w.replace("\0", "") for w in text.split()][:9] + ["--runs-dir", "/dev/null/x"]
            )
        ),
    ),
]
