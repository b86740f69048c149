"""The FastAPI application: which route answers what, to whom."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, HTMLResponse

from document_tasks.failure import lines_passed
from include.errors import PipelineError
from include.review.resolutions import REASONS
from review_queue import acting, looking, reports
from review_queue.access import Decider, Reader, decider, may_decide, own_page, reader
from review_queue.airflow_calls import AirflowCalls
from review_queue.asked import Action, Decision
from review_queue.entries import read_entries
from review_queue.listing import Filter, summary

log = logging.getLogger(__name__)

PAGES = Path(__file__).parent / "pages"
FILES = {"queue.js": "text/javascript", "document.js": "text/javascript", "common.js": "text/javascript",
         "style.css": "text/css", "icon.svg": "image/svg+xml", "icon-dark.svg": "image/svg+xml"}
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                               "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
MOST_ROWS = 200
_DRAWINGS = asyncio.Semaphore(2)
"""Pages of many viewers take turns: each drawing holds a thread that Airflow's own routes need, and the whole file."""
READS, DECIDES = [Depends(reader)], [Depends(decider)]

app = FastAPI(title="Review queue", docs_url=None, redoc_url=None, openapi_url=None)
"""No routes that describe the routes: they would be open to everyone."""


@app.middleware("http")
async def never_stored(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """No browser or proxy keeps an answer, no page of another origin frames one, and no log gets an exception's
    message. A route that serves a document of another kind brings a policy of its own."""
    try:
        response = await call_next(request)
    except Exception as error:  # the server would log it with its message, which may quote a document
        log.error("%s raised in:\n%s", type(error).__name__, lines_passed(error))
        response = Response(str(PipelineError("INTERNAL_ERROR")), 500, media_type="text/plain")
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


@app.exception_handler(PipelineError)
async def with_its_code(_request: Request, error: PipelineError) -> Response:
    """An error of the registry: code and sentence, which hold nothing of the document."""
    status = 404 if error.code == "S3_NOT_FOUND" else 422
    return Response(str(error), status, media_type="text/plain")


@app.get("/", dependencies=READS)
def queue_page() -> HTMLResponse:
    return HTMLResponse((PAGES / "queue.html").read_text())


@app.get("/document", dependencies=DECIDES)
def document_page() -> HTMLResponse:
    """The frame of a document's page, still without the document."""
    return HTMLResponse((PAGES / "document.html").read_text())


@app.get("/static/{name}", dependencies=READS)
def static_file(name: str) -> FileResponse:
    if name not in FILES:
        raise HTTPException(404)
    return FileResponse(PAGES / name, media_type=FILES[name])


@app.get("/api/entries")
def entries(
    user: Reader,
    code: str | None = None,
    stage: str | None = None,
    state: str | None = None,
    run: str | None = None,
    older_than_hours: Annotated[float, Query(ge=0)] = 0.0,
    offset: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST_ROWS)] = MOST_ROWS,
) -> dict[str, Any]:
    """The queue: counts and one page of rows, without patient data."""
    wanted = Filter(code or None, stage or None, state or None, run or None, older_than_hours)
    shown = summary(read_entries(), wanted, datetime.now(UTC), offset, limit)
    return {**shown, "may_decide": may_decide(user), "reasons": REASONS}


@app.post("/api/actions", dependencies=[Depends(own_page)])
async def act(request: Request, user: Decider, action: Action) -> dict[str, Any]:
    """Retry, approve, reject or resolve documents; how many were done, and why others were not."""
    return asdict(await acting.act(AirflowCalls.of(request), user.get_name(), action))


@app.get("/api/document")
def document(user: Decider, run_id: str, map_index: int) -> dict[str, Any]:
    """The facts of a document with their regions: patient data, read from S3 now, and audited."""
    return looking.facts(run_id, map_index, user.get_name())


@app.get("/api/page.png")
async def page_image(user: Decider, run_id: str, map_index: int, number: Annotated[int, Query(ge=1)]) -> Response:
    """One page as an image: patient data, read from S3 now, and audited."""
    async with _DRAWINGS:
        image = await run_in_threadpool(looking.page_image, run_id, map_index, number, user.get_name())
    return Response(image, media_type="image/png")


@app.post("/api/decision", dependencies=[Depends(own_page)])
async def decide(request: Request, user: Decider, decision: Decision) -> dict[str, Any]:
    """Approve or reject one document, with or without corrections of its facts."""
    return asdict(await acting.decide(AirflowCalls.of(request), user.get_name(), decision))


@app.get("/report", dependencies=READS)
def run_report(dag_id: str, run_id: str) -> HTMLResponse:
    """The stored report of a run: counts, codes and document ids."""
    return HTMLResponse(reports.page(dag_id, run_id), headers={"Content-Security-Policy": reports.POLICY})
