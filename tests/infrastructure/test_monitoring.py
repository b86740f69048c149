"""What the dashboard and the alerts ask Prometheus for is what the pipeline and Airflow send, by way of the mapping."""

from __future__ import annotations

import inspect
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import airflow._shared.observability.metrics as airflow_metrics
import pytest
import yaml
from airflow.executors.base_executor import BaseExecutor
from airflow.jobs.scheduler_job_runner import SchedulerJobRunner

from include.errors import REGISTRY, Role
from include.metrics.catalogue import CATALOGUE, Kind, Row
from include.metrics.metric import Metric
from tests.infrastructure.statsd_mapping import MONITORING, Series, mapped, rules

DASHBOARD: dict[str, Any] = json.loads((MONITORING / "grafana" / "dashboards" / "documents_to_fhir.json").read_text())
ALERTS: list[dict[str, Any]] = [
    rule for group in yaml.safe_load((MONITORING / "alerts.yml").read_text())["groups"] for rule in group["rules"]]
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
QUERIES = [target["expr"] for panel in PANELS for target in panel["targets"]] + [rule["expr"] for rule in ALERTS]
DOCS = (Path(__file__).parents[2] / "docs" / "monitoring.md").read_text()
LABELS = {rule["name"]: set(rule.get("labels", {})) for rule in rules() if rule.get("action") != "drop"}
OF_PROMETHEUS = {"up": {"job"}}


def prometheus_name(row: Row) -> str:
    """By the rule that docs/monitoring.md gives."""
    name = row.name.replace(".", "_")
    return f"{name}_total" if row.kind is Kind.COUNTER else f"{name.removesuffix('_ms')}_seconds"


@pytest.mark.parametrize("row", CATALOGUE.values(), ids=CATALOGUE)
def test_each_metric_is_a_name_with_its_tags_as_labels_and_counted_once(row: Row) -> None:
    for tags in row.series:
        assert mapped(f"airflow.{Metric(row.name, 1, tags).name_with_values}") == Series(prometheus_name(row), tags)
    if row.tags:
        assert mapped(f"airflow.{row.name}") is None


def airflow_names() -> set[str]:
    """What Airflow lists of its own metrics, with ``*`` for what is a tag otherwise, and two that it does not list."""
    listed = yaml.safe_load(Path(airflow_metrics.__file__).with_name("metrics_template.yaml").read_text())["metrics"]
    names = {metric["name"] if metric["legacy_name"] == "-" else metric["legacy_name"] for metric in listed}
    # The scheduler sends the number of tasks in each of these states; the list leaves one out.
    assert "State.AWAITING_INPUT" in inspect.getsource(SchedulerJobRunner._emit_ti_metrics)
    assert "executor.open_slots" in inspect.getsource(BaseExecutor)
    names |= {"ti.awaiting_input", "executor.open_slots", "executor.queued_tasks", "executor.running_tasks"}
    return {re.sub(r"\{\w+\}", "*", f"airflow.{name}") for name in names}


def test_every_other_rule_is_for_a_name_that_airflow_lists() -> None:
    own = tuple(f"airflow.{prefix}" for prefix in ("document.", "ocr."))
    others = {rule["match"] for rule in rules()[:-1] if not rule["match"].startswith(own)}
    assert len(others) > 20
    assert others - airflow_names() == set()


@pytest.mark.parametrize("name", [
    "airflow.ti.finish", "airflow.pool.open_slots", "airflow.task.duration", "airflow.dagrun.duration.success",
    "airflow.task_instance_created_DocumentOcrOperator", "anything"])
def test_whatever_is_not_listed_is_dropped(name: str) -> None:
    assert mapped(name) is None


def test_a_task_of_a_group_is_one_part_of_a_name() -> None:
    assert mapped("airflow.ti.finish.documents_to_fhir.process_document__ocr.up_for_retry") == Series(
        "airflow_ti_finish_total",
        {"dag_id": "documents_to_fhir", "task_id": "process_document__ocr", "state": "up_for_retry"})


def asked_for(query: str) -> dict[str, set[str]]:
    """The metrics of a query with the labels that it selects by."""
    found: dict[str, set[str]] = {}
    for name, selector in re.findall(r"\b((?:airflow|document|ocr)_\w+|up)\b(?:\{([^}]*)\})?", _without_texts(query)):
        found.setdefault(name, set()).update(re.findall(r"(\w+)=", selector))
    return found


def _without_texts(query: str) -> str:
    return re.sub(r'"[^"]*"', '""', query)


def histograms() -> set[str]:
    return {name for name in LABELS if name.endswith("_seconds")}


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_asks_for_what_there_is(query: str) -> None:
    known = {**LABELS, **OF_PROMETHEUS, **{f"{name}_bucket": LABELS[name] | {"le"} for name in histograms()}}
    asked = asked_for(query)
    assert asked
    for name, labels in asked.items():
        assert name not in histograms(), f"{name} is a histogram"
        assert labels <= known[name], name
    grouped = {label.strip() for group in re.findall(r"by \(([^)]*)\)", query) for label in group.split(",")}
    assert all(grouped <= known[name] for name in asked if name not in OF_PROMETHEUS)


@pytest.mark.parametrize("query", QUERIES)
def test_a_value_that_a_query_selects_by_can_occur(query: str) -> None:
    for label, operator, text in re.findall(r'(\w+)(=~|=)"([^"]*)"', query):
        values = {"pool": {"ocr", "batches"}, "job": {"airflow"}}.get(label) or {
            value for row in CATALOGUE.values() for value in row.tags.get(label, ())}
        assert set(text.split("|") if operator == "=~" else [text]) <= values


def test_a_stand_in_replaces_a_sum() -> None:
    """Anything with labels of its own, such as the exporter's address, would be shown beside it."""
    for query in QUERIES:
        assert re.fullmatch(r"(sum\(\w+\) or vector\(0\)|(?!.*vector).*)", query, re.DOTALL), query


def test_the_platform_is_asked_for_exactly_the_codes_that_are_its_move() -> None:
    [rule] = [rule for rule in ALERTS if rule["alert"] == "PlatformIsAsked"]
    [codes] = re.findall(r'error_code=~"([^"]*)"', rule["expr"])
    assert codes.split("|") == [row.code for row in REGISTRY.values() if row.whose_move is Role.PLATFORM]


def test_every_metric_of_the_pipeline_is_on_the_dashboard() -> None:
    shown = {name.removesuffix("_bucket") for panel in PANELS for target in panel["targets"]
             for name in asked_for(target["expr"])}
    assert {prometheus_name(row) for row in CATALOGUE.values()} - shown == set()


def test_panels_ask_the_provisioned_data_source_and_do_not_overlap() -> None:
    [source] = yaml.safe_load(
        (MONITORING / "grafana" / "provisioning" / "datasources" / "prometheus.yaml").read_text())["datasources"]
    sources = {json.dumps(each["datasource"]) for panel in PANELS for each in (panel, *panel["targets"])}
    assert sources == {json.dumps({"type": source["type"], "uid": source["uid"]})}
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    cells = [(x, y) for panel in DASHBOARD["panels"] for place in [panel["gridPos"]]
             for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


def test_prometheus_scrapes_the_exporter_and_reads_the_alerts() -> None:
    config = yaml.safe_load((MONITORING / "prometheus.yml").read_text())
    assert config["scrape_configs"][0]["static_configs"] == [{"targets": ["statsd-exporter:9102"]}]
    assert [(MONITORING / name).is_file() for name in config["rule_files"]] == [True]


def test_the_docs_say_what_to_do_about_every_alert_and_name_only_what_there_is() -> None:
    rows = re.findall(r"^\| ((?:`[A-Z]\w+`(?:, )?)+) \| .+ \|$", DOCS, re.MULTILINE)
    assert sorted(re.findall(r"[A-Z]\w+", " ".join(rows))) == sorted(rule["alert"] for rule in ALERTS)
    assert set(re.findall(r"`(airflow_\w+)", DOCS)) - set(LABELS) == set()


@pytest.mark.skipif(shutil.which("promtool") is None, reason="Prometheus is not on this machine")
def test_promtool_finds_nothing_wrong(tmp_path: Path) -> None:
    for name in ("prometheus.yml", "alerts.yml"):
        shutil.copy(MONITORING / name, tmp_path)
    shown = [query.replace("$__range", "1h").replace("$__rate_interval", "1m") for query in QUERIES]
    recorded = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(shown)]
    (tmp_path / "queries.yml").write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": recorded}]}))
    for command in (["check", "config", "prometheus.yml"], ["check", "rules", "queries.yml"]):
        done = subprocess.run(["promtool", *command], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("statsd_exporter") is None, reason="statsd-exporter is not on this machine")
def test_the_exporter_takes_the_mapping() -> None:
    done = subprocess.run(
        ["statsd_exporter", "--check-config", f"--statsd.mapping-config={MONITORING / 'statsd_mapping.yaml'}"],
        capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
