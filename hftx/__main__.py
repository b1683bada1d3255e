"""`python -m hftx` is the command line. Defines nothing."""

import sys

from hftx.cli.main import main

sys.exit(main())
