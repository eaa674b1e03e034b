"""The export that runs on Spark, by itself: a plan of the gateway in, a version of a dataset out.

    python -m replica_spark --plan s3://bucket/dataset/_jobs/NAME/plan.json [--local SESSIONS --jars A,B]

The package needs nothing else of this project: it runs on any Spark from 3.5 on, with boto3 and PostgreSQL's
JDBC driver beside it, and Python from 3.9 on. A leading session joins the snapshot that the gateway holds and
exports it again, so that the job outlives the gateway; every task's session joins the leader's. The leader
counts the rows of each part while Spark writes them. The manifest is put only when both agree; whatever fails
takes the files of its version away. How far it is stands in `report.json` beside the plan; an object `cancel`
there ends it. The password is read from Secrets Manager or the environment, here, and is written nowhere.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys

from .export import Export
from .failures import Failure, understand
from .report import Report, log
from .storage import Storage


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--plan", required=True)
    parser.add_argument("--local", type=int)
    parser.add_argument("--jars", default="")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s", stream=sys.stderr)
    log.setLevel(logging.INFO)
    storage = Storage(options.plan)
    plan = storage.read_json(storage.plan_key)
    storage.encryption_key = plan["encryptionKey"]
    report = Report(storage, len(plan["parts"]), options.local is not None)
    signal.signal(signal.SIGTERM, lambda *_: report.cancel())
    export = Export(plan, storage, report)
    try:
        report.start()
        export.run(options.local, [jar for jar in options.jars.split(",") if jar])
        report.end("done")
        return 0
    except BaseException as error:
        export.remove()
        failure = error if isinstance(error, Failure) else understand(error)
        log.info("ended: %s", failure)
        report.end("cancelled" if report.cancelled.is_set() else "failed", failure.body)
        return 1
    finally:
        export.close()
