"""People use Airflow while its tasks run, on a database that takes one writer at a time."""

from __future__ import annotations

from local_system import LocalSystem
from urllib3 import Retry

from benchmarks import letters
from include.airflow_api import AirflowApi

USER = "admin"


def test_what_people_do_goes_through_while_tasks_write(system: LocalSystem) -> None:
    """Airflow logs each action, on the event loop of the server that tasks would have to share."""
    keys = [f"inbox/2026-06-14/{number}.pdf" for number in range(8)]
    for number, key in enumerate(keys):
        system.put(key, letters.certain(70430001 + number))
    once = AirflowApi(system.local.api_url, USER, system.local.passwords[USER], retries=Retry(0))
    once.call("POST", "/api/v2/variables", {"key": "beside_tasks", "value": "0"})
    run_id = system.process(keys)
    actions = 0
    while system.api.run("documents_to_fhir", run_id)["state"] in ("queued", "running"):
        actions += 1
        once.call("PATCH", "/api/v2/variables/beside_tasks", {"key": "beside_tasks", "value": str(actions)})
    once.call("DELETE", "/api/v2/variables/beside_tasks")
    assert (system.api.run("documents_to_fhir", run_id)["state"], actions > 10) == ("success", True)
