"""What the demo leaves: bundles, ``results.json``, and the table at its end."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from demo.watch import Row
from include.audit.trail import AuditTrail, Writer
from include.documents import manifest as manifests
from include.documents.storage import Bucket, bundle_key, manifest_key
from include.errors import REGISTRY
from include.reporting.outcome import Outcome, work_out
from include.reporting.run_report import build
from include.settings import settings

SHORT = {
    "AllergyIntolerance": "allergies", "Condition": "conditions", "DiagnosticReport": "reports",
    "Encounter": "encounters", "Immunization": "immunizations", "MedicationStatement": "medications",
    "Observation": "observations", "Patient": "patients", "Practitioner": "practitioners", "Procedure": "procedures",
}
"""Resource types in the table, in the reader's words; the others are in ``results.json``."""


def gather(
    bucket: Bucket, audit: Bucket, day: str, since: datetime, row: Row
) -> tuple[Outcome, dict[str, Any] | None]:
    """A document's outcome and bundle, also while it waits for a person and has no sealed outcome yet."""
    manifest = bucket.find(manifest_key(row.document_id))
    stored = bucket.find(bundle_key(row.document_id))
    bundle = json.loads(stored.body) if stored and row.state != "failed" else None
    trail = AuditTrail(audit, day, row.document_id, Writer("", "", 0))
    outcome = work_out(
        document_id=row.document_id, run_id=row.run_id, since=since, states=row.states, events=trail.events(),
        manifest=manifests.from_json(manifest.body) if manifest else None, bundle=bundle)
    return outcome, bundle


def write(
    folder: Path,
    files: Mapping[str, str],
    rows: Sequence[Row],
    gathered: Mapping[str, tuple[Outcome, dict[str, Any] | None]],
) -> Path:
    """Write one bundle per document and ``results.json``; the path of the latter.

    :param files: the file's name by document id.
    """
    for old in folder.glob("*.json"):
        old.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for row in rows:
        outcome, bundle = gathered[row.document_id]
        name = f"{row.document_id}.json"
        if bundle is not None:
            (folder / name).write_text(json.dumps(bundle, indent=1))
        entries.append({
            "file": files[row.document_id],
            "document_id": row.document_id,
            "state": row.state,
            "route": outcome.route,
            "pages": list(outcome.pages),
            "bundle": name if bundle is not None else None,
            "error_code": outcome.error_code,
            "review": list(outcome.review),
            "pages_local": outcome.pages_local,
            "pages_ocr": outcome.pages_ocr,
            "pages_billed": outcome.pages_billed,
            "seconds": outcome.seconds,
            "facts": asdict(outcome)["facts"],
        })
    path = folder / "results.json"
    path.write_text(json.dumps(entries, indent=1))
    return path


def show(console: Console, files: Mapping[str, str], rows: Sequence[Row], outcomes: Mapping[str, Outcome]) -> None:
    """Print the table, failed documents last, and what each of these asks for."""
    table = Table(title="Documents", show_lines=False, pad_edge=False)
    for column, justify in (("document", "left"), ("route", "left"), ("local", "right"), ("OCR", "right"),
                            ("billed", "right"), ("facts", "left"), ("state", "left"), ("s", "right")):
        table.add_column(column, justify=justify, overflow="fold")  # type: ignore[arg-type]
    order = {"success": 0, "awaiting_input": 1, "failed": 2}
    for row in sorted(rows, key=lambda row: (order.get(row.state, 3), files[row.document_id])):
        outcome = outcomes[row.document_id]
        table.add_row(
            files[row.document_id], outcome.route or "", str(outcome.pages_local), str(outcome.pages_ocr),
            str(outcome.pages_billed), _facts(outcome), _state(row, outcome), f"{outcome.seconds:.0f}")
    table.add_section()
    table.add_row(
        f"{len(rows)} documents", "", *(str(sum(getattr(outcome, name) for outcome in outcomes.values()))
                                        for name in ("pages_local", "pages_ocr", "pages_billed")),
        f"{sum(sum(outcome.facts.values()) for outcome in outcomes.values())} facts", _states(rows), "")
    console.print(table)
    report = build("", list(outcomes.values()), settings().textract_feature_types)
    console.print(f"{report.pages_not_sent} of {report.pages} pages were not sent to OCR, which saved "
                  f"${report.dollars_saved:.2f}; {report.pages_billed} were billed: ${report.dollars:.2f}")
    for row in sorted(rows, key=lambda row: files[row.document_id]):
        outcome = outcomes[row.document_id]
        for code in [outcome.error_code] if outcome.error_code else outcome.review:
            console.print(f"{files[row.document_id]}: [bold]{code}[/bold] {REGISTRY[str(code)].operator_says}")


def _facts(outcome: Outcome) -> str:
    return ", ".join(f"{SHORT[kind]} {count}" for kind, count in outcome.facts.items() if kind in SHORT)


def _state(row: Row, outcome: Outcome) -> str:
    style = {"success": "green", "failed": "red"}.get(row.state, "yellow")
    code = outcome.error_code or ", ".join(outcome.review if row.state == "awaiting_input" else ())
    return f"[{style}]{row.state}[/{style}]" + (f" {code}" if code else "")


def _states(rows: Sequence[Row]) -> str:
    states = [row.state for row in rows]
    return ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(sorted(states, reverse=True)))
