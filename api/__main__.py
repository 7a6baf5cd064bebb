"""The API's process: `python -m api`."""

import sys

from api.process import run
from ledger.runtime.settings import read_settings

if __name__ == "__main__":
    sys.exit(run(read_settings()))
