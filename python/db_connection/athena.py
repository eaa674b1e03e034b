"""A version of a dataset as a table of Athena."""

from __future__ import annotations

from .manifest import Manifest

NULL_DIRECTORY = "__HIVE_DEFAULT_PARTITION__"


def create_table(uri: str, manifest: Manifest, table: str) -> str:
    """Return CREATE EXTERNAL TABLE and, for partitions, ALTER TABLE … ADD PARTITION, as Athena has them.

    Source: https://docs.aws.amazon.com/athena/latest/ug/create-table.html
    """
    keys = {part.name for part in manifest.partitions}
    columns = [
        f"  {_name(column.name)} {column.hive}" for column in manifest.schema if column.name not in keys
    ]
    folder = f"{uri}/v={manifest.version}/"
    lines = [f"CREATE EXTERNAL TABLE {_name(table)} (", ",\n".join(columns), ")"]
    if manifest.partitions:
        partitions = ", ".join(f"{_name(part.name)} {part.hive}" for part in manifest.partitions)
        lines.append(f"PARTITIONED BY ({partitions})")
    lines += ["STORED AS PARQUET", f"LOCATION {_text(folder)};"]
    if manifest.partitions:
        lines += ["", f"ALTER TABLE {_name(table)} ADD IF NOT EXISTS", *_partitions(uri, manifest)]
    return "\n".join(lines)


def _partitions(uri: str, manifest: Manifest) -> list[str]:
    directories = {
        tuple(value or NULL_DIRECTORY for value in file.partition): file.path.rpartition("/")[0]
        for file in manifest.files
    }
    lines = [
        "  PARTITION ({}) LOCATION {}".format(
            ", ".join(
                f"{_name(part.name)} = {_text(value)}"
                for part, value in zip(manifest.partitions, values, strict=True)
            ),
            _text(f"{uri}/{directory}/"),
        )
        for values, directory in sorted(directories.items())
    ]
    return ["\n".join(lines) + ";"]


def _name(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
