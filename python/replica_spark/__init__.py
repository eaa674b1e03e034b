"""The export that runs on Spark; `replica_spark.main` says how."""
