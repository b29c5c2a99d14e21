"""Spark sessions for commands: the check of what is installed, quiet logging, and Spark's errors as VigilErrors."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spine_vigil.scheduler.errors import VigilError
from spine_vigil.scheduler.extras import MissingLibrary

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

OLDEST_JAVA = 17

_ROWS_OF_A_BATCH = 1 << 16
_PACKAGE = str(Path(__file__).parents[2])
_QUIET = """rootLogger.level = off
rootLogger.appenderRef.none.ref = none
appender.none.type = Null
appender.none.name = none
logger.gateway.name = org.apache.spark.api.python.PythonGatewayServer
logger.gateway.level = off
"""
"""The logging settings that silence a local Spark; its errors are reported in one message."""


def check_installed() -> None:
    """Raise MissingLibrary where PySpark is missing, VigilError where Java is."""
    lacking = [name for name in ("pyspark", "pyarrow", "pandas") if find_spec(name) is None]
    if lacking:
        raise MissingLibrary("--engine spark", lacking, extra="spark")
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else "java"
    what = (
        f"install Java {OLDEST_JAVA} (Debian: apt-get install openjdk-17-jre-headless), and set JAVA_HOME if it is not"
    )
    try:
        output = subprocess.run([java, "-version"], capture_output=True, text=True, check=True).stderr  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        raise VigilError(f"--engine spark needs Java, and '{java}' does not run; {what} on the path") from None
    version = re.search(r'version "(\d+)', output)
    if version and int(version[1]) < OLDEST_JAVA:
        raise VigilError(
            f"--engine spark needs Java {OLDEST_JAVA}, and '{java}' is {version[1]}; {what} the first found"
        )


@contextmanager
def spark_session(master: str, *, shows_progress: bool) -> Iterator[SparkSession]:
    """Yield a Spark session that ends with the block; errors of Spark inside it are raised as VigilError."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    with tempfile.TemporaryDirectory(prefix="vigil-spark-") as folder:
        try:
            session = _session(master, Path(folder), shows_progress=shows_progress)
        except (Py4JError, PySparkException, OSError) as problem:
            raise VigilError(f"Spark does not start with --master {master}: {_message_of(problem)}") from None
        try:
            yield session
        except (Py4JError, PySparkException) as problem:
            raise VigilError(f"Spark stopped: {_message_of(problem)}; nothing was written") from None
        finally:
            with suppress(Exception):  # a session that has broken down may not stop cleanly
                session.stop()


def _session(master: str, folder: Path, *, shows_progress: bool) -> SparkSession:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyspark.sql import SparkSession

        builder = SparkSession.builder.master(master).appName("vigil audit")
        settings: dict[str, Any] = {
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.adaptive.enabled": "false",
            "spark.sql.execution.arrow.maxRecordsPerBatch": _ROWS_OF_A_BATCH,
            "spark.executorEnv.POLARS_MAX_THREADS": "1",
            "spark.ui.showConsoleProgress": str(shows_progress).lower(),
        }
        if master.startswith("local"):
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
            logging = folder / "log4j2.properties"
            logging.write_text(_QUIET, encoding="utf-8")
            known = [_PACKAGE, *filter(None, [os.environ.get("PYTHONPATH")])]
            settings |= {
                "spark.ui.enabled": "false",
                "spark.driver.host": "localhost",
                "spark.driver.bindAddress": "127.0.0.1",
                "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile=file:{logging}",
                "spark.executorEnv.PYTHONPATH": os.pathsep.join(known),
                "spark.local.dir": str(folder),
            }
        for name, value in settings.items():
            builder = builder.config(name, value)
        return builder.getOrCreate()


def _message_of(problem: BaseException) -> str:
    """Return an error in one line: the message of a worker's VigilError, else the last cause, else the first line."""
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    vigil_errors = [
        line.partition(": ")[2] for line in lines if re.match(r"spine_vigil\.scheduler\.errors\.\w+: ", line)
    ]
    causes = [re.sub(r"^Caused by: ([\w.$]+: )?", "", line) for line in lines if line.startswith("Caused by: ")]
    return (vigil_errors or causes[-1:] or lines or [type(problem).__name__])[0].rstrip(".")
