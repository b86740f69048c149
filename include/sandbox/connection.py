"""Cutting the connection to a client that waits for its answer."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from typing import Any, NoReturn


class ConnectionCutError(ConnectionResetError):
    """The client gets no answer; werkzeug's server takes it for a client that went away."""


def cut(environ: Mapping[str, Any]) -> NoReturn:
    """End the connection of this request.

    :raises ConnectionCutError: always.
    """
    connection: socket.socket = environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionCutError
