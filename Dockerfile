# The deployment's image: Airflow's own, with the pipeline and its locked dependencies.
FROM apache/airflow:3.3.2-python3.11
COPY --chown=airflow:0 requirements.txt constraints.txt /opt/pipeline/
RUN pip install --no-cache-dir -r /opt/pipeline/requirements.txt -c /opt/pipeline/constraints.txt
COPY --chown=airflow:0 dags /opt/pipeline/dags
COPY --chown=airflow:0 plugins /opt/pipeline/plugins
COPY --chown=airflow:0 config /opt/pipeline/config
COPY --chown=airflow:0 include /opt/pipeline/include
ENV AIRFLOW__CORE__DAGS_FOLDER=/opt/pipeline/dags \
    AIRFLOW__CORE__PLUGINS_FOLDER=/opt/pipeline/plugins \
    AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL=1 \
    PYTHONPATH=/opt/pipeline:/opt/pipeline/config
