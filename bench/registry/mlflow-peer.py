"""MLflow on SQLite, in this process, asked by 20 threads: the work that mlflow.ts gives Radlite's registry.

Prints one JSON object: how many of each were done a second. The runs that are there before are copies of one that MLflow
wrote itself, put into its tables at once; what is measured goes through MlflowClient alone. Each caller has a connection
of its own (MLflow has 15 where nothing is said, and gives up on who waits for one), and who finds the database locked
asks again, as it is told to.
"""
import json
import logging
import os
import random
import sqlite3
import sys
import tempfile
import time
import warnings
from concurrent.futures import ThreadPoolExecutor

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)

CALLERS = 20
os.environ["MLFLOW_SQLALCHEMYSTORE_POOL_SIZE"] = str(CALLERS)
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"

from mlflow import MlflowClient  # noqa: E402
from mlflow.entities import Metric  # noqa: E402
from mlflow.exceptions import MlflowException  # noqa: E402

# Seconds after which no more of a kind is begun, so that a slow machine comes to an end.
AT_MOST_S = 20
MODEL = "chest-xray"


def log_run(client, experiment, draw):
    run = client.create_run(experiment)
    now = int(time.time() * 1000)
    figures = {"auc": 0.8 + 0.19 * draw.random(), "bytes": float(draw.randrange(4_000, 100_000)),
               "sensitivity": draw.random(), "specificity": draw.random()}
    client.log_batch(run.info.run_id, metrics=[Metric(key, value, now, 0) for key, value in figures.items()])
    client.set_terminated(run.info.run_id)
    return run.info.run_id


def register(client, experiment, draw):
    run_id = log_run(client, experiment, draw)
    return client.create_model_version(MODEL, f"runs:/{run_id}/model", run_id)


def copy_rows(db, table, column, original, count, change):
    columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    rows = [dict(zip(columns, row)) for row in db.execute(f"SELECT * FROM {table} WHERE {column} = ?", (original,))]
    names, places = ", ".join(columns), ", ".join("?" for _ in columns)
    db.executemany(
        f"INSERT INTO {table} ({names}) VALUES ({places})",
        ([{**row, **change(row, n)}[name] for name in columns] for n in range(count) for row in rows),
    )


def fill(path, run_id, count):
    draw = random.Random(1)
    db = sqlite3.connect(path)
    name = lambda n: f"{n:032x}"
    figure = lambda row, n: draw.randrange(4_000, 100_000) if row["key"] == "bytes" else 0.8 + 0.19 * draw.random()
    copy_rows(db, "runs", "run_uuid", run_id, count, lambda row, n: {
        "run_uuid": name(n), "start_time": row["start_time"] - 1000 * n, "end_time": row["end_time"] - 1000 * n})
    for table in ("metrics", "latest_metrics"):
        copy_rows(db, table, "run_uuid", run_id, count, lambda row, n: {"run_uuid": name(n), "value": figure(row, n)})
    copy_rows(db, "tags", "run_uuid", run_id, count, lambda row, n: {"run_uuid": name(n)})
    copy_rows(db, "model_versions", "run_id", run_id, count, lambda row, n: {"run_id": name(n), "version": n + 2})
    db.commit()
    db.close()


def measure(call, times):
    numbers = iter(range(times))
    started = time.perf_counter()

    def work(caller):
        done = 0
        while time.perf_counter() - started < AT_MOST_S and (n := next(numbers, None)) is not None:
            ask(call, n, caller)
            done += 1
        return done

    with ThreadPoolExecutor(CALLERS) as callers:
        done = sum(callers.map(work, range(CALLERS)))
    return done / (time.perf_counter() - started)


def ask(call, n, caller):
    while True:
        try:
            return call(n, caller)
        except MlflowException as error:
            if error.error_code != "TEMPORARILY_UNAVAILABLE":
                raise


def main(count):
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/mlflow.db"
        client = MlflowClient(tracking_uri=f"sqlite:///{path}", registry_uri=f"sqlite:///{path}")
        experiment = client.create_experiment("bench", artifact_location=folder)
        client.create_registered_model(MODEL)
        draw = random.Random(2)
        fill(path, register(client, experiment, draw).run_id, count - 1)
        search = lambda **more: client.search_runs([experiment], max_results=50, **more)
        print(json.dumps({
            "page": measure(lambda _n, _caller: search(order_by=["attributes.start_time DESC"]), 60),
            "filter": measure(lambda _n, _caller: search(
                filter_string="metrics.auc >= 0.95 and metrics.bytes <= 20000", order_by=["metrics.bytes ASC"]), 40),
            "byMetric": measure(lambda _n, _caller: search(order_by=["metrics.auc DESC"]), 20),
            "register": measure(lambda _n, _caller: register(client, experiment, draw), 200),
            "alias": measure(lambda n, caller: client.set_registered_model_alias(MODEL, f"alias-{caller}", str(n + 1)), 200),
        }))


main(int(sys.argv[1]))
