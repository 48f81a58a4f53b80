"""`python -m sandbox.imarouter [port]`: the provider alone, until SIGTERM or SIGINT."""

from __future__ import annotations

import sys

from sandbox.imarouter import serve

if __name__ == "__main__":
    serve("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0)
