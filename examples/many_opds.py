# %% [markdown]
# # Many OPDs
#
# A city is solved in about a second, as one roster. A province or a nation goes part by part, from
# files to files, and may be interrupted. `python examples/many_opds.py 12000` takes a whole city;
# without a number it takes 1,000 ASN.

# %%
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

import rotasi

arguments = sys.argv[1:]
n_asn = int(arguments[0]) if arguments and arguments[0].isdigit() else 1_000
city = rotasi.datasets.city(n_asn)
policy = rotasi.presets.bekasi_2026()
print(city)

# %% [markdown]
# ## As one roster
#
# No rule ties one OPD to another, so each is a block of its own. While they are solved, record what
# is told; `verbose=True` would print it, `progress=rotasi.progress_bar()` draw a bar.

# %%
news = []
schedule = rotasi.solve(city, policy, progress=news.append)
print(schedule)
print(rotasi.verify(schedule, city, policy))
print(news[-1].proven, "of", news[-1].total, "blocks proven")

# %% [markdown]
# Value and bound meet: that is the proof.

# %%
rotasi.plots.progress(news)

# %% [markdown]
# ## Part by part
#
# The tables as Parquet, one file per part; a part holds whole OPDs. 20,000 to 50,000 ASN per part
# are right for a nation; here they are few.

# %%
scratch = TemporaryDirectory()
source, target = Path(scratch.name, "city"), Path(scratch.name, "result")
opds = sorted(city.employees["opd"].unique())
for number in range(3):
    own = city.employees["opd"].isin(opds[number::3])
    nips = city.employees["nip"][own]
    for name in ("employees", "leave", "wishes"):
        table = getattr(city, name)
        (source / name).mkdir(parents=True, exist_ok=True)
        rows = table[table["nip"].isin(nips)]
        rows.to_parquet(source / name / f"part-{number}.parquet", index=False)

# %% [markdown]
# Threads will do here. For a nation leave `executor` out: each part then gets a process, and in a
# script the call belongs under `if __name__ == "__main__":`.

# %%
with ThreadPoolExecutor(2) as executor:
    summary = rotasi.solve_partitions(source, policy, target, executor=executor, workers=2)
print(summary)
print(summary.partitions[["part", "status", "asn", "opds"]].to_string(index=False))

# %% [markdown]
# The same optimum as in one piece. The same call again would skip what is finished.

# %%
both = schedule.objectives.merge(summary.objectives, on="kind", suffixes=("", "_parts"))
print(both[["kind", "value", "value_parts"]].to_string(index=False))

# %%
result = pd.read_parquet(target / "schedule")
print(result["status"].value_counts().to_string())
scratch.cleanup()
