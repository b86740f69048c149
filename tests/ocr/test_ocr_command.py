"""``python -m include.ocr``."""

from __future__ import annotations

from typing import Any

from include.ocr.__main__ import summary


def test_the_command_says_what_a_response_lacks(sheet: Any) -> None:
    sheet.line("text", 0.1, 0.1)
    answer = {"JobStatus": "PARTIAL_SUCCESS", "NextToken": "more", "Warnings": [{"Pages": [3]}], "Blocks": sheet.blocks}
    read = summary(answer)
    assert read["warnings"] == ["the job's status is PARTIAL_SUCCESS", "Textract could not read page 3",
                                "the last chunk has a NextToken: the results go on"]
    assert summary({"JobStatus": "FAILED"}) == {"pages": [], "warnings": ["the job's status is FAILED"]}
    assert summary([{**answer, "Warnings": None}, {"JobStatus": "SUCCEEDED", "Blocks": []}])["warnings"] == [
        "the job's status is PARTIAL_SUCCESS"]
