"""The kill harness: `python -m faults crash --kills N --db sqlite|postgresql --json [--quick] [--resume] [--alone]`.

Web, workers and platform are real processes; clients work while they are killed; then everything may come to rest and
is counted. The careless variant of the application goes through the same and must show faults.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from faults.clients import Clients
from faults.databases import Addresses, databases
from faults.driver import Driver, Place
from faults.journal import Journal, read
from faults.kill_plan import Kill, plan
from faults.killing import Killer
from faults.oracle import Judgement, judge
from faults.processes import Site, free_port

QUICK, CARELESS = 8, 10
RESTS_WITHIN_S = 180.0
MISBEHAVIOUR = {"fail_before": 0.08, "fail_after": 0.08, "cut_after": 0.04}


@dataclass
class Run:
    """One run, in a folder that an interrupted run can be taken up from."""

    driver: Driver
    place: Place
    kills: list[Kill]
    careless: bool = False
    number_of_clients: int = 8

    def go(self, *, resume: bool = False) -> dict[str, Any]:
        """Do the kills that are left, let all come to rest, and return figures and judgement."""
        kept: dict[str, Any] = self._kept() if resume else {"tried": 0, "in_flight": 0, "fired": {}, "part": 0}
        kept["part"] += 1
        if not resume:
            self.driver.prepare(self.place)
        journal = Journal(self.place.folder / "journal.jsonl")
        site = Site(self.place, self.driver, careless=self.careless)
        clients = Clients(self.driver, self.place, journal, number=self.number_of_clients, run=f"p{kept['part']}")
        try:
            site.start()
            site.platform("mood", {"shares": MISBEHAVIOUR})
            clients.start()
            self._kill_all(Killer(site, clients), kept)
            clients.finish()
            site.platform("mood", {"shares": {}})
            rested_s = self._rest()
            effects = site.platform("effects")
        finally:
            clients.stop.set()
            site.stop()
            journal.close()
        return self._judge(kept, effects, rested_s, clients)

    def _kill_all(self, killer: Killer, kept: dict[str, Any]) -> None:
        killer.fired.update(kept["fired"])
        queue = self.kills[kept["tried"] :]
        while queue:
            kill = queue.pop(0)
            died, met = killer.carry_out(kill)
            if not died:
                self._say(f"{kill.failpoint}: nobody came by")
                queue.append(Kill("web", pause_s=0.5))
                continue
            kept["tried"] += 1
            kept["in_flight"] += met
            kept["fired"] = dict(killer.fired)
            self._keep(kept)
            if kept["tried"] % 10 == 0:
                self._say(
                    f"{kept['tried']} of {len(self.kills)} kills, {killer.clients.acknowledged} acts acknowledged"
                )

    def _rest(self) -> float:
        start = time.monotonic()
        while time.monotonic() - start < (5.0 if self.careless else RESTS_WITHIN_S):
            if not self.careless and self.driver.waiting(self.place) == 0:
                break
            time.sleep(0.2)
        return round(time.monotonic() - start, 1)

    def _judge(
        self, kept: dict[str, Any], effects: dict[str, int], rested_s: float, clients: Clients
    ) -> dict[str, Any]:
        done, refused = read(self.place.folder / "journal.jsonl")
        found = judge(done, refused, self.driver.observe(self.place), effects)
        return {
            **{name: kept[name] for name in ("tried", "in_flight", "fired")},
            "acknowledged": len(done),
            "rested_s": rested_s,
            "judgement": found,
            "client_faults": clients.faults,
        }

    def _kept(self) -> dict[str, Any]:
        return dict(json.loads((self.place.folder / "progress.json").read_text()))

    def _keep(self, kept: dict[str, Any]) -> None:
        draft = self.place.folder / "progress.tmp"
        draft.write_text(json.dumps(kept))
        os.replace(draft, self.place.folder / "progress.json")

    def _say(self, text: str) -> None:
        sys.stderr.write(f"crash: {text}\n")
        sys.stderr.flush()


def place_in(folder: Path, url: str) -> Place:
    """Return a place with ports of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    web, platform = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    environ = {
        "DATABASE_URL": url,
        "DATA_DIR": str(folder / "data"),
        "APP_ENV": "development",
        "PLATFORM_URL": platform,
        "PLATFORM_KEY": "crash-key",
        "PORT": web.rsplit(":", 1)[1],
    }
    return Place(folder=folder, database_url=url, web_url=web, platform_url=platform, environ=environ)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a run is to be: how many kills, at which failpoints beside the random ones, and with its self-test or not."""

    kills: int
    seed: int
    points: tuple[str, ...]
    resume: bool = False
    alone: bool = False
    clients: int = 8


def crash(driver: Driver, folder: Path, address: Addresses, wish: Wish) -> dict[str, Any]:
    """Run the application, then its careless variant; return the answer of the command."""
    main_folder = folder / "run"
    kills = plan(wish.kills, wish.points, seed=wish.seed)
    careful = Run(driver, place_in(main_folder, address("crash")), kills, number_of_clients=wish.clients)
    result = careful.go(resume=wish.resume and (main_folder / "progress.json").exists())
    judgement: Judgement = result.pop("judgement")
    shown = None if wish.alone else _careless(driver, folder / "careless", address, wish.kills)
    unreached = sorted(set(wish.points) - set(result["fired"])) if wish.kills >= len(wish.points) else []
    wrong = [*judgement.lost, *judgement.doubled, *judgement.truncated, *judgement.stuck, *judgement.broken]
    return result | {
        "lost": len(judgement.lost),
        "doubled": len(judgement.doubled),
        "truncated": len(judgement.truncated),
        "stuck": len(judgement.stuck),
        "broken": len(judgement.broken),
        "unreached": unreached,
        "details": wrong[:50],
        "naive": shown and {"lost": len(shown.lost), "doubled": len(shown.doubled)},
    }


def _careless(driver: Driver, folder: Path, address: Addresses, kills: int) -> Judgement:
    """Run the careless variant through a few kills and return what was found."""
    shutil.rmtree(folder, ignore_errors=True)
    few = [Kill("web", pause_s=driver.careless_pause_s)] * min(CARELESS, kills)
    found = Run(driver, place_in(folder, address(f"careless_{int(time.time())}")), few, careless=True).go()
    judgement: Judgement = found["judgement"]
    return judgement


def holds(answer: dict[str, Any], wish: Wish) -> bool:
    """Tell whether the claim is proven: enough kills, no client idle, nothing wrong, the careless variant caught."""
    wrong = sum(answer[k] for k in ("lost", "doubled", "truncated", "stuck", "broken"))
    naive = answer["naive"]
    caught = wish.alone if naive is None else naive["lost"] + naive["doubled"] > 0
    return (
        wrong == 0
        and caught
        and answer["tried"] >= wish.kills
        and not answer["unreached"]
        and answer["acknowledged"] > 0
        and not answer["client_faults"]
    )


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 when the claim holds, 1 when not, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m faults crash")
    parser.add_argument("--kills", type=int, default=None)
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} kills unless told otherwise")
    parser.add_argument("--resume", action="store_true", help="take up a run that was interrupted")
    parser.add_argument("--points", default="", help="only at these failpoints, with commas between")
    parser.add_argument("--alone", action="store_true", help="without the careless variant, which is the self-test")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seed", type=int, default=20261124)
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--driver", default="faults.repair_driver:RepairDriver")
    options = parser.parse_args(arguments)
    kills = options.kills if options.kills is not None else QUICK if options.quick else 200
    folder = (options.folder or Path(tempfile.gettempdir()) / f"casework-crash-{os.getuid()}-{options.db}").resolve()
    module, _, name = options.driver.partition(":")
    driver: Driver = getattr(import_module(module), name)()
    if not options.resume:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    points = tuple(name for name in options.points.split(",") if name) or driver.failpoints
    wish = Wish(
        kills=kills,
        seed=options.seed,
        points=points,
        resume=options.resume,
        alone=options.alone,
        clients=options.clients,
    )
    with databases(options.db, folder, fresh=not options.resume) as address:
        answer = crash(driver, folder, address, wish)
    proven = holds(answer, wish)
    text = json.dumps(answer, ensure_ascii=False) if options.json else "\n".join(f"{k}: {v}" for k, v in answer.items())
    sys.stdout.write(text + "\n")
    return 0 if proven else 1


if __name__ == "__main__":
    raise SystemExit(main())
