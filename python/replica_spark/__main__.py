"""`python -m replica_spark`, and the file that spark-submit is given."""

import sys

from replica_spark.main import main

sys.exit(main(sys.argv[1:]))
