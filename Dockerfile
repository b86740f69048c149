# pipeline: Airflow's own image with the pipeline and its locked dependencies. sandbox: the local AWS endpoint on top.
FROM apache/airflow:3.3.2-python3.11 AS airflow

FROM airflow AS sources
COPY --chown=airflow:0 include /tmp/include
RUN rm -r /tmp/include/sandbox /tmp/include/samples

FROM airflow AS pipeline
COPY --chown=airflow:0 requirements.txt requirements-cluster.txt constraints.txt /opt/pipeline/
RUN pip install --no-cache-dir -r /opt/pipeline/requirements.txt -r /opt/pipeline/requirements-cluster.txt \
    -c /opt/pipeline/constraints.txt
USER root
RUN install --directory --owner airflow --group root --mode 0775 /opt/logs
USER airflow
COPY --chown=root:0 config /opt/pipeline/config
COPY --chown=root:0 dags /opt/pipeline/dags
COPY --chown=root:0 plugins /opt/pipeline/plugins
COPY --from=sources --chown=root:0 /tmp/include /opt/pipeline/include
ENV AIRFLOW__CORE__DAGS_FOLDER=/opt/pipeline/dags \
    AIRFLOW__CORE__PLUGINS_FOLDER=/opt/pipeline/plugins \
    AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL=1 \
    PYTHONPATH=/opt/pipeline:/opt/pipeline/config:/opt/pipeline/plugins
WORKDIR /opt/pipeline

FROM pipeline AS sandbox
COPY --chown=airflow:0 requirements-sandbox.txt /opt/pipeline/
RUN pip install --no-cache-dir -r /opt/pipeline/requirements-sandbox.txt -c /opt/pipeline/constraints.txt
USER root
RUN install --directory --owner airflow --group root --mode 0775 /opt/sandbox
USER airflow
COPY --chown=root:0 include/sandbox /opt/pipeline/include/sandbox
# What the stand-in for OCR reads.
COPY --chown=root:0 include/samples/__init__.py /opt/pipeline/include/samples/
COPY --chown=root:0 include/samples/specimens /opt/pipeline/include/samples/specimens
# Airflow's own entrypoint would wait for a database.
ENTRYPOINT ["/usr/bin/dumb-init", "--"]

# What a plain docker build makes.
FROM pipeline
