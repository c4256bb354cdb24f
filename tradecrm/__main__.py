"""The door of the program as a module and as a packaged executable."""

from __future__ import annotations

import sys

from tradecrm.cli import main

if __name__ == "__main__":
    sys.exit(main())
