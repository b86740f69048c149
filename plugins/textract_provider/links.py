"""Links from a task to the AWS console."""

from __future__ import annotations

from airflow.providers.amazon.aws.links.base_aws import BASE_AWS_CONSOLE_LINK, BaseAwsLink


class TextractConsoleLink(BaseAwsLink):
    """Link to Amazon Textract's console in the task's region; AWS has no page for a single job."""

    name = "Amazon Textract"
    key = "textract_console"
    format_str = BASE_AWS_CONSOLE_LINK + "/textract/home?region={region_name}#/"
