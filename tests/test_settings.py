"""Settings are read from the environment; a wrong one names its variable."""

from __future__ import annotations

import pytest

from include.settings import Settings


def test_defaults_are_those_of_the_design() -> None:
    settings = Settings.from_environment({})
    assert (settings.ocr_text_threshold, settings.ocr_async_threshold_mb) == (50, 5.0)
    assert (settings.textract_async_poll_interval, settings.textract_async_max_wait) == (10, 300)
    assert settings.textract_feature_types == ("TABLES", "FORMS")
    assert settings.analyzers == ("rules",)


def test_every_setting_is_read_from_its_name_in_capitals() -> None:
    settings = Settings.from_environment({
        "OCR_ENABLED": "false", "OCR_TEXT_THRESHOLD": "10", "TEXTRACT_FEATURE_TYPES": "TABLES, FORMS,LAYOUT",
        "OCR_ASYNC_THRESHOLD_MB": "2.5", "OCR_S3_BUCKET": "elsewhere",
        "ANALYZERS": "rules, comprehend_medical"})
    assert settings == Settings(
        ocr_enabled=False, ocr_text_threshold=10, textract_feature_types=("TABLES", "FORMS", "LAYOUT"),
        ocr_async_threshold_mb=2.5, ocr_s3_bucket="elsewhere", analyzers=("rules", "comprehend_medical"))


@pytest.mark.parametrize(("variable", "text"), [
    ("OCR_ENABLED", "maybe"), ("BATCH_SIZE", "0"), ("BATCH_SIZE", "many"),
    ("TEXTRACT_ASYNC_POLL_INTERVAL", "4"), ("TEXTRACT_CALLS_PER_SECOND", "0"), ("OCR_POOL_SLOTS", "0"),
    ("REVIEW_CONFIDENCE_THRESHOLD", "101"), ("ANALYZERS", ""), ("ANALYZERS", "comprehend_medical"),
    ("ANALYZERS", "rules,other"), ("ANALYZERS", "rules,rules"),
    ("FHIR_NAMESPACE", ""), ("FHIR_NAMESPACE", "urn:x"), ("FHIR_NAMESPACE", "https://clinic.example/")])
def test_a_wrong_setting_names_its_variable(variable: str, text: str) -> None:
    with pytest.raises(ValueError, match=variable):
        Settings.from_environment({variable: text})


@pytest.mark.parametrize(("variables", "named"), [
    ({"ALERT_CHANNELS": "sms"}, "ALERT_CHANNELS"),
    ({"ALERT_CHANNELS": "sns,sns", "ALERT_SNS_TOPIC_ARN": "arn"}, "ALERT_CHANNELS"),
    ({"ALERT_CHANNELS": "sns"}, "ALERT_SNS_TOPIC_ARN"),
    ({"ALERT_CHANNELS": "ses", "ALERT_MAIL_FROM": "a@example.org"}, "ALERT_MAIL_TO"),
    ({"ALERT_CHANNELS": "smtp", "ALERT_MAIL_TO": "a@example.org"}, "ALERT_MAIL_FROM"),
    ({"DOCUMENT_MAX_AGE_HOURS": "-1"}, "DOCUMENT_MAX_AGE_HOURS"),
    ({"DOCUMENTS_INBOX_DEADLINE_HOURS": "-1"}, "DOCUMENTS_INBOX_DEADLINE_HOURS"),
    ({"DOCUMENTS_TO_FHIR_DEADLINE_HOURS": "-1"}, "DOCUMENTS_TO_FHIR_DEADLINE_HOURS")])
def test_an_alert_that_could_not_be_sent_is_refused_at_the_start(variables: dict[str, str], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Settings.from_environment(variables)


def test_without_settings_nothing_is_alerted() -> None:
    settings = Settings.from_environment({"ALERT_CHANNELS": "", "ALERT_MAIL_TO": ""})
    assert settings.alert_channels == ()
    hours = (settings.documents_inbox_deadline_hours, settings.documents_to_fhir_deadline_hours,
             settings.document_max_age_hours)
    assert hours == (0, 0, 0)


@pytest.mark.parametrize("url", [
    "", "https://fhir.example.org/r4", "https://fhir.example.org:8443/r4/", "http://localhost:8080/fhir",
    "http://127.0.0.1/fhir", "http://[::1]:8080/fhir"])
def test_a_fhir_server_is_https_or_on_this_machine(url: str) -> None:
    assert Settings.from_environment({"FHIR_SERVER_URL": url}).fhir_server_url == url


@pytest.mark.parametrize(("url", "reason"), [
    ("fhir.example.org", "http or https URL"), ("ftp://fhir.example.org", "http or https URL"),
    ("https://", "http or https URL"), ("https://[::1", "http or https URL"),
    ("http://fhir.example.org/r4", "TLS"), ("http://localhost.example.org/r4", "TLS"), ("http://10.0.0.5/r4", "TLS"),
    ("https://user:secret@fhir.example.org", "without login"), ("https://fhir.example.org/?tenant=1", "without login")])
def test_another_url_of_a_fhir_server_is_refused_with_a_reason(url: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"FHIR_SERVER_URL must be .*{reason}") as raised:
        Settings.from_environment({"FHIR_SERVER_URL": url})
    assert "secret" not in str(raised.value)


def test_the_wait_for_a_fhir_server_is_above_zero() -> None:
    with pytest.raises(ValueError, match="FHIR_SERVER_TIMEOUT_SECONDS"):
        Settings.from_environment({"FHIR_SERVER_TIMEOUT_SECONDS": "0"})
