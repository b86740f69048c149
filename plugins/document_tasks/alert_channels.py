"""The channels that ALERT_CHANNELS names, each through the notifier of its provider."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from include.settings import Settings

if TYPE_CHECKING:
    from airflow.sdk import BaseNotifier

    from include.alerts.message import Alert


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to send an alert.

    :param notifier: makes the notifier of one alert.
    """

    name: str
    notifier: Callable[[Alert], BaseNotifier]

    def send(self, alert: Alert) -> None:
        """Send; whatever the provider raises is raised.

        ``notify`` and not a call of the notifier, which would render the text as a template.
        """
        self.notifier(alert).notify({})


def channels(chosen: Settings) -> tuple[Channel, ...]:
    """The channels in the order of the setting; empty: nothing is sent."""
    makers: dict[str, Callable[[Alert], BaseNotifier]] = {
        "sns": lambda alert: _sns(chosen, alert),
        "ses": lambda alert: _ses(chosen, alert),
        "smtp": lambda alert: _smtp(chosen, alert),
    }
    return tuple(Channel(name, makers[name]) for name in chosen.alert_channels)


def _sns(chosen: Settings, alert: Alert) -> BaseNotifier:
    from airflow.providers.amazon.aws.notifications.sns import SnsNotifier

    return SnsNotifier(
        aws_conn_id=chosen.aws_conn_id, region_name=chosen.aws_default_region,
        target_arn=chosen.alert_sns_topic_arn, subject=alert.subject, message=alert.text)


def _ses(chosen: Settings, alert: Alert) -> BaseNotifier:
    from airflow.providers.amazon.aws.notifications.ses import SesNotifier

    return SesNotifier(
        aws_conn_id=chosen.aws_conn_id, region_name=chosen.aws_default_region, mail_from=chosen.alert_mail_from,
        to=list(chosen.alert_mail_to), subject=alert.subject, html_content=alert.html)


def _smtp(chosen: Settings, alert: Alert) -> BaseNotifier:
    from airflow.providers.smtp.notifications.smtp import SmtpNotifier

    return SmtpNotifier(
        smtp_conn_id=chosen.alert_smtp_conn_id, from_email=chosen.alert_mail_from, to=list(chosen.alert_mail_to),
        subject=alert.subject, html_content=alert.html)
