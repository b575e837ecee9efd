"""A random dataset in parts: files and folders of every allowed name, and hostile ones beside."""

from __future__ import annotations

import io
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
from helpers import Instance
from oracle.instances import random_instance

from .changes import by_opd, doubled, only, opds_of

SUFFIXES = (".parquet", ".parquet", ".PARQUET", ".pq", ".Pq", ".Parquet")
TABLES = ("employees", "leave", "wishes", "pins")


class Nation:
    """A dataset on disk, and what somebody knows of it who has not read rotasi.

    Parameters
    ----------
    rng : random.Random
    folder : Path
        An empty one.

    Attributes
    ----------
    parts : dict of str to Instance
        Tables of each part, with the policy and the whole past.
    refused : list of str
        Names of files of which one must stand in a refusal; without any, there must be none.
    told : list of str
        Names that must stand in a warning.
    coupled : bool
        Whether rules may tie parts together, which is a refusal of its own.
    features : set of str
    """

    def __init__(self, rng: random.Random, folder: Path) -> None:
        self.rng, self.source, self.before = rng, folder / "nation", folder / "before"
        self.refused: list[str] = []
        self.told: list[str] = []
        self.features: set[str] = set()
        self.paths: dict[str, list[Path]] = {}
        self.folders = {name: self._spell(name) for name in TABLES}
        drawn = random_instance(rng)
        drawn = doubled(drawn) if rng.random() < 0.5 else drawn
        self.coupled = rng.random() < 0.1
        self.whole = drawn if self.coupled else by_opd(drawn)
        self.parts = dict(self._deal())
        for name, part in self.parts.items():
            self._write(name, part)
        self._write_past()

    @property
    def past(self) -> Path | None:
        """The folder of the previous schedule, if there is one."""
        return self.before if self.before.is_dir() else None

    def plant(self, *names: str) -> None:
        """Put hostile files beside the parts."""
        for name in names:
            self.features.add(f"file {name}")
            PLANTS[name](self)

    def newcomers(self, count: int = 2) -> pd.DataFrame:
        """Employees whom nobody has met, in an OPD of their own."""
        stem = f"N{self.rng.randrange(10**9)}"
        table = pd.DataFrame({"nip": [f"{stem}-{n}" for n in range(count)], "opd": f"OPD {stem}"})
        return table.reindex(columns=self.whole[0]["employees"].columns)

    def put(self, place: str, table: pd.DataFrame | bytes | None = None) -> Path:
        """Write a file of any name, by default with employees whom nobody has met."""
        path = self.source / place
        path.parent.mkdir(parents=True, exist_ok=True)
        content = self.newcomers() if table is None else table
        path.write_bytes(content if isinstance(content, bytes) else as_bytes(content))
        return path

    def add_part(self, table: pd.DataFrame, place: str | None = None) -> Path:
        """A part more, which is known."""
        name = f"extra{self.rng.randrange(10**6)}"
        place = place or f"{self.folders['employees']}/{name}{self.rng.choice(SUFFIXES)}"
        path = self.put(place, table)
        self.parts[path.stem] = ({"employees": table}, self.whole[1], self.whole[2])
        self.paths[path.stem] = [path]
        return path

    def _spell(self, table: str) -> str:
        return table if self.rng.random() < 0.7 else self.rng.choice([table.title(), table.upper()])

    def _deal(self) -> Iterator[tuple[str, Instance]]:
        """OPDs among parts; a part of one OPD may be a folder that is named by it."""
        opds = opds_of(self.whole)
        self.rng.shuffle(opds)
        count = self.rng.randint(1, len(opds))
        self.features.add(f"parts {count}")
        for number in range(count):
            own = opds[number::count]
            by_column = len(own) == 1 and self.rng.random() < 0.3
            style = self.rng.choice(["plain", "key=value", "dotted.name"])
            names = {"plain": f"p{number}", "key=value": f"part={number}"}
            name = (
                f"opd={own[0].replace(' ', '%20')}"
                if by_column
                else names.get(style, f"p.{number}")
            )
            self.features.add(f"part {'opd=value' if by_column else style}")
            yield name, only(self.whole, own)

    def _write(self, name: str, part: Instance) -> None:
        """Each table of a part as one file, or as a folder of some."""
        for table, whole in part[0].items():
            by_column = name.startswith("opd=") and table == "employees"
            frame = whole.drop(columns="opd") if by_column else whole
            place = self.source / self.folders[table]
            place.mkdir(parents=True, exist_ok=True)
            # The name of a folder stands for a column only in a folder.
            as_folder = name.startswith("opd=") or self.rng.random() < 0.4
            paths = self.paths.setdefault(name, [])
            if not as_folder:
                paths.append(place / f"{name}{self.rng.choice(SUFFIXES)}")
                paths[-1].write_bytes(as_bytes(frame))
                continue
            self.features.add("part in a folder")
            (place / name).mkdir()
            cut = self.rng.randrange(len(frame) + 1)
            for number, piece in enumerate(filter(len, (frame[:cut], frame[cut:]))):
                paths.append(place / name / f"{number}{self.rng.choice(SUFFIXES)}")
                paths[-1].write_bytes(as_bytes(piece))

    def _write_past(self) -> None:
        """The past in other parts than the present."""
        past = self.whole[2]
        if past is None or not len(past):
            return
        self.features.add("previous")
        self.before.mkdir()
        of = [self.rng.randrange(3) for _row in range(len(past))]
        for number in sorted(set(of)):
            own = past[[each == number for each in of]]
            path = self.before / f"{number}{self.rng.choice(SUFFIXES)}"
            path.write_bytes(as_bytes(own))


def as_bytes(frame: pd.DataFrame) -> bytes:
    """A table as the bytes of a Parquet file; what Parquet cannot hold as it is becomes text."""
    try:
        return bytes(frame.to_parquet(index=False))
    except (ValueError, TypeError):
        texts = frame.astype(object).where(frame.notna(), None)
        return bytes(
            texts.map(lambda cell: None if cell is None else str(cell)).to_parquet(index=False)
        )


def count_people(source: Path) -> Counter[str]:
    """Everybody in the readable files of a dataset's employees, by walking all of it."""
    found: Counter[str] = Counter()
    for folder, _folders, files in os.walk(source, followlinks=True):
        for name in files:
            place = (Path(folder) / name).relative_to(source).parts
            if place[0].strip(" ._").lower().startswith("employees"):
                found.update(read_nips(Path(folder) / name))
    return found


def read_nips(path: Path) -> list[str]:
    """The NIPs in a file, if it is a table in any form that people use."""
    try:
        content = path.read_bytes()
    except OSError:
        return []
    for read in (pd.read_parquet, pd.read_csv):
        try:
            return list(read(io.BytesIO(content))["nip"].astype(str))
        except Exception:  # noqa: BLE001 - then it is none
            continue
    return []


# -------------------------------------------------------------------- hostile files

Plant = Callable[[Nation], object]


def refused(*places: str, table: bytes | None = None) -> Plant:
    """Files with people whom nobody must pass over."""

    def plant(nation: Nation) -> None:
        place = nation.rng.choice(places).format(employees=nation.folders["employees"])
        nation.refused.append(nation.put(place, table).name)

    return plant


def told(*places: str, table: bytes = b"words") -> Plant:
    """Files in which nobody is."""

    def plant(nation: Nation) -> None:
        place = nation.rng.choice(places).format(employees=nation.folders["employees"])
        nation.put(place, table)
        nation.told.append(place.rpartition("/")[2])

    return plant


def twin(nation: Nation) -> None:
    """A name that is nearly that of a part."""
    path = nation.rng.choice(nation.paths[nation.rng.choice(sorted(nation.parts))])
    while path.parent.name != nation.folders["employees"]:
        path = path.parent
        if path == nation.source:
            return
    stem = path.name if path.is_dir() else path.stem
    names = [stem.upper(), stem.lower(), stem]
    name = f"{nation.rng.choice(names)}{nation.rng.choice(['.pq', '.PARQUET'])}"
    if (path.parent / name).exists():
        return
    nation.put(f"{path.parent.name}/{name}")
    nation.refused.append(name)


def folder_beside(nation: Nation) -> None:
    """A folder of the name of a file, or a file of that of a folder."""
    for path in nation.paths[min(nation.parts)]:
        if path.parent.name == nation.folders["employees"]:
            nation.put(f"{path.parent.name}/{path.stem}/1.parquet")
            nation.refused.append(path.stem)
        elif path.parent.parent.name == nation.folders["employees"]:
            nation.put(f"{path.parent.parent.name}/{path.parent.name}.parquet")
            nation.refused.append(path.parent.name)
        else:
            continue
        return


def second_folder(nation: Nation) -> None:
    """The folder of a table in another spelling."""
    own = nation.folders["employees"]
    other = nation.rng.choice(sorted({"employees", "Employees", "EMPLOYEES"} - {own}))
    nation.put(f"{other}/more.parquet")
    nation.refused.append(other)


def near_folder(nation: Nation) -> None:
    """The folder of a table that is misspelt."""
    missing = [table for table in TABLES if not (nation.source / nation.folders[table]).exists()]
    if missing:
        name = f"{nation.rng.choice(missing)}_"
        nation.put(f"{name}/p.parquet", pd.DataFrame({"nip": ["nobody"]}))
        nation.told.append(name)


def same_people(nation: Nation) -> None:
    """A part under two names."""
    name = nation.rng.choice(sorted(nation.parts))
    first = nation.parts[name][0]["employees"]
    nation.put(f"{nation.folders['employees']}/again.parquet", first)
    nation.refused.append("again")


def lone_table(nation: Nation) -> None:
    """Wishes of a part that has no employees."""
    folder = next((nation.folders[table] for table in TABLES[1:]), "wishes")
    nation.put(f"{folder}/lone.parquet", pd.DataFrame({"nip": ["x"]}))
    nation.refused.append("lone")


def newcomers(nation: Nation) -> None:
    """A part more, with a suffix of its own."""
    nation.add_part(nation.newcomers())


def linked(nation: Nation) -> None:
    """A part more that is a link to a file of no name."""
    table = nation.newcomers()
    path = nation.add_part(table)
    path.symlink_to(path.rename(nation.source.parent / f"{path.stem}.elsewhere"))


def broken_link(nation: Nation) -> None:
    """A link to nowhere."""
    path = nation.source / nation.folders["employees"] / "link.parquet"
    path.symlink_to("nowhere")
    nation.refused.append(path.name)


def empty_folder(nation: Nation) -> None:
    """A folder in which nobody is."""
    (nation.source / nation.folders["employees"] / "hollow").mkdir()
    nation.told.append("hollow")


def mark(nation: Nation) -> None:
    """The empty file of a writer that is done."""
    nation.put(f"{nation.folders['employees']}/_SUCCESS", b"")


PLANTS: dict[str, Plant] = {
    "hidden": refused("{employees}/.z.parquet", "{employees}/.z.PQ", "{employees}/.z/1.parquet"),
    "underscore": refused("{employees}/_z.parquet", "{employees}/_z/1.pq"),
    "other format": refused("{employees}/z.csv", "{employees}/z.json", "{employees}/z.xlsx"),
    "other suffix": refused("{employees}/z.bak", "{employees}/z", "{employees}/z.parquet.1"),
    "nested": refused("{employees}/a=1/b=2/z.parquet", "{employees}/a/b/c/z.PARQUET"),
    "beside": refused("z.parquet", "employees.parquet", "Employees.csv", "_employees/z.parquet"),
    "damaged": refused("{employees}/d.parquet", "{employees}/d/d.pq", table=b"PAR1 no more"),
    "notes": told("{employees}/notes.txt", "notes.md", "{employees}/.z.parquet.crc"),
    "twin": twin,
    "file and folder": folder_beside,
    "two folders": second_folder,
    "misspelt folder": near_folder,
    "same people": same_people,
    "lone table": lone_table,
    "newcomers": newcomers,
    "link": linked,
    "broken link": broken_link,
    "empty folder": empty_folder,
    "mark": mark,
}
