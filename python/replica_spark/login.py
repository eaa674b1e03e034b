"""Where the database is and who logs in."""

from __future__ import annotations

import json
import os
from typing import Any

from .failures import Failure


class Login:
    """Where the database is and who logs in; read here and kept out of everything that is written."""

    def __init__(self, plan: Any) -> None:
        secret = read_secret(plan["secretId"]) if plan["kind"] == "secrets-manager" else read_environment()
        mode, certificate = plan["sslMode"], plan["sslRootCert"]
        self.url = f"jdbc:postgresql://{secret['host']}:{secret['port']}/{secret['database']}"
        self.properties = {"user": secret["user"], "password": secret["password"], "sslmode": mode}
        if certificate:
            self.properties["sslrootcert"] = certificate
        elif mode == "verify-full":
            self.properties["sslfactory"] = "org.postgresql.ssl.DefaultJavaSSLFactory"


def read_secret(secret_id: str) -> dict[str, Any]:
    import boto3

    secret = json.loads(boto3.client("secretsmanager").get_secret_value(SecretId=secret_id)["SecretString"])
    if secret.get("authentication") == "iam":
        raise Failure(
            "bad-request",
            "A login by IAM tokens does not serve Spark: a token is valid for 15 minutes.",
            "Name a secret with a password in the connection profile that is exported from.",
        )
    reader = secret.get("readerHost")
    return {
        "host": reader or secret["host"],
        "port": (reader and secret.get("readerPort")) or secret.get("port", 5432),
        "database": secret.get("dbname") or secret["database"],
        "user": secret["username"],
        "password": secret["password"],
    }


def read_environment() -> dict[str, Any]:
    missing = [name for name in ("PGHOST", "PGDATABASE", "PGUSER", "PGPASSWORD") if name not in os.environ]
    if missing:
        raise Failure(
            "credentials-missing",
            f"The environment of the job lacks {', '.join(missing)}.",
            "Set them where the job is started, or use a secret of Secrets Manager.",
        )
    return {
        "host": os.environ["PGHOST"],
        "port": os.environ.get("PGPORT", "5432"),
        "database": os.environ["PGDATABASE"],
        "user": os.environ["PGUSER"],
        "password": os.environ["PGPASSWORD"],
    }
