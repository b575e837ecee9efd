# %% [markdown]
# # A first roster in ten lines
#
# Who of an OPD works remotely on which day? Say who there is and what must hold; rotasi finds the
# best roster and proves that none is better. Run the cells from top to bottom.

# %%
import pandas as pd

import rotasi

# %% [markdown]
# ## The whole of it
#
# Seven people of one OPD and one week. At most two remote days each; at least half are on site
# every day. Any unique text serves as a NIP, so that nobody's data need leave the office.

# %%
people = pd.DataFrame({"nip": ["a", "b", "c", "d", "e", "f", "g"], "opd": "Bappeda"})
leave = pd.DataFrame({"nip": ["c"], "start": ["2026-01-07"], "end": ["2026-01-09"]})
rules = [
    {"kind": "quota", "max_days": 2, "text": "WFH paling banyak dua hari seminggu"},
    {"kind": "min_on_site", "share": 0.5, "text": "Paling sedikit separuh pegawai di kantor"},
]
roster = rotasi.Roster.from_frame(people, leave=leave)
policy = rotasi.Policy.model_validate({"start": "2026-01-05", "end": "2026-01-09", "rules": rules})
schedule = rotasi.solve(roster, policy)
print(schedule.to_grid().rename(columns="{:%a}".format))

# %% [markdown]
# ## Is it good, and is it right?
#
# `proven` means that no roster which keeps the rules is better, one objective after another. The
# check comes from code that knows nothing of the solver.

# %%
print(schedule.objectives.to_string(index=False))
print(rotasi.verify(schedule, roster, policy))

# %% [markdown]
# ## See it
#
# A row per ASN, a column per day. `schedule.to_excel("roster.xlsx")` writes a workbook to hand
# round.

# %%
rotasi.plots.heat_map(schedule, "Bappeda")
