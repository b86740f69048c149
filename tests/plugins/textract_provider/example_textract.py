"""
Amazon Textract in a Dag: the operators' example, and their system test.

It makes a bucket, puts two synthetic documents into it, reads them in every way that the operators and the sensor
know, and deletes the bucket. On AWS seven pages are analyzed for TABLES and FORMS, which is billed; the role needs
``textract:AnalyzeDocument``, ``textract:StartDocumentAnalysis``, ``textract:GetDocumentAnalysis`` and the bucket's
``s3:*``. Set ``TEXTRACT_EXAMPLE_BUCKET`` to a name that nobody has yet.
"""

# Arguments are given as XComArgs, which stand for their values.
# mypy: disable-error-code="arg-type"

from __future__ import annotations

import io
import os
from datetime import datetime

from airflow.providers.amazon.aws.hooks.s3 import S3Hook
from airflow.providers.amazon.aws.operators.s3 import S3CreateBucketOperator, S3DeleteBucketOperator
from airflow.sdk import DAG, chain, task

from textract_provider.hook import TextractHook
from textract_provider.operators import TextractAnalyzeDocumentOperator, TextractStartDocumentAnalysisOperator
from textract_provider.sensor import TextractDocumentAnalysisSensor

BUCKET = os.environ.get("TEXTRACT_EXAMPLE_BUCKET", "textract-example")
LETTER, REPORT = "scans/letter.png", "scans/report.pdf"


@task
def upload_documents() -> None:
    """A letter of one page, and a report of two."""
    from PIL import Image, ImageDraw

    def page(*lines: str) -> Image.Image:
        image = Image.new("RGB", (800, 400), "white")
        for row, line in enumerate(lines):
            ImageDraw.Draw(image).text((60, 60 + 90 * row), line, fill="black", font_size=40)
        return image

    hours = page("Opening hours", "Monday: 8 to 12", "Tuesday: 14 to 18")
    letter, report = io.BytesIO(), io.BytesIO()
    hours.save(letter, "PNG")
    hours.save(report, "PDF", resolution=100, save_all=True, append_images=[page("Closed", "Sunday: all day")])
    for key, content in ((LETTER, letter), (REPORT, report)):
        S3Hook().load_bytes(content.getvalue(), key=key, bucket_name=BUCKET, replace=True)


@task
def count_lines(job_id: str) -> int:
    """Results hold the document's text: what goes to XCom is their size only."""
    # [START howto_hook_textract_results]
    pages = TextractHook().analysis_results(job_id)
    return sum(block["BlockType"] == "LINE" for page in pages for block in page["Blocks"])
    # [END howto_hook_textract_results]


with DAG(
    dag_id="example_textract",
    schedule="@once",
    start_date=datetime(2021, 1, 1),  # noqa: DTZ001 - as every example of the provider
    tags=["example"],
    catchup=False,
) as dag:
    create_bucket = S3CreateBucketOperator(task_id="create_bucket", bucket_name=BUCKET)
    delete_bucket = S3DeleteBucketOperator(task_id="delete_bucket", bucket_name=BUCKET, force_delete=True)

    # [START howto_operator_textract_analyze_document]
    analyze_document = TextractAnalyzeDocumentOperator(
        task_id="analyze_document",
        s3_bucket=BUCKET,
        s3_key=LETTER,
        feature_types=["TABLES", "FORMS"],
        output_s3_bucket=BUCKET,
        output_s3_key="results/{{ run_id }}/letter.json",
    )
    # [END howto_operator_textract_analyze_document]

    # [START howto_operator_textract_start_document_analysis]
    start_document_analysis = TextractStartDocumentAnalysisOperator(
        task_id="start_document_analysis",
        s3_bucket=BUCKET,
        s3_key=REPORT,
        feature_types=["TABLES", "FORMS"],
    )
    # [END howto_operator_textract_start_document_analysis]

    # [START howto_operator_textract_start_document_analysis_deferrable]
    defer_document_analysis = TextractStartDocumentAnalysisOperator(
        task_id="defer_document_analysis",
        s3_bucket=BUCKET,
        s3_key=REPORT,
        feature_types=["TABLES", "FORMS"],
        deferrable=True,
        max_wait=300 + 2 * 3000,  # seconds, for a report of at most 3,000 pages
    )
    # [END howto_operator_textract_start_document_analysis_deferrable]

    # [START howto_operator_textract_start_document_analysis_no_wait]
    start_only = TextractStartDocumentAnalysisOperator(
        task_id="start_only",
        s3_bucket=BUCKET,
        s3_key=REPORT,
        feature_types=["TABLES", "FORMS"],
        wait_for_completion=False,
    )
    # [END howto_operator_textract_start_document_analysis_no_wait]

    # [START howto_sensor_textract_document_analysis]
    wait_for_job = TextractDocumentAnalysisSensor(task_id="wait_for_job", job_id=start_only.output)
    # [END howto_sensor_textract_document_analysis]

    # [START howto_sensor_textract_document_analysis_deferrable]
    defer_for_job = TextractDocumentAnalysisSensor(
        task_id="defer_for_job",
        job_id=start_only.output,
        deferrable=True,
    )
    # [END howto_sensor_textract_document_analysis_deferrable]

    chain(
        # TEST SETUP
        create_bucket,
        upload_documents(),
        # TEST BODY
        [analyze_document, start_document_analysis, defer_document_analysis, start_only],
    )
    chain(start_only, [wait_for_job, defer_for_job], count_lines(start_only.output))
    # TEST TEARDOWN
    delete_bucket.as_teardown(setups=create_bucket)
    chain(list(set(dag.tasks) - {create_bucket, delete_bucket}), delete_bucket)
