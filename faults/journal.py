"""The clients' own log, on disk before the next act: what was asked under which key, and what was answered."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

from faults.driver import Act


class Journal:
    """An append-only file of JSON lines, each forced to disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.Lock()
        self.file = path.open("a", encoding="utf-8")

    def asked(self, key: str) -> None:
        """An act is about to be asked for."""
        self._write({"asked": key})

    def acknowledged(self, act: Act) -> None:
        """An act was answered as done."""
        self._write({"done": act.key, "what": act.what, "case": act.case, "facts": act.facts})

    def refused(self, key: str) -> None:
        """An act was clearly refused."""
        self._write({"refused": key})

    def close(self) -> None:
        """Close the file."""
        self.file.close()

    def _write(self, line: dict[str, Any]) -> None:
        with self.lock:
            self.file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self.file.flush()
            os.fsync(self.file.fileno())


def read(path: Path) -> tuple[dict[str, Act], set[str]]:
    """Return the acknowledged acts by key, and the keys that were clearly refused."""
    done: dict[str, Act] = {}
    refused: set[str] = set()
    for text in path.read_text("utf-8").splitlines() if path.exists() else []:
        try:
            line = json.loads(text)
        except ValueError:
            continue  # the harness itself was killed in this line
        if "done" in line:
            done[line["done"]] = Act(key=line["done"], what=line["what"], case=line["case"], facts=line["facts"])
        elif "refused" in line:
            refused.add(line["refused"])
    return done, refused
