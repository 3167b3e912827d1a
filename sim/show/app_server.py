"""The page on an address of this machine; nothing is asked of any other machine."""

from __future__ import annotations

import os
import socket
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import solara
import uvicorn
from solara.server import settings

from sim.show.app_choice import Choice, Opened
from sim.show.app_page import Viewer

__all__ = ["Page", "serve"]

_HERE = "127.0.0.1"
_FORGOTTEN_AFTER = "5m"  # a page that was closed; until then its run can go on playing
_shown: dict[str, Any] = {}


@solara.component  # type: ignore[untyped-decorator,unused-ignore]
def Page() -> None:
    """What `serve` was asked to show; Solara looks for it by this name."""
    Viewer(**_shown)


def serve(opened: Opened, first: Choice, port: int, ready: Callable[[str], None]) -> None:
    """Serve the page to browsers on this machine until the process is interrupted.

    Args:
        opened: What the page is opened with.
        first: The choice that it shows first.
        port: Port to listen on; 0 for any that is free.
        ready: Called with the address once it can be opened.

    Raises:
        OSError: If the port is taken.
    """
    _shown.update(opened=opened, first=first)
    os.environ["SOLARA_APP"] = f"{__name__}:Page"
    settings.main.mode = "production"
    settings.telemetry.mixpanel_enable = False
    settings.theme.show_banner = False
    settings.kernel.cull_timeout = _FORGOTTEN_AFTER
    with socket.create_server((_HERE, port)) as listening, suppress(KeyboardInterrupt):
        ready(f"http://{_HERE}:{listening.getsockname()[1]}")
        warnings.filterwarnings("ignore", "Cookies with samesite=none")  # no other site embeds this page
        config = uvicorn.Config("solara.server.starlette:app", log_level="error")
        uvicorn.Server(config).run(sockets=[listening])
