"""The same queries on Spark, for data that one machine has outgrown.

``BIHUAN_SPARK_MASTER`` names the master (default local[2]). Facts go over as Parquet files in a folder that driver and
workers must both see: ``BIHUAN_SPARK_FOLDER``, else the machine's temporary folder.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ..facts.grains import GRAINS
from .errors import IndicatorError

# Business hours are wrong without a word when the session is not in UTC; ANSI errors are the engine's, not ours.
SETTINGS = {
    "spark.sql.session.timeZone": "UTC", "spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "4",
    "spark.sql.parquet.compression.codec": "zstd", "spark.driver.extraJavaOptions": "-Duser.timezone=UTC",
    "spark.executor.extraJavaOptions": "-Duser.timezone=UTC", "spark.log.level": "ERROR",
}


class SparkExecutor:
    """Runs on a Spark session; small tables and facts are temporary views over Parquet files in ``folder``."""

    dialect = "pyspark"

    def __init__(self, session: Any, folder: Path) -> None:
        self.session, self.folder = session, folder
        self._written = 0

    def interrupt(self) -> None:
        self.session.sparkContext.cancelAllJobs()

    def register(self, name: str, table: pa.Table) -> None:
        self._written += 1
        file = self.folder / f"{name}-{self._written}.parquet"
        pq.write_table(table, file, coerce_timestamps="us")
        self.register_file(name, file)

    def register_file(self, name: str, file: Path) -> None:
        """Make a Parquet file (or folder of them) readable under ``name``."""
        self.session.read.parquet(str(file)).createOrReplaceTempView(name)

    def run(self, sql: str) -> pa.Table:
        return self.session.sql(sql).toArrow()

    run_few = run


@contextmanager
def spark_executor(connection: Any, tables: Sequence[str] = ()) -> Iterator[SparkExecutor]:
    """Give an executor that sees the fact views of a DuckDB connection, and the other ``tables`` named.

    Its files are gone afterwards.
    """
    folder = Path(tempfile.mkdtemp(prefix="bihuan-spark-", dir=os.environ.get("BIHUAN_SPARK_FOLDER")))
    try:
        executor = SparkExecutor(_session().newSession(), folder)
        for name in (*(f"fact_{grain}" for grain in GRAINS), *tables):
            file = folder / f"{name}.parquet"
            connection.execute(f"COPY (SELECT * FROM {name}) TO '{file}' (FORMAT parquet)")
            executor.register_file(name, file)
        yield executor
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _session() -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise IndicatorError("spark_missing") from error
    builder = SparkSession.builder.master(os.environ.get("BIHUAN_SPARK_MASTER", "local[2]")).appName("bihuan")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
