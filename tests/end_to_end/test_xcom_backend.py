"""Long XComs in S3 by Airflow's object-storage backend, as docs/security.md sets it: tasks and the review queue."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from lacking import lacking
from test_secrets import documented

from demo.environment import PROJECT, Local, environ
from demo.inbox import AUDIT_BUCKET, BUCKET, s3_client
from include.sandbox.provision import provision

ASKED = """
import json, sys
from types import SimpleNamespace
from airflow.sdk.execution_time.xcom import XCom
from review_queue.entries import _from_backend, _listed

found = {}
for name, value in json.load(sys.stdin).items():
    stored = XCom.serialize_value(value, key="return_value", dag_id="dag", run_id="run", task_id="task", map_index=-1)
    found[name] = {"stored": stored, "task": XCom.deserialize_value(SimpleNamespace(value=stored)),
                   "queue": _listed(_from_backend(stored))}
print(json.dumps(found))
"""


def test_a_long_list_of_ids_lies_in_s3_and_short_ones_in_the_database(sandbox: Local, tmp_path: Path) -> None:
    if find_spec("s3fs") is None:
        lacking("s3fs is not installed; requirements-cluster.txt names it")
    s3 = s3_client(sandbox)
    provision(s3, BUCKET, "ocr-temp", AUDIT_BUCKET)
    values = {"short": ["AMBIGUOUS_DATE"], "long": [f"doc-{number:024x}" for number in range(200)]}
    done = subprocess.run(
        [sys.executable, "-c", ASKED], cwd=PROJECT, capture_output=True, text=True, timeout=120,
        input=json.dumps(values), env={
            **environ(sandbox), **documented("XComObjectStorageBackend"), "AIRFLOW_HOME": str(tmp_path),
            "PYTHONPATH": os.pathsep.join(str(PROJECT / name) for name in ("", "plugins"))})
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert {name: (one["task"], one["queue"]) for name, one in found.items()} == {
        name: (value, value) for name, value in values.items()}
    assert found["short"]["stored"] == values["short"]
    [entry] = s3.list_objects_v2(Bucket=BUCKET, Prefix="xcom/")["Contents"]
    assert found["long"]["stored"].endswith(entry["Key"])
    assert json.loads(s3.get_object(Bucket=BUCKET, Key=entry["Key"])["Body"].read()) == values["long"]
