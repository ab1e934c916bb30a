"""Serve a GGUF file as an OpenAI-compatible server, until killed: PYTHON small_model.py FILE.

Run by the Python of .venv-model, which has xllamacpp and nothing of ours. Prints its address.
"""

from __future__ import annotations

import importlib
import signal
import sys

KEY = "sk-small-model"
CONTEXT = 4096


def main() -> None:
    llama = importlib.import_module("xllamacpp")  # not among what planwatch needs
    wanted = llama.CommonParams()
    wanted.model.path = sys.argv[1]
    wanted.hostnames = ["127.0.0.1"]
    wanted.port = 0
    wanted.n_parallel = 2
    wanted.n_ctx = CONTEXT * wanted.n_parallel
    wanted.api_keys = [KEY]
    wanted.warmup = False
    server = llama.Server(wanted)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    signal.pause()


if __name__ == "__main__":
    main()
