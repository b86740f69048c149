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
    ("ANALYZERS", "rules,other"), ("ANALYZERS", "rules,rules")])
def test_a_wrong_setting_names_its_variable(variable: str, text: str) -> None:
    with pytest.raises(ValueError, match=variable):
        Settings.from_environment({variable: text})
