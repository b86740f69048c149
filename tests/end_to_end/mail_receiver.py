"""Who gets the mails that a system sends by SMTP."""

from __future__ import annotations

import json
from typing import Any

from aiosmtpd.controller import Controller

from demo.environment import LOOPBACK, free_ports

SENDER, RECIPIENT = "pipeline@example.org", "on-call@example.org"


class Mailbox:
    """A mail server without TLS and login; keeps each message as it came."""

    def __init__(self) -> None:
        self.got: list[bytes] = []
        self._port = free_ports(1)[0]
        self._server: Controller | None = None

    @property
    def settings(self) -> dict[str, str]:
        """Of the pipeline, so that its alerts come here."""
        return {"ALERT_MAIL_TO": RECIPIENT, "ALERT_MAIL_FROM": SENDER, "AIRFLOW_CONN_SMTP_DEFAULT": json.dumps({
            "conn_type": "smtp", "host": LOOPBACK, "port": self._port,
            "extra": {"disable_ssl": True, "disable_tls": True, "timeout": 5, "retry_limit": 1}})}

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.got.append(envelope.content)
        return "250 OK"

    def start(self) -> None:
        """Also after a stop."""
        self._server = Controller(self, hostname=LOOPBACK, port=self._port)
        self._server.start()

    def stop(self) -> None:
        """Also a second time."""
        if self._server is not None:
            self._server.stop()
            self._server = None
