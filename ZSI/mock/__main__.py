"""``python -m ZSI.mock`` is ``zsi-mock``."""

import sys

from ZSI.mock.cli import main

if __name__ == "__main__":
    sys.exit(main())
