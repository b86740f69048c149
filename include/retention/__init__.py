"""How long Airflow's metadata is kept: old green runs go, whatever is open stays (docs/upkeep.md)."""
